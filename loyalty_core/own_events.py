"""Events of one's own: what a site, an app or another program tells of customers, beside what the core writes."""

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from loyalty_core.database import Base, insert_into
from loyalty_core.errors import Refused
from loyalty_core.events import record
from loyalty_core.i18n import gettext as _

KIND_MAX = 60
PROPERTIES_MAX = 20
TEXT_MAX = 200
# What the core itself writes begins so; nobody else may tell it.
RESERVED = ("customer.", "purchase.", "bonuses.", "promo_code.", "message.")
_KIND = re.compile(r"[a-z][a-z0-9_.\-]{0,59}", re.ASCII)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_\-]{0,59}", re.ASCII)


class EventKind(Base):
    """A kind of one's own events that came in at least once, to pick from."""

    __tablename__ = "event_kind"

    kind: Mapped[str] = mapped_column(String(KIND_MAX), primary_key=True)


def is_kind(kind: object) -> bool:
    """Whether this may be the kind of an event: "cart.abandoned"."""
    return isinstance(kind, str) and _KIND.fullmatch(kind) is not None


def is_property(name: object) -> bool:
    """Whether this may be the name of a property: "page"."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def tell(
    session: Session, kind: str, customer_id: int, at: datetime, properties: Mapping[str, str | int | bool]
) -> None:
    """Write down an event of one's own; chains and conditions see it as any other. Refused names what is wrong."""
    if not is_kind(kind):
        raise Refused("kind", _("Write a kind in small letters, such as cart.abandoned"))
    if kind.startswith(RESERVED):
        raise Refused("kind", _("Choose another kind: this one is written by the programme itself"))
    if len(properties) > PROPERTIES_MAX:
        raise Refused("properties", _("An event has at most %(most)s properties", most=PROPERTIES_MAX))
    for name, value in properties.items():
        if not is_property(name):
            raise Refused("properties", _("Name a property with letters, digits, _ and -, such as page"))
        if not isinstance(value, str | int) or len(str(value)) > TEXT_MAX or not str(value).isprintable():
            message = _("Write one line of at most %(most)s characters, a whole number, or yes or no", most=TEXT_MAX)
            raise Refused(f"properties.{name}", message)
    session.execute(insert_into(session, EventKind).values(kind=kind).on_conflict_do_nothing())
    record(session, kind, customer_id, at, **properties)
