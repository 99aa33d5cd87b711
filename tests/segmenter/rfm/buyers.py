"""Buyers for RFM's tests: told as days, purchases and sums, and settled into the tables."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product

from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer, CustomerTotals
from loyalty_core.database import Database, insert_rows
from loyalty_core.organisation import Organisation
from loyalty_core.till.purchases import Purchase
from segmenter.calendar import Calendar
from segmenter.rfm.calculation import calculate_next
from segmenter.rfm.claims import request
from segmenter.rfm.gathering import VALUES, gather
from segmenter.rfm.parts import in_parts
from segmenter.rfm.rows import RfmCalculation, RfmScores
from segmenter.rfm.settings import SettingsData, begun, change, data_of

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
Receipt = tuple[datetime, int]


def settle(session: Session, bought: Iterable[Sequence[Receipt]], *, zone: str = "UTC") -> None:
    """Customers 1, 2, 3, … of an organisation with their receipts (moment, sum in minor units), and their totals."""
    session.add(Organisation(id=1, name="Harbour Gifts", zone=zone, currency="GBP"))
    session.flush()
    everybody = list(enumerate(bought, 1))
    registered = datetime(2000, 1, 1, tzinfo=UTC)
    people = [
        {"id": n, "first_name": "Ada", "last_name": f"No. {n}", "registered_at": registered} for n, _ in everybody
    ]
    insert_rows(session, Customer, people)
    receipts = [
        {"customer_id": n, "at": at, "amount": max(amount, 1), "net_amount": amount}
        for n, all_of_one in everybody
        for at, amount in all_of_one
    ]
    insert_rows(session, Purchase, receipts)
    kept = {n: [(at, amount) for at, amount in receipts if amount > 0] for n, receipts in everybody}
    insert_rows(
        session,
        CustomerTotals,
        [
            {
                "customer_id": n,
                "purchase_count": len(receipts),
                "purchase_sum": sum(amount for _, amount in receipts),
                "first_purchase_at": min(receipts)[0],
                "last_purchase_at": max(receipts)[0],
            }
            for n, receipts in kept.items()
            if receipts
        ],
    )
    session.commit()


def ago(days: int) -> datetime:
    """At noon so many days ago."""
    return NOW.replace(minute=0) - timedelta(days=days)


def calculate(database: Database, now: datetime = NOW, **changes: object) -> RfmCalculation:
    """Calculate with the usual settings but for these; answers the calculation."""
    with database.begin() as session:
        usual = data_of(session, begun(session))
        settings = change(session, SettingsData(**{**vars(usual), **changes})) if changes else begun(session)  # type: ignore[arg-type]
        asked = request(session, settings, now).id
    assert calculate_next(database, now)
    with database.read() as session:
        done = session.get_one(RfmCalculation, asked)
    assert done.error is None
    return done


def scores(database: Database) -> dict[int, tuple[int, int, int]]:
    """The scores of each customer in the current calculation."""
    current = select(RfmCalculation.id).where(RfmCalculation.status == "current").scalar_subquery()
    wanted = select(RfmScores.block, RfmScores.packed).where(RfmScores.calculation_id == current)
    with database.read() as session:
        codes = {9 * block + n: packed >> 7 * n & 127 for block, packed in session.execute(wanted) for n in range(9)}
    triples = list(product(range(1, 6), repeat=3))
    return {customer: triples[code - 1] for customer, code in sorted(codes.items()) if code}


def values(database: Database, now: datetime = NOW) -> dict[int, tuple[int, int, int]]:
    """The days, purchases and sum of each customer, as they are gathered for the current calculation."""
    with in_parts(database) as parts:
        session = parts.parts[0].session
        current = session.scalars(select(RfmCalculation).where(RfmCalculation.status == "current")).one()
        calendar = Calendar.of(session, now)
        parts.each(lambda part: gather(part, current, calendar))
        found = [tuple(row) for part in parts.parts for row in part.session.execute(select(VALUES))]
    return {customer: (days, purchases, amount) for customer, days, purchases, amount in found}
