"""Blocks customers whose card buys suspiciously often, and unblocks them.

"Борьба с мошенниками" of kilbil's page: a cashier who shows their own card in place of the customers'.
"""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from loyalty_core.customers.merged import check_customer
from loyalty_core.customers.rows import Customer
from loyalty_core.database import Base, insert_into
from loyalty_core.errors import Refused
from loyalty_core.events import record
from loyalty_core.i18n import gettext as _
from loyalty_core.local_time import moment_at
from loyalty_core.organisation import zone_of
from loyalty_core.programmes.rows import Programme
from loyalty_core.till.purchases import Purchase

REASON_MAX = 300


class Block(Base):
    """A customer whose purchases earn nothing, are not discounted and cannot be paid with bonuses, and why."""

    __tablename__ = "customer_block"

    customer_id: Mapped[int] = mapped_column(ForeignKey(Customer.id), primary_key=True, autoincrement=False)
    since: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(REASON_MAX))


def block_of(session: Session, customer_id: int) -> Block | None:
    """The customer's block, where they are blocked."""
    return session.scalar(select(Block).where(Block.customer_id == customer_id))


def block(session: Session, customer_id: int, reason: str, now: datetime) -> None:
    """Block a customer, and tell it to the chains (`customer.blocked`); one who is blocked already stays so."""
    if not 1 <= len(reason) <= REASON_MAX:
        raise Refused("reason", _("Write a reason of at most %(most)s characters", most=REASON_MAX))
    _check(session, customer_id)
    row = {"customer_id": customer_id, "since": now, "reason": reason}
    new = insert_into(session, Block).values(row).on_conflict_do_nothing().returning(Block.customer_id)
    if session.scalar(new) is not None:
        record(session, "customer.blocked", customer_id, now, reason=reason)


def unblock(session: Session, customer_id: int, now: datetime) -> None:
    """Take a block away, and tell it to the chains (`customer.unblocked`); without one nothing happens."""
    _check(session, customer_id)
    gone = delete(Block).where(Block.customer_id == customer_id).returning(Block.customer_id)
    if session.scalar(gone) is not None:
        record(session, "customer.unblocked", customer_id, now)


def exceeds_shift(
    session: Session, programme: Programme, customer_id: int, outlet_id: int | None, at: datetime
) -> bool:
    """Whether a purchase at this moment, not recorded yet, is one more than the programme allows in a shift day.

    A shift day is 24 hours from the shift's start on the clock of the shop, else of the organisation.
    """
    if programme.shift_purchases_max is None or programme.shift_starts is None:
        return False
    zone = zone_of(session, outlet_id)
    today = at.astimezone(zone).date()
    starts = (moment_at(today - timedelta(days=days), programme.shift_starts, zone) for days in (0, 1, 2))
    begin = next(start for start in starts if start <= at)
    bought = select(func.count()).where(
        Purchase.customer_id == customer_id, Purchase.at >= begin, Purchase.at < begin + timedelta(hours=24)
    )
    return (session.scalar(bought) or 0) >= programme.shift_purchases_max


def _check(session: Session, customer_id: int) -> None:
    check_customer(session, customer_id, "customer_id")
