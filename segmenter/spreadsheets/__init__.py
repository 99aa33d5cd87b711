"""Spreadsheets in and out: lists of customers from files that somebody made, and customers as a workbook."""
