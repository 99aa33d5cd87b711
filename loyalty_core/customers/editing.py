"""Edits what is known of one customer as a whole: what is left out is not known any more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from loyalty_core.customers.data import Checked, CustomerData, checked
from loyalty_core.customers.identities import bearers, normalise
from loyalty_core.customers.merged import check_customer
from loyalty_core.customers.registration import write_consents
from loyalty_core.customers.rows import Customer, Identity
from loyalty_core.customers.totals import lock_customers
from loyalty_core.database import insert_rows
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.organisation import Outlet

CARDS_MAX = 20
# Statements go past the session, which forgets what it has read once all is written.
_PAST = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Person:
    """All that a person tells of a customer: the main address and phone, and all cards.

    A consent for a channel that is not named stays as it was given.
    """

    first_name: str = ""
    last_name: str = ""
    email: str | None = None
    phone: str | None = None
    cards: Sequence[str] = ()
    birth_date: date | None = None
    sex: str | None = None
    outlet_id: int | None = None
    consents: Mapping[str, bool] = field(default_factory=dict)


def edit(session: Session, customer_id: int, person: Person, now: datetime) -> None:
    """Change what is known of a customer; nothing else happens, and nothing is told to chains.

    NotFound where there is no such customer, Merged where they are another one now; Refused, at the field to mend,
    where a value cannot be taken or a mark belongs to somebody else.
    """
    try:
        with session.begin_nested():
            _edit(session, customer_id, person, now)
    except IntegrityError:
        # Somebody took one of the marks at the same time; by now it can be seen whose it is.
        with session.begin_nested():
            _edit(session, customer_id, person, now)


def _edit(session: Session, customer_id: int, person: Person, now: datetime) -> None:
    lock_customers(session, [customer_id])
    check_customer(session, customer_id)
    told = _checked(session, person)
    told.customer_id = customer_id
    marks = _marks(session, told, person.cards)
    unknown = dict.fromkeys(("birth_date", "birth_day", "sex", "outlet_id"))
    session.execute(
        update(Customer).where(Customer.id == customer_id).values(unknown | told.columns), execution_options=_PAST
    )
    _replace_marks(session, customer_id, marks)
    write_consents(session, {0: told}, now)
    session.expire_all()


def _checked(session: Session, person: Person) -> Checked:
    outlets = set(session.scalars(select(Outlet.id).where(Outlet.id == person.outlet_id)))
    data = CustomerData(
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        phone=person.phone,
        birth_date=person.birth_date,
        sex=person.sex,
        outlet_id=person.outlet_id,
        consents=person.consents,
    )
    return checked(data, outlets)


def _marks(session: Session, told: Checked, cards: Sequence[str]) -> dict[tuple[str, str], str]:
    """The marks that the customer is to have: kind and spelling → as it was given."""
    if len(cards) > CARDS_MAX:
        raise Refused("cards", _("A customer has at most %(most)s cards", most=CARDS_MAX))
    marks = {(kind, value): shown for kind, (value, shown) in told.marks.items()}
    places = {mark: mark[0] for mark in marks}
    for place, card in enumerate(cards):
        try:
            mark = "card", normalise("card", card)
        except ValueError as error:
            raise Refused(f"cards.{place}", str(error)) from error
        marks[mark] = card.strip()[:200]
        places[mark] = f"cards.{place}"
    for kind in {kind for kind, _value in marks}:
        values = [value for other, value in marks if other == kind]
        for value, bearer in bearers(session, kind, values).items():
            if bearer != told.customer_id:
                raise Refused(places[kind, value], _("%(value)s belongs to another customer", value=value))
    return marks


def _replace_marks(session: Session, customer_id: int, marks: Mapping[tuple[str, str], str]) -> None:
    """Take away what is told no more, but for additional addresses and phones; what is told is the main one."""
    told = Identity.customer_id == customer_id, Identity.kind.in_(("email", "phone", "card"))
    borne = {(each.kind, each.value): each.additional for each in session.scalars(select(Identity).where(*told))}
    mark = tuple_(Identity.kind, Identity.value)
    main = [each for each in marks if borne.get(each) and each[0] != "card"]
    gone = [each for each, additional in borne.items() if each not in marks and (not additional or each[0] == "card")]
    if main:
        session.execute(update(Identity).where(mark.in_(main)).values(additional=False), execution_options=_PAST)
    if gone:
        session.execute(delete(Identity).where(mark.in_(gone)), execution_options=_PAST)
    new = [
        {"kind": kind, "value": value, "shown": shown, "customer_id": customer_id}
        for (kind, value), shown in marks.items()
        if (kind, value) not in borne
    ]
    insert_rows(session, Identity, new)
