"""Customers: who they are, how they are registered, edited and merged, their groups, tags and attributes."""
