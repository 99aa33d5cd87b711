"""Promotions and promo codes: which act on a basket, and what they gave."""
