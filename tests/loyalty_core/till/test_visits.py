"""Which purchases open a visit: by kilbil's hours of the sales counter, whatever order the purchases come in."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.customers.registration import CustomerData, register
from loyalty_core.customers.rows import CustomerTotals
from loyalty_core.programmes.changes import ProgrammeData, TierData, change_programme, create_programme
from loyalty_core.till.checkout import place, place_many, take_back
from loyalty_core.till.purchases import Purchase
from tests.loyalty_core.till.test_checkout import receipt

DAY = datetime(2026, 11, 21, tzinfo=UTC)
NOW = DAY + timedelta(days=30)


def programme(session: Session, hours: int | None) -> int:
    return create_programme(session, told(hours)).id


def told(hours: int | None) -> ProgrammeData:
    return ProgrammeData("Savings", "bonus", [TierData(0, 300)], is_default=True, visit_hours=hours)


@pytest.fixture
def anna(session: Session) -> int:
    """Anna, whose programme counts purchases within 6 hours as one visit."""
    programme(session, 6)
    return register(session, CustomerData("anna"), DAY).id


def buy(session: Session, customer_id: int, *clocks: str) -> None:
    for clock in clocks:
        hours, minutes = clock.split(":")
        at = DAY + timedelta(hours=int(hours), minutes=int(minutes))
        place(session, receipt(customer_id, number=clock, at=at), NOW)


def visits(session: Session, customer_id: int) -> list[str]:
    """The receipts that open a visit; the kept count is their number."""
    opening = select(Purchase.external_id).where(Purchase.customer_id == customer_id, Purchase.opens_visit)
    found = [number or "" for number in session.scalars(opening.order_by(Purchase.at, Purchase.id))]
    assert session.get_one(CustomerTotals, customer_id, populate_existing=True).visit_count == len(found)
    return found


def test_kilbil_with_6_hours_purchases_at_10_12_and_17_are_two_visits(session: Session, anna: int) -> None:
    """ "Количество часов для счетчика продаж": после стольких часов покупка считается следующим посещением."""
    buy(session, anna, "10:00", "12:00", "17:00")
    assert visits(session, anna) == ["10:00", "17:00"]


def test_the_hours_run_from_the_first_purchase_of_a_visit_and_end_with_the_last_minute(
    session: Session, anna: int
) -> None:
    buy(session, anna, "10:00", "15:59", "16:00", "21:59", "22:00")
    assert visits(session, anna) == ["10:00", "16:00", "22:00"]


def test_a_late_receipt_moves_the_visits_after_it(session: Session, anna: int) -> None:
    buy(session, anna, "10:00", "17:00", "09:00", "15:30")
    assert visits(session, anna) == ["09:00", "15:30"]


def test_what_comes_back_as_a_whole_was_no_visit(session: Session, anna: int) -> None:
    buy(session, anna, "10:00", "12:00", "17:00")
    first = session.scalars(select(Purchase.id).where(Purchase.external_id == "10:00")).one()
    take_back(session, first, "back", NOW, None, NOW)
    assert visits(session, anna) == ["12:00"]


def test_without_hours_every_purchase_is_a_visit(session: Session) -> None:
    programme(session, None)
    anna = register(session, CustomerData("anna"), DAY).id
    buy(session, anna, "10:00", "10:00", "10:01")
    assert visits(session, anna) == ["10:00", "10:01"]


def test_other_hours_count_the_visits_from_then_on(session: Session, anna: int) -> None:
    buy(session, anna, "10:00", "12:00")
    change_programme(session, 1, told(None))
    buy(session, anna, "13:00", "13:30")
    assert visits(session, anna) == ["10:00", "13:00", "13:30"]


def test_many_late_purchases_of_many_customers_come_to_the_visits_of_those_that_came_in_time(session: Session) -> None:
    programme(session, 6)
    random = Random(7)
    for name in ("in-time", "late"):
        people = [register(session, CustomerData(f"{name}/{n}"), DAY).id for n in range(5)]
        random.seed(7)
        receipts = [
            receipt(person, number=f"{n}", at=DAY + timedelta(minutes=random.randrange(20_000)))
            for person in people
            for n in range(60)
        ]
        if name == "in-time":
            for each in sorted(receipts, key=lambda each: each.at):
                place(session, each, NOW)
        else:
            random.shuffle(receipts)
            for start in range(0, len(receipts), 70):
                place_many(session, receipts[start : start + 70], NOW, events=False)
    counted = [visits(session, customer_id) for customer_id in range(1, 11)]
    assert counted[:5] == counted[5:]
    assert all(10 < len(each) < 60 for each in counted)
