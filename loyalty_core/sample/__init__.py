"""The demonstration data: real receipts of a gift shop, with made-up people (see `online_retail.md` for the source)."""

from loyalty_core.sample.loading import load

__all__ = ["load"]
