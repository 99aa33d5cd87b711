"""Attributes of one's own: what an organisation wants to know of customers beside what the product asks."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from loyalty_core.database import Base, BigId, insert_into
from loyalty_core.errors import Conflict, NotFound, Refused
from loyalty_core.i18n import gettext as _

KINDS = ("number", "text", "date", "flag")
NUMBER_MAX = 10**12  # hundredths
TEXT_MAX = 200
_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,11}(\.[0-9]{1,2})?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Attribute(Base):
    """An attribute: `key` names it for programs, `name` for people; `kind` is number, text, date or flag."""

    __tablename__ = "customer_attribute"
    __table_args__ = (CheckConstraint("kind IN ('number', 'text', 'date', 'flag')", name="kind"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(6))


class AttributeValue(Base):
    """What is known of one customer: `number` in hundredths, 0 or 1 for a flag; the column of the kind is filled."""

    __tablename__ = "customer_attribute_value"
    __table_args__ = (
        CheckConstraint(
            "CASE WHEN number IS NULL THEN 0 ELSE 1 END + CASE WHEN text IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN day IS NULL THEN 0 ELSE 1 END = 1",
            name="one_value",
        ),
        Index("ix_customer_attribute_value_attribute_id", "attribute_id"),
    )

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    attribute_id: Mapped[int] = mapped_column(ForeignKey(Attribute.id), primary_key=True)
    number: Mapped[int | None] = mapped_column(BigInteger)
    text: Mapped[str | None] = mapped_column(String(TEXT_MAX))
    day: Mapped[date | None]


# The names of what asks for an attribute above.
UsedBy = Callable[[Session, Attribute], Sequence[str]]


@dataclass(frozen=True)
class AttributeData:
    """What somebody wants an attribute to be."""

    key: str
    name: str
    kind: str


def create_attribute(session: Session, data: AttributeData) -> Attribute:
    """Add an attribute. Refused names what is wrong; Conflict: there is one with this key or name."""
    if not _KEY.fullmatch(data.key):
        raise Refused("key", _("Write a key in small letters, digits and _, such as shoe_size"))
    if data.kind not in KINDS:
        raise Refused("kind", _("Choose one of: %(choices)s", choices=", ".join(KINDS)))
    new = Attribute(key=data.key, name=data.name, kind=data.kind)
    try:
        with session.begin_nested():
            session.add(new)
    except IntegrityError:
        raise Conflict("key", _("There is an attribute with this key or this name")) from None
    return new


def attribute(session: Session, attribute_id: int) -> Attribute:
    """The attribute, or NotFound."""
    found = session.get(Attribute, attribute_id)
    if found is None:
        raise NotFound("attribute", _("There is no attribute %(id)s", id=attribute_id))
    return found


def rename_attribute(session: Session, attribute_id: int, name: str) -> Attribute:
    """Give an attribute another name; its key and kind stay, so that programs find it. Conflict: the name is taken."""
    found = attribute(session, attribute_id)
    try:
        with session.begin_nested():
            found.name = name
    except IntegrityError:
        raise Conflict("name", _("There is an attribute with this name")) from None
    return found


def attribute_figures(session: Session) -> list[tuple[Attribute, int]]:
    """All attributes, oldest first, and of how many customers each is known."""
    known = select(func.count()).where(AttributeValue.attribute_id == Attribute.id).scalar_subquery()
    return [(row[0], row[1]) for row in session.execute(select(Attribute, known).order_by(Attribute.id))]


def delete_attribute(session: Session, attribute_id: int, used_by: UsedBy) -> None:
    """Delete an attribute and what was known of it. Conflict while anything asks for it; NotFound."""
    found = attribute(session, attribute_id)
    users = used_by(session, found)
    if users:
        names = ", ".join(f"“{name}”" for name in users)
        shown = {"attribute": found.name, "names": names}
        message = _("“%(attribute)s” is used by %(names)s: take it out there first", **shown)
        raise Conflict("attribute", message)
    session.execute(delete(AttributeValue).where(AttributeValue.attribute_id == attribute_id))
    session.delete(found)
    session.flush()


def attributes_of(session: Session, customer_id: int) -> dict[str, Any]:
    """What is known of a customer by key: text, a Decimal, a date, or a bool."""
    return {each.key: value for each, value in known_of(session, customer_id)}


def known_of(session: Session, customer_id: int) -> list[tuple[Attribute, Any]]:
    """The attributes that are known of a customer, oldest first, each with its value."""
    known = (
        select(Attribute, AttributeValue)
        .join_from(AttributeValue, Attribute, Attribute.id == AttributeValue.attribute_id)
        .where(AttributeValue.customer_id == customer_id)
        .order_by(Attribute.id)
        # What was written since this session read it counts.
        .execution_options(populate_existing=True)
    )
    return [(row[0], _value(row[0].kind, row[1])) for row in session.execute(known)]


def set_attributes(session: Session, customer_id: int, values: Mapping[str, Any]) -> None:
    """Write what is known of a customer, by key; None forgets it. Refused names the key, and changes nothing."""
    spelled = [key for key in values if _KEY.fullmatch(key)]
    known = {each.key: each for each in session.scalars(select(Attribute).where(Attribute.key.in_(spelled)))}
    unknown = next((key for key in values if key not in known), None)
    if unknown is not None:
        raise Refused(unknown, _("There is no attribute with this key: add it first"))
    rows = {known[key].id: _row(key, known[key].kind, value) for key, value in values.items()}
    gone = [attribute_id for attribute_id, row in rows.items() if row is None]
    session.execute(
        delete(AttributeValue).where(AttributeValue.customer_id == customer_id, AttributeValue.attribute_id.in_(gone))
    )
    for attribute_id, row in rows.items():
        if row is not None:
            new = insert_into(session, AttributeValue).values(customer_id=customer_id, attribute_id=attribute_id, **row)
            keys = [AttributeValue.customer_id, AttributeValue.attribute_id]
            session.execute(new.on_conflict_do_update(index_elements=keys, set_=row))


def _row(key: str, kind: str, value: Any) -> dict[str, Any] | None:
    if value is None:
        return None
    row: dict[str, Any] = {"number": None, "text": None, "day": None}
    match kind:
        case "flag":
            if not isinstance(value, bool):
                raise Refused(key, _("Write true or false"))
            return row | {"number": int(value)}
        case "text":
            if not isinstance(value, str) or not 1 <= len(value) <= TEXT_MAX or not value.isprintable():
                raise Refused(key, _("Write one line of 1 to %(most)s characters", most=TEXT_MAX))
            return row | {"text": value}
        case "date":
            return row | {"day": _day(key, value)}
    text = str(value) if type(value) is int else value
    if not isinstance(text, str) or not _NUMBER.fullmatch(text) or abs(Decimal(text) * 100) > NUMBER_MAX:
        raise Refused(key, _("Write a number with at most two decimals, such as 42.50"))
    return row | {"number": int(Decimal(text) * 100)}


def _day(key: str, value: Any) -> date:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise Refused(key, _("Write a day as 2026-12-31"))


def _value(kind: str, row: AttributeValue) -> Any:
    match kind:
        case "flag":
            return bool(row.number)
        case "text":
            return row.text
        case "date":
            return row.day
    return Decimal(row.number or 0) / 100
