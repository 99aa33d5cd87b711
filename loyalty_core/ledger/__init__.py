"""The ledger of bonuses: its tables, and a module a verb; what proves it and what it says at any moment."""
