"""What keeping the totals in step adds to writing one purchase: the same purchases with and without it, in turn."""

from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from statistics import median
from time import perf_counter
from typing import Any
from unittest.mock import patch

from bench import ground
from loyalty_core.database import Database
from loyalty_core.till import checkout
from loyalty_core.till.checkout import LineData, PurchaseData, place

LINES = [LineData(sku=f"p{number}", name="", category="", quantity=Decimal(1), price=5_000) for number in (1, 2, 3)]


def upkeep(database: Database, customers: int, purchases: int) -> tuple[float, float]:
    """Median seconds to place a purchase of three lines, a transaction each: as it is, and without its totals."""
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(purchases):
        for kept in (True, False):
            data = PurchaseData(
                external_id=f"upkeep/{number}/{kept}",
                customer_id=1 + (number * 2 + kept) * 7919 % customers,
                outlet_id=1,
                at=ground.NOW,
                lines=LINES,
            )
            with _totals(kept):
                started = perf_counter()
                with database.begin() as session:
                    place(session, data, ground.NOW)
                times[kept].append(perf_counter() - started)
    return median(times[True]), median(times[False])


def _totals(kept: bool) -> AbstractContextManager[Any]:
    return nullcontext() if kept else patch.object(checkout, "refresh_totals", lambda *_: None)
