"""What customers hold, read under a lock so that it can be taken from: nearest burning first, then the oldest."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from loyalty_core.database import id_set
from loyalty_core.ledger.rows import Lot, unexpired


@dataclass(slots=True)
class Held:
    """A lot in the hands of this transaction; `remaining` follows what is taken and given. Minor units."""

    lot_id: int
    customer_id: int
    operation_id: int
    bonus_type_id: int | None
    legal_entity_id: int | None
    remaining: int
    active_at: datetime
    expires_at: datetime | None
    outlet_set_id: int | None

    def lives(self, at: datetime) -> bool:
        """Whether it has not burned by this moment."""
        return self.expires_at is None or self.expires_at > at


def hold(
    session: Session, customers: Collection[int], at: datetime, *others: ColumnElement[bool]
) -> dict[int, list[Held]]:
    """Lock and read the lots of which something is left at this moment, and `others` of these customers.

    By customer, in the order in which they are taken from: what is active first, then what awaits activation; within
    each what burns soonest, then the oldest. Whoever takes from them at the same time waits here.
    """
    columns = [getattr(Lot, name) for name in Held.__slots__ if name != "lot_id"]
    lots = select(Lot.id, *columns).where(
        Lot.customer_id.in_(id_set(session, customers)), or_(unexpired(at), *others, false())
    )
    order = (Lot.customer_id, Lot.expires_at.nulls_last(), Lot.accrued_at, Lot.id)
    held: dict[int, list[Held]] = {customer: [] for customer in customers}
    for row in session.execute(lots.order_by(*order).with_for_update(of=Lot)):
        held[row.customer_id].append(Held(*row))
    return {customer: sorted(lots, key=lambda lot: lot.active_at > at) for customer, lots in held.items()}


def take(lots: Iterable[Held], amount: int) -> list[tuple[int, int]]:
    """Take up to the amount (minor units) from the lots in their order; answers how much from which."""
    taken = []
    for lot in lots:
        part = min(lot.remaining, amount)
        if part:
            lot.remaining -= part
            amount -= part
            taken.append((lot.lot_id, part))
        if not amount:
            break
    return taken
