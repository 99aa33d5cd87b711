"""The till: baskets priced, settled and brought back; what was bought, and what a cashier is told."""
