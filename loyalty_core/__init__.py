"""Floor 1: customers, organisation, purchases, bonus types, the ledger and events; knows nothing of what stands above."""
