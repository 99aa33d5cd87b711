"""What a customer's list of activities shows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from loyalty_core.customers.activities import Activity, Place, activities
from loyalty_core.errors import Refused
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.burning import burn_due
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.redemption import redeem
from loyalty_core.till.purchases import Purchase, PurchaseReturn
from tests.support.members import NOON, grant, join, open_outlet

HOUR = timedelta(hours=1)


@pytest.fixture
def anna(session: Session) -> int:
    return join(session)[0]


def buy(session: Session, customer: int, amount: int = 1000, outlet: int | None = None) -> Purchase:
    purchase = Purchase(
        external_id="536365", customer_id=customer, outlet_id=outlet, at=NOON, amount=amount, net_amount=amount
    )
    session.add(purchase)
    session.flush()
    return purchase


def bring_back(session: Session, purchase: Purchase, amount: int) -> None:
    session.add(
        PurchaseReturn(purchase_id=purchase.id, customer_id=purchase.customer_id, at=NOON + 3 * HOUR, amount=amount)
    )
    session.flush()


def test_purchases_returns_and_bonuses_stand_newest_first(session: Session, anna: int) -> None:
    purchase = buy(session, anna, 1000, open_outlet(session, "Covent Garden", None))
    grant(session, anna, 500, "a", Lifetime.days(2), NOON + HOUR)
    redeem(session, anna, amount=200, key="r", at=NOON + 2 * HOUR, source="api", reason="At the till")
    bring_back(session, purchase, 400)
    burn_due(session, NOON + timedelta(days=9))
    found = activities(session, anna)
    assert [(activity.kind, activity.title, activity.amount) for activity in found] == [
        ("burn", "Bonuses burned", -300),
        ("return", "Return", -400),
        ("redeem", "At the till", -200),
        ("accrue", "Bonuses accrued", 500),
        ("purchase", "Purchase 536365", 1000),
    ]
    assert found[-1].outlet == "Covent Garden"
    assert found[-1].purchase_id == found[1].purchase_id == purchase.id


def test_an_accrual_says_what_asked_for_it(session: Session, anna: int) -> None:
    accrue_to_many(
        session,
        [Recipient(anna, "a", 7)],
        amount=500,
        lifetime=Lifetime(),
        source="enrollment",
        source_node="n3",
        at=NOON,
    )
    (activity,) = activities(session, anna)
    assert (activity.source, activity.source_id, activity.source_node) == ("enrollment", 7, "n3")
    assert activity.operation_id is not None


def test_others_activities_are_not_shown(session: Session, anna: int) -> None:
    boris = join(session)[0]
    buy(session, boris)
    grant(session, boris, 500, "a")
    assert activities(session, anna) == []


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_show_everything_once_even_where_moments_are_equal(session: Session, anna: int, limit: int) -> None:
    purchase = buy(session, anna)
    for number in range(4):
        grant(session, anna, 500, str(number))
    grant(session, anna, 500, "later", at=NOON + 3 * HOUR)
    bring_back(session, purchase, 400)
    everything = activities(session, anna)
    assert len(everything) == 7
    pages: list[Activity] = []
    while page := activities(session, anna, before=pages[-1].place if pages else None, limit=limit):
        assert len(page) <= limit
        pages += page
    assert pages == everything


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from(("operation", "purchase")), st.integers(1, 10**12))
def test_a_place_is_read_as_it_is_written(at: datetime, table: str, row: int) -> None:
    place = Place(at, table, row)
    assert Place.read(str(place)) == place


@pytest.mark.parametrize("text", ["", "x", "2026-11-21T12:00:00/operation/1", "a/b/c", f"{NOON.isoformat()}/lot/x"])
def test_no_place_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        Place.read(text)
