"""Customers whom a query finds, read before anything is written: their numbers alone."""

from array import array
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

IDS_AT_ONCE = 50_000


def ids_of(session: Session, customers: Select[Any]) -> "array[int]":
    """The ids that a query of them finds, newest first. A million rows would be a hundred megabytes, these are eight.

    A query may take long: whoever is to write what it finds asks first, so that nobody waits for them meanwhile.
    """
    found = customers.subquery()
    ids = array("q")
    newest = select(found.c[0]).order_by(found.c[0].desc()).execution_options(yield_per=IDS_AT_ONCE)
    for some in session.scalars(newest).partitions():
        ids.extend(some)
    return ids
