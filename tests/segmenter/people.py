"""People for the segmenter's tests: told in plain records, and settled into the tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session

from loyalty_core.customers.attributes import KINDS, AttributeData, create_attribute, set_attributes
from loyalty_core.customers.blocks import Block
from loyalty_core.customers.rows import Consent, Customer, CustomerTag, CustomerTotals, Identity, Tag
from loyalty_core.events import Event
from loyalty_core.ledger.rows import Lot, Operation
from loyalty_core.organisation import Organisation, Outlet
from loyalty_core.programmes.rows import CustomerGroup, Programme, Tier
from loyalty_core.promotions.promo_codes import PromoCode, PromoCodeList, PromoCodeUse
from loyalty_core.till.purchases import Product, Purchase, PurchaseLine, PurchaseReturn, ReturnLine
from segmenter.rows import CustomerList, CustomerListMember, Segment
from tests.segmenter.communication import Trip, settle_campaigns, settle_trips
from tests.segmenter.rfm.settled import settle_rfm

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
# The programmes and where their tiers begin; the groups and the programmes that they follow; products' categories.
TIERS = {1: [0], 2: [0, 100, 500_000], 3: [0, 1_000_000]}
GROUPS = {1: 1, 2: 2, 3: None}
# The RFM segment of an R score; other customers with scores are in none.
RFM_SEGMENTS = {5: 1, 4: 2, 3: 2}
# The numbers of those who were merged into others begin above it.
GIVEN_UP = 1000
CATEGORIES = {1: "Coffee", 2: "Coffee", 3: "Tea", 4: ""}
# Saved segments, of which the last asks for the others.
SEGMENTS: dict[int, dict[str, Any]] = {
    1: {"all": [{"condition": "sex", "op": "is", "value": "female"}]},
    2: {"any": [{"condition": "purchase_count", "op": "ge", "value": 9, "within": {"last_days": 365}}]},
    3: {"none": [{"condition": "segment", "op": "has", "value": [1, 2]}]},
}


class Bought(NamedTuple):
    """A line of a receipt: quantities in thousandths, amounts in minor units."""

    product: int
    quantity: int
    amount: int
    returned: int = 0
    returned_amount: int = 0

    @property
    def kept(self) -> int:
        return self.quantity - self.returned


class Receipt(NamedTuple):
    """A purchase, of which `net` is left after returns."""

    at: datetime
    net: int
    outlet: int | None = None
    lines: Sequence[Bought] = ()
    codes: Sequence[int] = ()
    """The lists of the promo codes that were used."""
    opens_visit: bool = True


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
    outlet: int | None = None
    blocked: bool = False
    activated: bool = True
    consents: Mapping[str, bool] = field(default_factory=dict)
    purchases: Sequence[Receipt] = ()
    lots: Sequence[tuple[int, datetime, datetime | None]] = ()
    rfm: tuple[int, int, int] | None = None
    lists: Sequence[int] = ()
    invited_by: int | None = None
    """An earlier one's number."""
    events: Sequence[tuple[str, datetime, dict[str, Any]]] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    addresses: Sequence[str] = ()
    """Kinds of marks that messages go to: email, phone, push, telegram."""
    trips: Sequence[Trip] = ()
    given_up: Sequence[Trip] = ()
    """Trips under a number that was merged into this one."""


def receipts(*plain: tuple[datetime, int]) -> list[Receipt]:
    """Purchases told by their moment and what is left of them."""
    return [Receipt(at, net) for at, net in plain]


