"""Floor 1: customers, the organisation, purchases, bonus types, the ledger events; knows nothing of what stands above."""
