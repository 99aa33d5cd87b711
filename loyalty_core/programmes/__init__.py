"""Loyalty programmes: their rules and tiers, how they are joined, and what inviting friends brings."""
