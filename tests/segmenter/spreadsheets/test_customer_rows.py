"""Rows of customers as they are read for a file."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer, Identity
from loyalty_core.database import dialect_of, insert_rows
from segmenter.spreadsheets.customer_rows import customer_rows, headings
from tests.segmenter.people import LONG_AGO, NOW

KINDS = ("card", "phone", "email", "telegram")


def settle(session: Session, ids: range) -> None:
    """Customers with a mark of every kind, and an additional one of each."""
    insert_rows(
        session,
        Customer,
        [{"id": each, "first_name": "Ann", "last_name": "", "registered_at": LONG_AGO} for each in ids],
    )
    marks = [(kind, f"{n}-{each}", each, n == 1) for kind in KINDS for each in ids for n in (1, 2)]
    insert_rows(
        session,
        Identity,
        [
            {"kind": kind, "value": value, "shown": f"{kind} {value}", "customer_id": each, "additional": additional}
            for kind, value, each, additional in marks
        ],
    )


def read(session: Session, ids: list[int]) -> list[tuple[Any, ...]]:
    return list(customer_rows(session, ids, headings("GBP"), ZoneInfo("Europe/London"), NOW))


def test_rows_stand_in_the_order_asked_for_with_the_main_mark_of_each_kind(session: Session) -> None:
    settle(session, range(1, 4))
    rows = read(session, [3, 99, 1])
    assert [row[3:6] for row in rows] == [(f"card 2-{n}", f"phone 2-{n}", f"email 2-{n}") for n in (3, 1)]


def test_what_some_rows_cost_does_not_grow_with_the_other_customers(session: Session) -> None:
    if dialect_of(session) != "sqlite":
        pytest.skip("PostgreSQL's plan depends on how many rows there are")
    driver: Any = session.connection().connection.driver_connection

    def steps() -> int:
        taken = [0]

        def took() -> None:
            taken[0] += 1

        driver.set_progress_handler(took, 10)
        read(session, [1, 2, 3])
        driver.set_progress_handler(None, 0)
        return taken[0]

    settle(session, range(1, 4))
    few = steps()
    settle(session, range(4, 2_000))
    assert steps() < 2 * few
