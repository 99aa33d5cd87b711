"""Moves what one customer holds and owes to another, when the two turn out to be one person.

Nothing of the ledger changes hands: what remains of a lot is taken by one operation, and comes to the other customer as
a lot of the same bonus type and legal entity, valid at the same outlets, with the same moments. So what a legal entity
owes is the same before and after, at any moment. Debts stay beside the bonuses; the next accrual pays them, as ever.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from loyalty_core.customers.merged import now_known_as
from loyalty_core.database import Base, id_set, insert_rows
from loyalty_core.ledger.burning import burn_due_of
from loyalty_core.ledger.debts import Debt, DebtPayment
from loyalty_core.ledger.holdings import Held, hold
from loyalty_core.ledger.rows import Entry, Lot, Operation, hash_of, known_operations

# The source of what goes; what comes keeps the source that it had.
GONE = "merged"
_SOURCE = ("source", "source_id", "source_node", "reason")


class MovedLot(Base):
    """A lot that came with a merge, and the first lot of those that have held the same accrual one after another."""

    __tablename__ = "moved_lot"

    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True, autoincrement=False)
    first_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)


class Moved(NamedTuple):
    """How much moved, in minor units."""

    amount: int
    debt: int


def move_bonuses(session: Session, kept_id: int, gone_id: int, at: datetime, author: str) -> Moved:
    """Move everything; what is due to burn burns first. Both customers must be locked."""
    burn_due_of(session, gone_id, at)
    same = {"input_hash": hash_of("merge"), "kind": "merge", "at": at, "author": author}
    amount = _move_lots(session, kept_id, gone_id, same)
    return Moved(amount, _move_debts(session, kept_id, gone_id, same))


def homes_of(session: Session, marks: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Whose ledger has, or gets, what is asked of these customers under these keys.

    A merged customer's has what it had; everything new comes to the one they are now.
    """
    homes = {mark: mark[0] for mark in marks}
    merged = now_known_as(session, {customer_id for customer_id, _key in marks})
    theirs = [mark for mark in homes if mark[0] in merged]
    known = known_operations(session, theirs) if theirs else {}
    return homes | {mark: merged[mark[0]] for mark in theirs if mark not in known}


def _move_lots(session: Session, kept_id: int, gone_id: int, same: Mapping[str, Any]) -> int:
    lots = hold(session, [gone_id], same["at"])[gone_id]
    amount = sum(lot.remaining for lot in lots)
    if not amount:
        return 0
    origins = _origins(session, lots)
    keys = {lot.lot_id: f"merge:{gone_id}:{lot.lot_id}" for lot in lots}
    taken = {**same, "customer_id": gone_id, "idempotency_key": "merge:lots", "amount": -amount, "source": GONE}
    insert_rows(
        session,
        Operation,
        [
            {**taken, "source_id": kept_id, "source_node": None, "reason": None},
            *(
                {
                    **same,
                    "customer_id": kept_id,
                    "idempotency_key": keys[lot.lot_id],
                    "amount": lot.remaining,
                    **dict(zip(_SOURCE, origins[lot.lot_id], strict=True)),
                }
                for lot in lots
            ),
        ],
    )
    marks = [(gone_id, "merge:lots"), *((kept_id, key) for key in keys.values())]
    operations = known_operations(session, marks)
    insert_rows(
        session,
        Entry,
        [
            {
                "customer_id": gone_id,
                "lot_id": lot.lot_id,
                "operation_id": operations[gone_id, "merge:lots"].id,
                "kind": "merge",
                "amount": -lot.remaining,
                "at": same["at"],
            }
            for lot in lots
        ],
    )
    insert_rows(
        session,
        Lot,
        [
            {
                "customer_id": kept_id,
                "operation_id": operations[kept_id, keys[lot.lot_id]].id,
                "bonus_type_id": lot.bonus_type_id,
                "legal_entity_id": lot.legal_entity_id,
                "outlet_set_id": lot.outlet_set_id,
                "amount": lot.remaining,
                "remaining": lot.remaining,
                "accrued_at": same["at"],
                "active_at": lot.active_at,
                "expires_at": lot.expires_at,
            }
            for lot in lots
        ],
    )
    _remember_first(session, {operations[kept_id, key].id: lot_id for lot_id, key in keys.items()})
    return amount


def _origins(session: Session, lots: Sequence[Held]) -> dict[int, Sequence[Any]]:
    """What each lot's operation says of where it came from."""
    opened = (
        select(Lot.id, *(getattr(Operation, name) for name in _SOURCE))
        .join(Operation, Operation.id == Lot.operation_id)
        .where(Lot.id.in_(id_set(session, [lot.lot_id for lot in lots])))
    )
    return {lot_id: source for lot_id, *source in session.execute(opened)}


def _remember_first(session: Session, moved: Mapping[int, int]) -> None:
    """Write down which lot each operation's lot goes on from."""
    opened = select(Lot.operation_id, Lot.id).where(Lot.operation_id.in_(id_set(session, moved)))
    earlier = select(MovedLot.lot_id, MovedLot.first_id).where(MovedLot.lot_id.in_(id_set(session, moved.values())))
    first: dict[int, int] = dict(session.execute(earlier).all())
    rows = [(lot_id, moved[operation_id]) for operation_id, lot_id in session.execute(opened)]
    insert_rows(session, MovedLot, [{"lot_id": new, "first_id": first.get(old, old)} for new, old in rows])


def _move_debts(session: Session, kept_id: int, gone_id: int, same: Mapping[str, Any]) -> int:
    columns = (Debt.id, Debt.operation_id, Debt.legal_entity_id, Debt.remaining)
    owed = select(*columns).where(Debt.customer_id == gone_id, Debt.remaining > 0)
    debts = session.execute(owed.order_by(Debt.id).with_for_update()).all()
    amount: int = sum(debt.remaining for debt in debts)
    if not amount:
        return 0
    keys = {debt.id: f"merge:{gone_id}:debt:{debt.id}" for debt in debts}
    paid = {**same, "customer_id": gone_id, "idempotency_key": "merge:debts", "amount": amount, "source": GONE}
    insert_rows(
        session,
        Operation,
        [
            {**paid, "source_id": kept_id},
            *(
                {
                    **same,
                    "customer_id": kept_id,
                    "idempotency_key": keys[debt.id],
                    "amount": -debt.remaining,
                    "source": "debt",
                    "source_id": debt.operation_id,
                }
                for debt in debts
            ),
        ],
    )
    marks = [(gone_id, "merge:debts"), *((kept_id, key) for key in keys.values())]
    operations = known_operations(session, marks)
    insert_rows(
        session,
        DebtPayment,
        [
            {
                "customer_id": gone_id,
                "debt_id": debt.id,
                "operation_id": operations[gone_id, "merge:debts"].id,
                "amount": debt.remaining,
            }
            for debt in debts
        ],
    )
    insert_rows(
        session,
        Debt,
        [
            {
                "customer_id": kept_id,
                "operation_id": operations[kept_id, keys[debt.id]].id,
                "legal_entity_id": debt.legal_entity_id,
                "amount": debt.remaining,
                "remaining": debt.remaining,
                "at": same["at"],
            }
            for debt in debts
        ],
    )
    return amount
