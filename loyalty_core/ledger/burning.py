"""Burns what is left of lots whose time has come."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, cast, insert, literal, select
from sqlalchemy.orm import Session

from loyalty_core.database import id_set
from loyalty_core.ledger.rows import Entry, Lot, Operation, hash_of


def burn_due(session: Session, now: datetime, limit: int = 5000) -> int:
    """Burn up to `limit` lots that are due at `now`, soonest first, in three statements; returns how many were burned.

    An operation and its entry carry the moment at which the lot was due, however late the clock comes.
    """
    # Lots in the hands of a redemption or of another clock are left to the next tick.
    due = select(Lot.id).where(Lot.remaining > 0, Lot.expires_at <= now).order_by(Lot.expires_at, Lot.id).limit(limit)
    lots = session.scalars(due.with_for_update(skip_locked=True)).all()
    if lots:
        _burn(session, lots)
    return len(lots)


def burn_due_of(session: Session, customer_id: int, now: datetime) -> None:
    """Burn all lots of one customer that are due at `now`, as the clock would."""
    due = select(Lot.id).where(Lot.customer_id == customer_id, Lot.remaining > 0, Lot.expires_at <= now)
    lots = session.scalars(due.order_by(Lot.id).with_for_update()).all()
    if lots:
        _burn(session, lots)


def _burn(session: Session, lots: Sequence[int]) -> None:
    operation = {
        "customer_id": Lot.customer_id,
        "idempotency_key": literal("burn:") + cast(Lot.id, String),
        "input_hash": literal(hash_of("burn")),
        "kind": literal("burn"),
        "amount": Lot.remaining,
        "at": Lot.expires_at,
        "source": literal("clock"),
        "source_id": Lot.id,
    }
    asked = select(*operation.values()).where(Lot.id.in_(id_set(session, lots)))
    opened = session.scalars(insert(Operation).from_select(list(operation), asked).returning(Operation.id)).all()
    entry = {
        "customer_id": Operation.customer_id,
        "lot_id": Operation.source_id,
        "operation_id": Operation.id,
        "kind": Operation.kind,
        "amount": -Operation.amount,
        "at": Operation.at,
    }
    taken = select(*entry.values()).where(Operation.id.in_(id_set(session, opened)))
    session.execute(insert(Entry).from_select(list(entry), taken))
