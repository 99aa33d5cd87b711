"""Anti-fraud over the API: too many purchases of a shift day block a customer, a person unblocks them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from loyalty_core.database import Database
from loyalty_core.events import Event
from tests.web.api.conftest import Program
from tests.web.api.test_till import SAVINGS, basket, give, sale

MORNING = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def ann(api: Program) -> int:
    api.post("/programmes", SAVINGS | {"name": "Savings", "shift_starts": "08:00", "shift_purchases_max": 5})
    return int(api.post("/customers", {"external_id": "ann"})["id"])


def buy(api: Program, number: int, at: datetime) -> str:
    """What a purchase of 100 earns."""
    return str(api.post("/till/settle", sale("ann", f"r{number}", "100.00", at=at))["accrued"])


def told(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Event.kind).where(Event.kind.like("%blocked")).order_by(Event.id)))


def test_kilbil_the_sixth_purchase_of_a_shift_day_blocks_and_earns_nothing(api: Program, ann: int, database: Database):
    """ "Количество покупок для блокировки" = 5: the fifth is fine, the sixth blocks, later ones earn nothing."""
    assert [buy(api, number, MORNING + timedelta(hours=number)) for number in range(5)] == ["3.00"] * 5
    assert not told(database)
    late = MORNING + timedelta(hours=23, minutes=59)
    assert api.post("/till/price", basket("ann", "100.00", at=late.isoformat()), 200)["blocked"] is True
    assert not told(database)
    assert buy(api, 6, late) == "0.00"
    assert told(database) == ["customer.blocked"]
    assert buy(api, 7, late + timedelta(days=3)) == "0.00"
    assert told(database) == ["customer.blocked"]


def test_the_next_shift_day_counts_anew(api: Program, ann: int):
    hours = [*range(5), *range(24, 29)]
    assert [buy(api, hour, MORNING + timedelta(hours=hour)) for hour in hours] == ["3.00"] * 10


def test_a_blocked_customer_neither_earns_nor_spends_until_unblocked(api: Program, ann: int, database: Database):
    give(database, ann, 5_000)
    api.put(f"/customers/{ann}/block", {"reason": "Lost card"}, 204)
    api.put(f"/customers/{ann}/block", {"reason": "Again"}, 204)
    assert api.places("POST", "/till/settle", sale("ann", "1", "100.00", redeem="1.00")) == ["redeem"]
    assert buy(api, 1, MORNING) == "0.00"
    api.delete(f"/customers/{ann}/block")
    api.delete(f"/customers/{ann}/block")
    assert buy(api, 2, MORNING) == "3.00"
    assert told(database) == ["customer.blocked", "customer.unblocked"]
    assert api.places("PUT", "/customers/404/block", {"reason": "x"}, 404) == ["customer_id"]
