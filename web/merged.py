"""Leads from the number of a customer who has been merged to the one they are now."""

from flask import request

from loyalty_core.errors import Merged


def moved_to(error: Merged) -> str:
    """This request's address with the other number, for good."""
    numbered = (f"/customers/{error.customer_id}", f"/customers/{error.kept_id}")
    return request.full_path.rstrip("?").replace(*numbered, 1)


def moved_status() -> int:
    """301 for what is read; 308 for what is written, so that it is sent again as it was."""
    return 301 if request.method in ("GET", "HEAD") else 308
