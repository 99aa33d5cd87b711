"""Brings history in from files: customers, purchases and returns, with a line-by-line report of what was refused."""

from loyalty_core.imports.customers import import_customers
from loyalty_core.imports.purchases import import_purchases
from loyalty_core.imports.report import Note, Report

__all__ = ["Note", "Report", "import_customers", "import_purchases"]
