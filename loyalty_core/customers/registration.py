"""Registers customers and changes what is known of them, in sets; one customer is a set of one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from loyalty_core.customers.data import CHANNELS, SEXES, Checked, CustomerData, checked
from loyalty_core.customers.identities import MARKS, bearers, find_customer, normalise
from loyalty_core.customers.rows import Consent, Customer, CustomerTotals, Identity
from loyalty_core.database import id_set, insert_into, insert_rows, table_of, text_set
from loyalty_core.errors import Refused
from loyalty_core.events import Event
from loyalty_core.i18n import gettext as _
from loyalty_core.organisation import Outlet
from loyalty_core.programmes.activation import activate_new
from loyalty_core.programmes.inviters import set_inviter
from loyalty_core.programmes.terms import terms_at_registration

__all__ = ["CHANNELS", "SEXES", "CustomerData", "Registered", "find_customer", "normalise", "register", "register_many"]

# A person has one place a channel to be written to, which a new one replaces; cards are added to one another.
_REPLACED = ("email", "phone", "telegram", "push")
_COLUMNS = ("first_name", "last_name", "birth_date", "birth_day", "sex", "registered_at", "outlet_id", "invited_by_id")


@dataclass
class Registered:
    """What came of each element of a set, by its place in it: the customer's id, or why it was refused."""

    ids: dict[int, int] = field(default_factory=dict)
    new: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    refused: dict[int, Refused] = field(default_factory=dict)


def register(session: Session, data: CustomerData, now: datetime) -> Customer:
    """Register a customer and tell it to the chains (`customer.registered`), or change the one with this external id.

    Refused where a value cannot be taken, or a mark belongs to somebody else.
    """
    registered = register_many(session, [data], now)
    for refusal in registered.refused.values():
        raise refusal
    return session.get_one(Customer, registered.ids[0], populate_existing=True)


def register_many(session: Session, data: Sequence[CustomerData], now: datetime, *, events: bool = True) -> Registered:
    """Register a set of customers, each as `register` does; those that cannot be taken are refused, the others are not.

    They are activated, and welcomed, where their programme asks for nothing more. `events=False` is for history, which
    must not start chains: such customers are activated since their registration, and not welcomed.
    A handful of statements for any number of customers.
    """
    try:
        with session.begin_nested():
            return _register(session, data, now, events)
    except IntegrityError:
        # Somebody registered one of them at the same time; by now what they wrote can be seen.
        with session.begin_nested():
            return _register(session, data, now, events)


def _register(session: Session, data: Sequence[CustomerData], now: datetime, events: bool) -> Registered:
    done = Registered()
    rows: dict[int, Checked] = {}
    outlets = _known_outlets(session, data)
    for place, each in enumerate(data):
        try:
            rows[place] = checked(each, outlets)
        except Refused as refusal:
            done.refused[place] = refusal
    # Marks first: who is registered meanwhile is then known with them, or makes our own insert fail and start again.
    taken = _taken(session, rows.values())
    known = _known_customers(session, rows.values())
    for row in rows.values():
        row.customer_id = known[row.external_id].id if row.external_id in known else 0
    for place, clash in _clashes(rows, taken).items():
        done.refused[place] = clash
        del rows[place]

    new = {place: row for place, row in rows.items() if not row.customer_id}
    old = {place: row for place, row in rows.items() if row.customer_id}
    done.changed = _change(session, old, known)
    _create(session, list(new.values()), now, events)
    done.changed |= _write_marks(session, rows) & old.keys()
    done.changed |= write_consents(session, rows, now) & old.keys()
    done.new = set(new)
    done.ids = {place: row.customer_id for place, row in rows.items()}
    return done


def _known_outlets(session: Session, data: Sequence[CustomerData]) -> set[int]:
    named = {each.outlet_id for each in data if each.outlet_id is not None}
    return set(session.scalars(select(Outlet.id).where(Outlet.id.in_(id_set(session, named))))) if named else set()


def _known_customers(session: Session, rows: Collection[Checked]) -> dict[str | None, Any]:
    named = [row.external_id for row in rows if row.external_id is not None]
    # The number of one who has been merged stands for who they are now.
    told = aliased(Customer)
    columns = (getattr(Customer, name) for name in _COLUMNS)
    known = (
        select(Customer.id, told.external_id, *columns)
        .join(told, func.coalesce(told.merged_into_id, told.id) == Customer.id)
        .where(told.external_id.in_(text_set(session, named)))
    )
    return {customer.external_id: customer for customer in session.execute(known)}


def _taken(session: Session, rows: Collection[Checked]) -> dict[tuple[str, str], int]:
    """Who bears the marks that are given."""
    taken: dict[tuple[str, str], int] = {}
    for kind in MARKS:
        values = [row.marks[kind][0] for row in rows if kind in row.marks]
        taken |= {(kind, value): customer_id for value, customer_id in bearers(session, kind, values).items()}
    return taken


