"""What the demonstration data promises."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Consent, Customer, CustomerTag, CustomerTotals, Identity
from loyalty_core.database import Database
from loyalty_core.events import Event
from loyalty_core.ledger.bonus_types import BonusType
from loyalty_core.organisation import LegalEntity, Outlet, organisation
from loyalty_core.sample import load
from loyalty_core.sample.people import people
from loyalty_core.till.purchases import Product, Purchase, PurchaseReturn

NOW = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


def count(session: Session, column: Any) -> int:
    return session.scalar(select(func.count(column))) or 0


@pytest.fixture
def loaded(database: Database) -> Iterator[Session]:
    assert load(database, NOW)
    with database.read() as session:
        yield session


def test_all_of_it_is_there_once(database: Database, loaded: Session) -> None:
    assert not load(database, NOW + timedelta(days=3))
    assert count(loaded, Customer.id) == 4372
    assert count(loaded, Product.id) == 4070
    assert count(loaded, Purchase.id) == 18536
    assert loaded.scalar(select(func.count(PurchaseReturn.external_id.distinct()))) == 3133
    assert (count(loaded, LegalEntity.id), count(loaded, Outlet.id), count(loaded, BonusType.id)) == (2, 8, 3)
    assert organisation(loaded).zone == "Europe/London"
    assert count(loaded, Event.id) == 0

    last = loaded.scalar(select(func.max(Purchase.at)))
    assert last is not None
    assert last.astimezone(LONDON).isoformat() == "2026-11-20T12:50:00+00:00"

    late = select(Customer.id).join(CustomerTotals).where(Customer.registered_at > CustomerTotals.first_purchase_at)
    assert loaded.scalars(late).all() == []

    marks = Counter(loaded.scalars(select(Identity.kind)))
    assert marks == {"email": 4372, "phone": 4372, "card": 4372}
    outside = select(Identity.value).where(Identity.kind == "email", Identity.value.not_like("%@example.test"))
    assert loaded.scalars(outside).all() == []
    letters = Counter(loaded.scalars(select(Consent.granted).where(Consent.channel == "email")))
    assert letters == {True: 4372}
    assert 100 < len(loaded.scalars(select(Consent).where(Consent.granted.is_(False))).all()) < 1000

    counted = dict(
        loaded.execute(select(Purchase.customer_id, func.sum(Purchase.net_amount)).group_by(Purchase.customer_id)).all()
    )
    kept = dict(loaded.execute(select(CustomerTotals.customer_id, CustomerTotals.purchase_sum)).all())
    assert {customer_id: total for customer_id, total in kept.items() if total} == {
        customer_id: total for customer_id, total in counted.items() if total
    }
    assert min(Counter(loaded.scalars(select(CustomerTag.tag_id))).values()) > 10


def made_up() -> list:
    firsts = [(str(12346 + place), NOW - timedelta(days=place * 373 // 4372)) for place in range(4372)]
    return people(firsts, NOW.date())


def test_the_same_people_are_made_up_each_time() -> None:
    assert made_up() == made_up()


def test_every_day_of_the_year_has_birthdays_of_old_customers_and_of_new_ones() -> None:
    a_year_ago = NOW - timedelta(days=365)
    old, new = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
    for person in made_up():
        if person.birth_date:
            (old if person.registered_at <= a_year_ago else new)[person.birth_date.month, person.birth_date.day] += 1
    days = {(day.month, day.day) for day in (date(2001, 1, 1) + timedelta(days=each) for each in range(365))}
    assert min(old[day] for day in days) >= 2
    assert min(new[day] for day in days) >= 2
    assert old[2, 29] + new[2, 29] >= 3
    assert 90 < sum(person.birth_date is None for person in made_up()) < 180


def test_cards_are_valid_codes_and_differ() -> None:
    cards = {person.card for person in made_up()}
    assert len(cards) == 4372
    for card in cards:
        assert sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(card)) % 10 == 0
