"""People for the segmenter's tests: told in plain records, and settled into the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from loyalty_core.customers import Customer, CustomerTag, CustomerTotals, Identity, Tag
from loyalty_core.ledger import Lot, Operation
from loyalty_core.organisation import Organisation
from loyalty_core.programmes import CustomerGroup, Programme, Tier
from loyalty_core.purchases import Purchase

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
# The programmes and where their tiers begin; the groups and the programmes that they follow.
TIERS = {1: [0], 2: [0, 100, 500_000], 3: [0, 1_000_000]}
GROUPS = {1: 1, 2: 2, 3: None}


@dataclass
class Person:
    """What the database will know of one customer; money and bonuses in minor units."""

    registered_at: datetime = LONG_AGO
    birth_date: date | None = None
    sex: str | None = None
    card: str | None = None
    tags: Sequence[int] = ()
    group: int | None = None
    programme: int | None = None
    purchases: Sequence[tuple[datetime, int]] = ()
    lots: Sequence[tuple[int, datetime, datetime | None]] = ()


def settle(
    session: Session,
    people: list[Person],
    *,
    zone: str = "Europe/London",
    currency: str = "GBP",
    leap_day: str = "feb28",
    default_group: int | None = None,
    default_programme: int | None = None,
) -> None:
    """Write the people as customers 1, 2, 3, … of an organisation, with tags 1, 2, 3 to wear.

    Programmes are 1, 2 and 3, groups too: each follows the programme of its number, but the third follows none.
    """
    session.add(Organisation(id=1, name="Harbour Gifts", zone=zone, currency=currency, leap_day=leap_day))
    session.add_all(Tag(id=number, name=f"Tag {number}") for number in (1, 2, 3))
    session.add_all(
        Programme(
            id=number,
            name=f"Programme {number}",
            is_default=number == default_programme,
            tiers=[Tier(above=above) for above in TIERS[number]],
        )
        for number in TIERS
    )
    session.flush()
    session.add_all(
        CustomerGroup(id=number, name=f"Group {number}", programme_id=followed, is_default=number == default_group)
        for number, followed in GROUPS.items()
    )
    session.flush()
    for number, person in enumerate(people, 1):
        _settle_one(session, number, person)
    session.commit()


def _settle_one(session: Session, number: int, person: Person) -> None:
    born = person.birth_date
    session.add(
        Customer(
            id=number,
            first_name="Ada",
            last_name=f"No. {number}",
            registered_at=person.registered_at,
            birth_date=born,
            birth_day=None if born is None else born.month * 100 + born.day,
            sex=person.sex,
            customer_group_id=person.group,
            programme_id=person.programme,
        )
    )
    session.flush()
    if person.card:
        session.add(Identity(kind="card", value=person.card, shown=person.card, customer_id=number))
    session.add_all(CustomerTag(customer_id=number, tag_id=tag) for tag in person.tags)
    session.add_all(
        Purchase(customer_id=number, at=at, amount=max(net, 100), net_amount=net) for at, net in person.purchases
    )
    kept = [(at, net) for at, net in person.purchases if net > 0]
    if kept:
        session.add(
            CustomerTotals(
                customer_id=number,
                purchase_count=len(kept),
                purchase_sum=sum(net for _, net in kept),
                first_purchase_at=min(at for at, _ in kept),
                last_purchase_at=max(at for at, _ in kept),
            )
        )
    session.flush()
    for place, (amount, active_at, expires_at) in enumerate(person.lots):
        accrued = {"customer_id": number, "amount": amount}
        operation = Operation(
            **accrued,
            idempotency_key=f"lot {place}",
            input_hash="0" * 32,
            kind="accrue",
            at=LONG_AGO,
            source="api",
        )
        session.add(operation)
        session.flush()
        times = {"accrued_at": LONG_AGO, "active_at": active_at, "expires_at": expires_at}
        session.execute(insert(Lot).values(**accrued, **times, operation_id=operation.id, remaining=amount))
