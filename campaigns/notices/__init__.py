"""Notices: what the form of a programme or of a customer group sets up, as chains like any other."""
