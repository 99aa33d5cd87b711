"""Floor 1: customers, the organisation, purchases, bonus types, the ledger and events; knows nothing of the floors above."""
