"""Takes back what operations gave and gives back what they spent, for many customers at once.

The rules stand in `reversal_plan`.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.customers.merged_bonuses import homes_of
from loyalty_core.customers.totals import lock_customers
from loyalty_core.database import id_set
from loyalty_core.ledger.debts import Debt
from loyalty_core.ledger.reversal_plan import Move, Reversal, ground_of, plan
from loyalty_core.ledger.reversal_rows import write
from loyalty_core.ledger.rows import Operation, check_movement, check_repeats, hash_of, known_operations


class Reversed(NamedTuple):
    """What a reversal moved, in minor units: below 0 what was taken back, of which `debt` was not there; above 0 what
    was given back. The operation is None where nothing was left to move."""

    operation_id: int | None
    amount: int
    debt: int
    repeated: bool


def reverse_many(
    session: Session,
    asked: Sequence[Reversal],
    *,
    at: datetime,
    source: str,
    source_node: str | None = None,
    reason: str | None = None,
) -> list[Reversed]:
    """Take back accruals, redemptions and adjustments, in a handful of statements however many they are.

    Answers in the order of the input. What is given back is given before anything is taken, and pays a debt first. The
    same key with the same input changes nothing and answers the first result; with another input it is a Conflict. What
    is asked of a customer who has been merged happens to the one they are now.
    Refused for what is no such operation of its customer, or where more is asked back than it has left.
    """
    check_movement(1, *(each.key for each in asked))
    homes = homes_of(session, [(each.customer_id, each.key) for each in asked])
    asked = [each._replace(customer_id=homes[each.customer_id, each.key]) for each in asked]
    lock_customers(session, {each.customer_id for each in asked})
    hashes = {
        (each.customer_id, each.key): hash_of(
            "reverse",
            operation=each.operation_id,
            amount=each.amount,
            source=[source, each.source_id, source_node, reason],
        )
        for each in asked
    }
    known = known_operations(session, hashes)
    check_repeats(known, hashes)
    moves = [
        Move(each, hashes[each.customer_id, each.key]) for each in asked if (each.customer_id, each.key) not in known
    ]
    if moves:
        ground = ground_of(session, [move.asked for move in moves], at)
        plan(moves, ground, at)
        same = {"kind": "reverse", "at": at, "source": source, "source_node": source_node, "reason": reason}
        write(session, [move for move in moves if move.amount], ground, same)
    return _answers(session, asked, known)


def reverse_purchases(session: Session, purchases: Collection[int], *, key: str, at: datetime, reason: str) -> int:
    """Take back all that is left of what these purchases earned and give back what they spent; answers how many moves.

    `key` is the beginning of the idempotency keys.
    """
    moved = select(Operation.id, Operation.customer_id, Operation.source_id).where(
        Operation.source.in_(("purchase", "referral")),
        Operation.source_id.in_(id_set(session, purchases)),
        Operation.kind.in_(("accrue", "redeem")),
    )
    asked = [
        Reversal(customer_id, f"{key}:{operation_id}", operation_id, source_id=purchase_id)
        for operation_id, customer_id, purchase_id in session.execute(moved.order_by(Operation.id))
    ]
    found = reverse_many(session, asked, at=at, source="purchase", reason=reason) if asked else []
    return sum(each.operation_id is not None and not each.repeated for each in found)


def _answers(session: Session, asked: Sequence[Reversal], before: Collection[tuple[int, str]]) -> list[Reversed]:
    done = known_operations(session, [(each.customer_id, each.key) for each in asked])
    owed = select(Debt.operation_id, Debt.amount).where(
        Debt.operation_id.in_(id_set(session, [operation.id for operation in done.values()]))
    )
    debts = {row[0]: row[1] for row in session.execute(owed)}
    answers = []
    for each in asked:
        mark = (each.customer_id, each.key)
        operation = done.get(mark)
        if operation is None:
            answers.append(Reversed(None, 0, 0, repeated=False))
        else:
            debt = debts.get(operation.id, 0)
            answers.append(Reversed(operation.id, operation.amount, debt, repeated=mark in before))
    return answers
