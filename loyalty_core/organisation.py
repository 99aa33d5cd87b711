"""The organisation, its legal entities and its outlets, and whose time zone counts."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from loyalty_core.database import Base, BigId, kept


class Organisation(Base):
    """The one row of settings that hold for everything: name, zone, currency, the rule for 29 February."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint("leap_day IN ('feb28', 'mar1')", name="leap_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    name: Mapped[str] = mapped_column(String(200))
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    currency: Mapped[str] = mapped_column(String(3), default="GBP")
    leap_day: Mapped[str] = mapped_column(String(5), default="feb28")


class LegalEntity(Base):
    """A company that owes the bonuses granted in its name."""

    __tablename__ = "legal_entity"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)


class Outlet(Base):
    """A shop; its time zone, where it has one, is its customers' time zone."""

    __tablename__ = "outlet"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    external_id: Mapped[str | None] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    zone: Mapped[str | None] = mapped_column(String(64))
    legal_entity_id: Mapped[int | None] = mapped_column(ForeignKey("legal_entity.id"))


def organisation(session: Session) -> Organisation:
    """The organisation's row; a database that has none yet gets the defaults."""
    found = kept(session, Organisation, 1)
    return found or Organisation(id=1, name="Catena", zone="UTC", currency="GBP", leap_day="feb28")


def zone_of(session: Session, outlet_id: int | None) -> ZoneInfo:
    """The outlet's zone where it has one, else the organisation's."""
    outlet = kept(session, Outlet, outlet_id) if outlet_id is not None else None
    return ZoneInfo((outlet and outlet.zone) or organisation(session).zone)


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment on the wall clock of a zone."""
    return moment.astimezone(zone)
