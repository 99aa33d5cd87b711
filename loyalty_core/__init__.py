"""Floor 1: customers, organisation, purchases, bonus types, ledger and events; knows nothing of what stands above."""