def settle(
    session: Session,
    people: Iterable[Person],
    *,
    zone: str = "Europe/London",
    currency: str = "GBP",
    leap_day: str = "feb28",
    default_group: int | None = None,
    default_programme: int | None = None,
) -> None:
    """Write the people as customers 1, 2, 3, … of an organisation, with tags 1, 2, 3 to wear.

    Programmes are 1, 2 and 3, groups too: each follows the programme of its number, but the third follows none.
    Each kind of attribute is called like it and has an id from 1 on. Outlets are 1, 2 and 3, products 1 to 4; segments
    as above, lists of customers and of promo codes 1 and 2.
    """
    session.add(Organisation(id=1, name="Harbour Gifts", zone=zone, currency=currency, leap_day=leap_day))
    session.add_all(Tag(id=number, name=f"Tag {number}") for number in (1, 2, 3))
    session.add_all(Outlet(id=number, name=f"Outlet {number}") for number in (1, 2, 3))
    session.add_all(
        Product(id=number, sku=f"P{number}", name=f"Product {number}", category=category)
        for number, category in CATEGORIES.items()
    )
    session.add_all(
        Programme(
            id=number,
            name=f"Programme {number}",
            is_default=number == default_programme,
            tiers=[Tier(above=above) for above in TIERS[number]],
        )
        for number in TIERS
    )
    for kind in KINDS:
        create_attribute(session, AttributeData(kind, kind.title(), kind))
    for number in (1, 2):
        session.add(CustomerList(id=number, name=f"List {number}", created_at=LONG_AGO))
        session.add(PromoCodeList(id=number, name=f"Codes {number}", reusable=True))
    session.flush()
    session.add_all(PromoCode(id=number, list_id=number, code=f"CODE{number}") for number in (1, 2))
    session.add_all(
        Segment(id=number, name=f"Segment {number}", tree=tree, created_at=LONG_AGO, updated_at=LONG_AGO)
        for number, tree in SEGMENTS.items()
    )
    session.add_all(
        CustomerGroup(id=number, name=f"Group {number}", programme_id=followed, is_default=number == default_group)
        for number, followed in GROUPS.items()
    )
    session.flush()
    everybody = list(people)
    for number, person in enumerate(everybody, 1):
        _settle_one(session, number, person)
    if any(person.trips or person.given_up for person in everybody):
        settle_campaigns(session)
    for number, person in enumerate(everybody, 1):
        settle_trips(session, number, person.trips)
        if person.given_up:
            _settle_merged(session, GIVEN_UP + number, number, person.given_up)
    settle_rfm(session, {number: person.rfm for number, person in enumerate(everybody, 1)}, RFM_SEGMENTS)
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
            outlet_id=person.outlet,
            invited_by_id=person.invited_by,
            activated_at=person.registered_at if person.activated else None,
        )
    )
    session.flush()
    if person.card:
        session.add(Identity(kind="card", value=person.card, shown=person.card, customer_id=number))
    for kind in person.addresses:
        session.add(Identity(kind=kind, value=f"{kind} {number}", shown="x", customer_id=number))
    if person.blocked:
        session.add(Block(customer_id=number, since=LONG_AGO, reason="a test"))
    session.add_all(CustomerTag(customer_id=number, tag_id=tag) for tag in person.tags)
    session.add_all(
        Consent(customer_id=number, channel=channel, granted=granted, at=LONG_AGO)
        for channel, granted in person.consents.items()
    )
    kept = [receipt for receipt in person.purchases if receipt.net > 0]
    if kept:
        session.add(
            CustomerTotals(
                customer_id=number,
                purchase_count=len(kept),
                purchase_sum=sum(receipt.net for receipt in kept),
                first_purchase_at=min(receipt.at for receipt in kept),
                last_purchase_at=max(receipt.at for receipt in kept),
                visit_count=sum(receipt.opens_visit for receipt in kept),
            )
        )
    session.add_all(CustomerListMember(customer_id=number, list_id=each) for each in person.lists)
    session.add_all(
        Event(kind=kind, customer_id=number, at=at, properties=properties) for kind, at, properties in person.events
    )
    set_attributes(session, number, person.attributes)
    for receipt in person.purchases:
        _buy(session, number, receipt)
    session.flush()
    _accrue(session, number, person)


def _settle_merged(session: Session, number: int, merged_into: int, trips: Sequence[Trip]) -> None:
    session.add(Customer(id=number, registered_at=LONG_AGO, merged_into_id=merged_into))
    session.flush()
    settle_trips(session, number, trips)


def _buy(session: Session, number: int, receipt: Receipt) -> None:
    purchase = Purchase(
        customer_id=number,
        at=receipt.at,
        amount=max(receipt.net, 100),
        net_amount=receipt.net,
        outlet_id=receipt.outlet,
        opens_visit=receipt.opens_visit,
    )
    session.add(purchase)
    for code in receipt.codes:
        session.flush()
        used = {"customer_id": number, "purchase_id": purchase.id, "at": receipt.at}
        session.add(PromoCodeUse(code_id=code, slot=purchase.id, **used))
    for line in receipt.lines:
        session.flush()
        bought = PurchaseLine(
            purchase_id=purchase.id,
            customer_id=number,
            product_id=line.product,
            quantity=line.quantity,
            price=line.amount,
            amount=line.amount,
            returned=line.returned,
        )
        session.add(bought)
        if line.returned:
            amount = line.returned_amount
            brought = PurchaseReturn(purchase_id=purchase.id, customer_id=number, at=receipt.at, amount=amount)
            session.add(brought)
            session.flush()
            pieces = {"quantity": line.returned, "amount": amount}
            session.add(ReturnLine(return_id=brought.id, line_id=bought.id, customer_id=number, **pieces))


def _accrue(session: Session, number: int, person: Person) -> None:
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