def _clashes(rows: Mapping[int, Checked], taken: Mapping[tuple[str, str], int]) -> dict[int, Refused]:
    """Refuse those whose external id or mark another element of the set, or another customer, has already."""
    clashes: dict[int, Refused] = {}
    seen: dict[tuple[str, str], int] = {}
    for place, row in rows.items():
        marks = {kind: value for kind, (value, _shown) in row.marks.items()}
        if row.external_id is not None:
            marks["external_id"] = row.external_id
        for kind, value in marks.items():
            bearer = taken.get((kind, value), seen.get((kind, value), row.customer_id))
            if (kind, value) in seen and kind == "external_id":
                clashes[place] = Refused(kind, _("%(value)s comes twice", value=value))
            elif bearer != row.customer_id or ((kind, value) in seen and not bearer):
                clashes[place] = Refused(kind, _("%(value)s belongs to another customer", value=value))
        if place not in clashes:
            seen |= dict.fromkeys(marks.items(), row.customer_id)
    return clashes


def _change(session: Session, rows: Mapping[int, Checked], known: Mapping[str | None, Any]) -> set[int]:
    changed = set()
    for place, row in rows.items():
        customer = known[row.external_id]
        news = {name: value for name, value in row.columns.items() if getattr(customer, name) != value}
        if "invited_by_id" in news:
            set_inviter(session, row.customer_id, news["invited_by_id"])
        if news:
            session.execute(update(Customer).where(Customer.id == row.customer_id).values(news))
            changed.add(place)
    return changed


def _create(session: Session, rows: Sequence[Checked], now: datetime, events: bool) -> None:
    if not rows:
        return
    blank = dict.fromkeys(_COLUMNS) | {"first_name": "", "last_name": "", "registered_at": now}
    blank |= terms_at_registration(session)
    values = [blank | row.columns | {"external_id": row.external_id} for row in rows]
    values = [each | {"activated_at": None if events else each["registered_at"]} for each in values]
    _insert(session, rows, values)
    ids = [row.customer_id for row in rows]
    insert_rows(
        session,
        CustomerTotals,
        [{"customer_id": each, "purchase_count": 0, "purchase_sum": 0} for each in ids],
    )
    if events:
        told = {"kind": "customer.registered", "at": now, "properties": {}}
        insert_rows(session, Event, [told | {"customer_id": each} for each in ids])
        activate_new(session, ids, now)


def _insert(session: Session, rows: Sequence[Checked], values: Sequence[dict[str, Any]]) -> None:
    """Write the rows and learn their ids: by the external id, or, one by one, where there is none."""
    customer = table_of(Customer)
    named = [value for value in values if value["external_id"] is not None]
    written = insert(customer).returning(customer.c.external_id, customer.c.id)
    ids: dict[str, int] = dict(session.execute(written, named).all()) if named else {}
    for row, value in zip(rows, values, strict=True):
        row.customer_id = ids[row.external_id] if row.external_id else session.execute(written, value).one().id


def _write_marks(session: Session, rows: Mapping[int, Checked]) -> set[int]:
    """Write the marks that are new; answers whose they are."""
    borne, main = _borne(session, [row.customer_id for row in rows.values()])
    new: list[dict[str, Any]] = []
    gone: list[tuple[str, str]] = []
    changed = set()
    for place, row in rows.items():
        for kind, (value, shown) in row.marks.items():
            earlier = borne.setdefault((row.customer_id, kind), set())
            if value in earlier:
                continue
            changed.add(place)
            earlier.add(value)
            new.append({"kind": kind, "value": value, "shown": shown, "customer_id": row.customer_id})
            if kind in _REPLACED:
                gone += [(kind, each) for each in earlier & main]
    if gone:
        session.execute(delete(Identity).where(tuple_(Identity.kind, Identity.value).in_(gone)))
    if new:
        insert_rows(session, Identity, new)
    return changed


def _borne(session: Session, ids: Sequence[int]) -> tuple[dict[tuple[int, str], set[str]], set[str]]:
    """The marks of these customers by customer and kind, and which of all marks are no additional ones."""
    borne: dict[tuple[int, str], set[str]] = {}
    main = set()
    columns = (Identity.customer_id, Identity.kind, Identity.value, Identity.additional)
    for mark in session.execute(select(*columns).where(Identity.customer_id.in_(id_set(session, ids)))):
        borne.setdefault((mark.customer_id, mark.kind), set()).add(mark.value)
        if not mark.additional:
            main.add(mark.value)
    return borne, main


def write_consents(session: Session, rows: Mapping[int, Checked], now: datetime) -> set[int]:
    """Write what was said anew of a channel; answers by whom."""
    asked = select(Consent.customer_id, Consent.channel, Consent.granted).where(
        Consent.customer_id.in_(id_set(session, [row.customer_id for row in rows.values() if row.consents]))
    )
    said = {(each.customer_id, each.channel): each.granted for each in session.execute(asked)}
    changed = set()
    new: dict[tuple[int, str], dict[str, Any]] = {}
    for place, row in rows.items():
        for channel, granted in row.consents.items():
            if said.get((row.customer_id, channel)) is not granted:
                changed.add(place)
                answer = {"customer_id": row.customer_id, "channel": channel, "granted": granted, "at": now}
                new[row.customer_id, channel] = answer
    if new:
        written = insert_into(session, Consent)
        written = written.on_conflict_do_update(
            index_elements=[Consent.customer_id, Consent.channel],
            set_={"granted": written.excluded.granted, "at": written.excluded.at},
        )
        session.execute(written, list(new.values()))
    return changed
