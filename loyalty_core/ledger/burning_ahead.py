"""What is about to burn: how much of each customer's bonuses, and when."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from loyalty_core.database import id_set
from loyalty_core.ledger.balance import Burning
from loyalty_core.ledger.rows import Lot, Operation


def burns_between(begin: datetime, end: datetime, source: str | None = None) -> ColumnElement[bool]:
    """Of a lot: something is left of it that burns after `begin` and no later than `end`.

    `source` keeps the lots that an operation of this source granted (`welcome`, `purchase`).
    """
    burns = and_(Lot.remaining > 0, Lot.expires_at > begin, Lot.expires_at <= end)
    return burns if source is None else and_(burns, _granted_by(source))


def burning_ahead(
    session: Session, ids: Collection[int], now: datetime, source: str | None = None
) -> dict[int, list[Burning]]:
    """When bonuses of these customers burn, soonest first, and how much at each moment; who has none is left out."""
    lots = select(Lot.customer_id, func.sum(Lot.remaining), Lot.expires_at).where(
        Lot.customer_id.in_(id_set(session, ids)), Lot.remaining > 0, Lot.expires_at > now
    )
    if source is not None:
        lots = lots.where(_granted_by(source))
    found: dict[int, list[Burning]] = {}
    by_moment = lots.group_by(Lot.customer_id, Lot.expires_at).order_by(Lot.expires_at)
    for customer_id, amount, at in session.execute(by_moment):
        if at is not None:
            found.setdefault(customer_id, []).append(Burning(int(amount), at))
    return found


def _granted_by(source: str) -> ColumnElement[bool]:
    granted = select(Operation.id).where(Operation.id == Lot.operation_id, Operation.source == source)
    return granted.exists()
