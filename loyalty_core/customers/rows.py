"""Customers and the marks they are known by."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from loyalty_core.database import Base, BigId
from loyalty_core.programmes.rows import CustomerGroup, Programme

_WAITING = text("activated_at IS NULL")
_MERGED = text("merged_into_id IS NOT NULL")
_INVITED = text("invited_by_id IS NOT NULL")


class Customer(Base):
    """A member of the loyalty programme. `birth_day` is month × 100 + day (29 February = 229): birthdays by index.

    Who has no `activated_at` waits for activation: no discount, no bonuses earned or spent.

    `merged_into_id` is the customer who turned out to be the same person and has all that was theirs: of who has been
    merged only the number is left. It is never the number of one who has been merged too.
    Nobody is among those who invited the one who invited them, and so on upwards.
    """

    __tablename__ = "customer"
    __table_args__ = (
        CheckConstraint("sex IN ('female', 'male')", name="sex"),
        CheckConstraint("(birth_date IS NULL) = (birth_day IS NULL)", name="birth_day"),
        CheckConstraint("merged_into_id <> id", name="merged_into_id"),
        CheckConstraint("invited_by_id <> id", name="invited_by_id"),
        Index("ix_customer_birth_day", "birth_day"),
        Index("ix_customer_registered_at", "registered_at"),
        Index("ix_customer_customer_group_id", "customer_group_id"),
        Index("ix_customer_waiting", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_customer_merged_into_id", "merged_into_id", sqlite_where=_MERGED, postgresql_where=_MERGED),
        Index("ix_customer_invited_by_id", "invited_by_id", sqlite_where=_INVITED, postgresql_where=_INVITED),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    external_id: Mapped[str | None] = mapped_column(String(100), unique=True)
    first_name: Mapped[str] = mapped_column(String(100), default="")
    last_name: Mapped[str] = mapped_column(String(100), default="")
    birth_date: Mapped[date | None]
    birth_day: Mapped[int | None] = mapped_column(SmallInteger)
    sex: Mapped[str | None] = mapped_column(String(6))
    registered_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]
    outlet_id: Mapped[int | None] = mapped_column(ForeignKey("outlet.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey(Programme.id))
    customer_group_id: Mapped[int | None] = mapped_column(ForeignKey(CustomerGroup.id))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))


class Identity(Base):
    """One mark of a customer: `kind` is card, phone, email, telegram or push (a device's token).

    `value` is normalised, `shown` is as it was given.
    They are known by an `additional` one too, but not written to there.
    """

    __tablename__ = "identity"
    __table_args__ = (Index("ix_identity_customer_id", "customer_id", "kind"),)

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(200), primary_key=True)
    shown: Mapped[str] = mapped_column(String(200))
    additional: Mapped[bool] = mapped_column(default=False, server_default=false())
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))


# The order of a customer's marks: the first of a kind is where they are written to.
MAIN_FIRST = (Identity.additional, Identity.value)


class Consent(Base):
    """What a customer said of a channel (email, sms, push, telegram). No row: not asked."""

    __tablename__ = "consent"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    granted: Mapped[bool]
    at: Mapped[datetime]


class Tag(Base):
    """A mark that people put on customers."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    description: Mapped[str] = mapped_column(String(500), default="")
    active: Mapped[bool] = mapped_column(default=True)


class CustomerTag(Base):
    """A tag on a customer."""

    __tablename__ = "customer_tag"
    __table_args__ = (Index("ix_customer_tag_tag_id", "tag_id", "customer_id"),)

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True)


class CustomerTotals(Base):
    """What a customer has bought so far, kept in step by every purchase and return; minor units, net of returns.

    `visit_count`: how many visits these purchases were (see `visits`).
    """

    __tablename__ = "customer_totals"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True, autoincrement=False)
    purchase_count: Mapped[int] = mapped_column(default=0)
    purchase_sum: Mapped[int] = mapped_column(BigInteger, default=0)
    first_purchase_at: Mapped[datetime | None]
    last_purchase_at: Mapped[datetime | None]
    visit_count: Mapped[int] = mapped_column(default=0, server_default="0")
