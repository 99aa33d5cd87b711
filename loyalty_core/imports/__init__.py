"""Brings history in from files: customers, purchases and returns, with a line-by-line report of what was refused."""
