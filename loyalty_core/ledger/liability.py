"""What each legal entity owed its customers in bonuses at any moment, recomputed from the entries."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from loyalty_core.ledger.debts import Debt, DebtPayment
from loyalty_core.ledger.rows import Entry, Lot, Operation


@dataclass(frozen=True)
class Liability:
    """What one legal entity owed, in minor units: `active` and `awaiting` bonuses, and what customers owed it back."""

    active: int = 0
    awaiting: int = 0
    debt: int = 0

    @property
    def total(self) -> int:
        """All that can still be spent with it, now or later."""
        return self.active + self.awaiting


NOTHING = Liability()


def liabilities(session: Session, at: datetime) -> dict[int | None, Liability]:
    """The liability at a moment by legal entity, in two statements; None is for bonuses that name no legal entity.

    What counts is the moment of each movement, not when it was written down; what was due to burn by then has burned,
    whenever the clock came. Those who owed nothing and were owed nothing are left out.
    """
    active = func.sum(case((Lot.active_at <= at, Entry.amount), else_=0))
    held = (
        select(Lot.legal_entity_id, active, func.sum(Entry.amount))
        .join(Entry, Entry.lot_id == Lot.id)
        .where(Entry.at <= at, or_(Lot.expires_at.is_(None), Lot.expires_at > at))
        .group_by(Lot.legal_entity_id)
    )
    sums = {entity: (int(spendable), int(total)) for entity, spendable, total in session.execute(held)}
    debts = _debts(session, at)
    found = {}
    for entity in sums.keys() | debts.keys():
        spendable, total = sums.get(entity, (0, 0))
        found[entity] = Liability(spendable, total - spendable, debts.get(entity, 0))
    return {entity: liability for entity, liability in found.items() if liability != NOTHING}


def _debts(session: Session, at: datetime) -> dict[int | None, int]:
    paid = (
        select(DebtPayment.debt_id, func.sum(DebtPayment.amount).label("amount"))
        .join(Operation, Operation.id == DebtPayment.operation_id)
        .where(Operation.at <= at)
        .group_by(DebtPayment.debt_id)
        .subquery()
    )
    owed = (
        select(Debt.legal_entity_id, func.sum(Debt.amount - func.coalesce(paid.c.amount, 0)))
        .outerjoin(paid, paid.c.debt_id == Debt.id)
        .where(Debt.at <= at)
        .group_by(Debt.legal_entity_id)
    )
    return {entity: int(amount) for entity, amount in session.execute(owed)}
