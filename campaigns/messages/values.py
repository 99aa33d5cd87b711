"""What messages can name of each customer and trip, loaded in sets; what no text names is not asked for."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from campaigns.messages.claims import Claimed
from campaigns.messages.letters import Values, nested
from campaigns.node_types import BurnWindow
from campaigns.runtime.rows import Enrollment
from campaigns.wording import amount_in, bonuses
from loyalty_core.customers.rows import Customer, Identity
from loyalty_core.database import id_set
from loyalty_core.events import Event
from loyalty_core.ledger.balance import Burning, balances
from loyalty_core.ledger.burning_ahead import burning_ahead
from loyalty_core.ledger.rows import Lot, Operation
from loyalty_core.organisation import Outlet, organisation
from loyalty_core.till.purchases import Purchase


class _Amount(str):
    """An amount as messages show it; `{% if bonuses %}` asks whether there is any."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return self != "0"


def values_of(
    session: Session,
    messages: Sequence[Claimed],
    now: datetime,
    *,
    named: str,
    windows: Mapping[int, BurnWindow | None],
) -> dict[int, Values]:
    """The values by message. `named` is all their templates; `windows` says which burning each is about."""
    of = organisation(session)
    people = select(
        Customer.id, Customer.first_name, Customer.last_name, func.coalesce(Outlet.zone, of.zone)
    ).outerjoin(Outlet, Outlet.id == Customer.outlet_id)
    ids = {message.customer_id for message in messages}
    found = {row[0]: row[1:] for row in session.execute(people.where(Customer.id.in_(id_set(session, ids))))}
    granted = _granted(session, [message.enrollment_id for message in messages])
    active = balances(session, ids, now)
    purchases = _purchases(session, messages) if "purchase" in named else {}
    marks = _marks(session, ids) if "customer" in named else {}
    burning = _burning(session, messages, now, windows) if "burning" in named else None
    values: dict[int, Values] = {}
    for message in messages:
        customer = message.customer_id
        first, last, zone = found[customer]
        amount, burns_at = granted.get(message.enrollment_id, (0, None))
        paid, earned = purchases.get(message.enrollment_id, (0, 0))
        names: dict[str, Any] = {
            "customer.first_name": first,
            "customer.last_name": last,
            "customer.name": f"{first} {last}".strip(),
            "customer.phone": marks.get((customer, "phone"), ""),
            "customer.card": marks.get((customer, "card"), ""),
            "bonuses": _Amount(bonuses(amount)),
            "burns_on": _day(burns_at, zone),
            "balance": _Amount(bonuses(active.get(customer, 0))),
            "purchase.amount": amount_in(paid),
            "purchase.bonuses": _Amount(bonuses(earned)),
            "organisation.name": of.name,
        }
        if burning is not None:
            names |= _soon(burning.get(message.id, []), windows.get(message.id), now, zone)
        values[message.id] = nested(names)
    return values


def _soon(burning: Sequence[Burning], window: BurnWindow | None, now: datetime, zone: str) -> dict[str, Any]:
    """What burns within the window, or, without one, on the first day on which anything does."""

    def day(at: datetime) -> Any:
        return at.astimezone(ZoneInfo(zone)).date()

    until = day(now) + timedelta(days=window.days) if window else day(burning[0].at) if burning else None
    within = [each for each in burning if day(each.at) <= until]
    first = within[0].at if within else None
    return {"burning": _Amount(bonuses(sum(each.amount for each in within))), "burning_on": _day(first, zone)}


def _burning(
    session: Session, messages: Sequence[Claimed], now: datetime, windows: Mapping[int, BurnWindow | None]
) -> dict[int, list[Burning]]:
    """What burns, soonest first, by message: of the bonuses that its window is about."""
    sources: dict[str | None, list[Claimed]] = {}
    for message in messages:
        window = windows.get(message.id)
        sources.setdefault(window.source if window else None, []).append(message)
    found: dict[int, list[Burning]] = {}
    for source, those in sources.items():
        ahead = burning_ahead(session, {message.customer_id for message in those}, now, source)
        found |= {message.id: ahead.get(message.customer_id, []) for message in those}
    return found


def _granted(session: Session, enrollments: Sequence[int]) -> dict[int, tuple[int, datetime | None]]:
    """What the chain has accrued to each enrollment (minor units), and when the first of it burns."""
    lots = (
        select(Operation.source_id, func.sum(Lot.amount), func.min(Lot.expires_at))
        .join(Lot, and_(Lot.operation_id == Operation.id, Lot.customer_id == Operation.customer_id))
        .where(
            Operation.source == "enrollment",
            Operation.kind == "accrue",
            Operation.source_id.in_(id_set(session, enrollments)),
        )
        .group_by(Operation.source_id)
    )
    return {int(source): (int(amount), at) for source, amount, at in session.execute(lots) if source is not None}


def _purchases(session: Session, messages: Sequence[Claimed]) -> dict[int, tuple[int, int]]:
    """What the purchase that began each trip came to and earned, by enrollment; minor units."""
    enrollments = [message.enrollment_id for message in messages]
    began = (
        select(Enrollment.id, Event.properties)
        .join(Event, Event.id == Enrollment.event_id)
        .where(Enrollment.id.in_(id_set(session, enrollments)), Event.kind == "purchase.placed")
    )
    bought = {enrollment: properties["purchase_id"] for enrollment, properties in session.execute(began)}
    rows = select(Purchase.id, Purchase.amount, Purchase.accrued).where(
        Purchase.id.in_(id_set(session, set(bought.values())))
    )
    sums = {row.id: (row.amount, row.accrued) for row in session.execute(rows)}
    return {enrollment: sums[purchase] for enrollment, purchase in bought.items() if purchase in sums}


def _marks(session: Session, ids: set[int]) -> dict[tuple[int, str], str]:
    """One mark of each kind, as it was given."""
    rows = select(Identity.customer_id, Identity.kind, func.min(Identity.shown)).where(
        Identity.customer_id.in_(id_set(session, ids)), ~Identity.additional, Identity.kind.in_(("phone", "card"))
    )
    grouped = rows.group_by(Identity.customer_id, Identity.kind)
    return {(customer, kind): shown for customer, kind, shown in session.execute(grouped)}


def _day(moment: datetime | None, zone: str) -> str:
    """`31 January 2027` on the customer's calendar."""
    return format_date(moment.astimezone(ZoneInfo(zone)), "d MMMM y", locale="en") if moment else ""
