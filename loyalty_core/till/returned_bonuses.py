"""Keeps bonuses in step with returns: what goods had earned is taken back, what had paid for them is given back."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from loyalty_core.ledger.debts import Debt, DebtPayment
from loyalty_core.ledger.reversal import reverse_many
from loyalty_core.ledger.reversal_plan import Reversal
from loyalty_core.ledger.rows import Operation
from loyalty_core.programmes.referral_rewards import take_back_rewards
from loyalty_core.promotions.rows import LinePromotion
from loyalty_core.till.purchases import PurchaseLine, PurchaseReturn
from loyalty_core.till.returns import share_of

SOURCE = "return"


class ReturnedBonuses(NamedTuple):
    """What a return moved: bonuses given back and taken back; `debt` is the part of the latter that was not there, nor
    paid by what the return gave back in new lots."""

    given_back: int = 0
    taken_back: int = 0
    debt: int = 0


def move_back(session: Session, returned: PurchaseReturn, now: datetime) -> None:
    """Give and take back, in proportion to all that has come back of each line, what earlier returns have not.

    So all returns of a purchase together move exactly what it moved, to the minor unit. The customer must be locked,
    and the goods written down.
    """
    due = _due(session, returned.purchase_id)
    reversals = []
    for operation_id, key, moved, done in _moved(session, returned.purchase_id):
        wanted = min(due.get(key, 0), moved) - done
        if wanted > 0:
            # What was done before is part of the key: an import may add goods to a return.
            mark = f"return:{returned.id}:{operation_id}:{done}"
            reversals.append(Reversal(returned.customer_id, mark, operation_id, wanted, returned.id))
    if reversals:
        reverse_many(session, reversals, at=now, source=SOURCE)
    take_back_rewards(session, returned, now)


def returned_bonuses(session: Session, return_id: int) -> ReturnedBonuses:
    """What a return moved."""
    repayment = aliased(Operation)
    of_return = (Operation.source == SOURCE, Operation.source_id == return_id, Operation.kind == "reverse")
    paid = (
        select(func.coalesce(func.sum(DebtPayment.amount), 0))
        .join(repayment, repayment.id == DebtPayment.operation_id)
        .where(
            DebtPayment.debt_id == Debt.id,
            repayment.source == "debt",
            repayment.source_id.in_(select(Operation.id).where(*of_return).correlate(None)),
        )
        .scalar_subquery()
    )
    moves = (
        select(Operation.amount, func.coalesce(Debt.amount - paid, 0))
        .outerjoin(Debt, Debt.operation_id == Operation.id)
        .where(*of_return)
    )
    rows = session.execute(moves).all()
    return ReturnedBonuses(
        given_back=sum(amount for amount, _debt in rows if amount > 0),
        taken_back=-sum(amount for amount, _debt in rows if amount < 0),
        debt=int(sum(debt for _amount, debt in rows)),
    )


def redemption_key(purchase_id: int) -> str:
    """The idempotency key of what bonuses paid for a purchase."""
    return f"purchase:{purchase_id}"


def accrual_key(purchase_id: int, promotion_id: int | None = None) -> str:
    """The idempotency key of what a purchase earned by the programme, or by a promotion."""
    by_programme = f"purchase:{purchase_id}:accrual"
    return by_programme if promotion_id is None else f"{by_programme}:promotion:{promotion_id}"


def _due(session: Session, purchase_id: int) -> dict[str, int]:
    """How much of what a purchase moved falls to the goods that have come back, by the key of the operation."""
    line = PurchaseLine
    columns = (line.id, line.returned, line.quantity, line.redeemed, line.accrued)
    lines = session.execute(select(*columns).where(line.purchase_id == purchase_id)).all()
    given = select(LinePromotion.line_id, LinePromotion.promotion_id, LinePromotion.accrued)
    by_promotions = session.execute(given.where(LinePromotion.purchase_id == purchase_id, LinePromotion.accrued > 0))
    back = {line_id: (returned, quantity) for line_id, returned, quantity, _redeemed, _accrued in lines}
    by_programme = {line_id: accrued for line_id, _returned, _quantity, _redeemed, accrued in lines}
    due: dict[str, int] = {}
    for line_id, promotion_id, accrued in by_promotions:
        by_programme[line_id] -= accrued
        key = accrual_key(purchase_id, promotion_id)
        due[key] = due.get(key, 0) + share_of(accrued, *back[line_id])
    due[redemption_key(purchase_id)] = sum(share_of(redeemed, *back[row]) for row, _r, _q, redeemed, _a in lines)
    due[accrual_key(purchase_id)] = sum(share_of(accrued, *back[row]) for row, accrued in by_programme.items())
    return due


def _moved(session: Session, purchase_id: int) -> Sequence[tuple[int, str, int, int]]:
    """The operations of a purchase: id, idempotency key, amount, and how much of it is reversed already."""
    reversal = aliased(Operation)
    done = select(func.coalesce(func.sum(func.abs(reversal.amount)), 0)).where(reversal.reverses_id == Operation.id)
    operations = select(Operation.id, Operation.idempotency_key, Operation.amount, done.scalar_subquery()).where(
        Operation.source == "purchase",
        Operation.source_id == purchase_id,
        Operation.kind.in_(("redeem", "accrue")),
    )
    return [(row[0], row[1], row[2], int(row[3])) for row in session.execute(operations.order_by(Operation.id))]
