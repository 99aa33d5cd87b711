"""Debts: what a reversal could not take back, and how the next bonuses pay it.

The database holds the promises (see the migration `reversals_and_debts`): a debt opens whole, payments move what
remains of it, and what remains is always the debt less its payments and never negative.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from loyalty_core.database import Base, BigId, id_set, insert_rows
from loyalty_core.ledger.holdings import hold, take
from loyalty_core.ledger.rows import Entry, Operation, hash_of

_OWED = text("remaining > 0")


class Debt(Base):
    """What one reversal could not take back: `remaining` of `amount` is not paid yet. Minor units.

    It is owed to the legal entity in whose name the bonuses had been granted.
    """

    __tablename__ = "debt"
    __table_args__ = (
        UniqueConstraint("operation_id", "customer_id"),
        CheckConstraint("amount > 0 AND remaining >= 0 AND remaining <= amount", name="remaining"),
        Index("ix_debt_customer_id", "customer_id", sqlite_where=_OWED, postgresql_where=_OWED),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    legal_entity_id: Mapped[int | None] = mapped_column(ForeignKey("legal_entity.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    remaining: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]


class DebtPayment(Base):
    """So much of a debt was paid by an operation of kind repay, which took it from lots. Minor units."""

    __tablename__ = "debt_payment"
    __table_args__ = (
        UniqueConstraint("debt_id", "operation_id", "customer_id"),
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_debt_payment_operation_id", "operation_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    debt_id: Mapped[int] = mapped_column(ForeignKey("debt.id"))
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    amount: Mapped[int] = mapped_column(BigInteger)


class Repayment(NamedTuple):
    """What one operation's bonuses pay: how much from which lot, how much of which debt. Minor units."""

    customer_id: int
    cause: int
    taken: list[tuple[int, int]]
    paid: list[tuple[int, int]]

    @property
    def amount(self) -> int:
        """All of it."""
        return sum(part for _lot, part in self.taken)

    @property
    def key(self) -> str:
        """The idempotency key of the operation that repays."""
        return f"repay:{self.cause}"


def debt_of(session: Session, customer_id: int) -> int:
    """What the customer owes, in minor units."""
    owed = select(func.coalesce(func.sum(Debt.remaining), 0)).where(Debt.customer_id == customer_id, Debt.remaining > 0)
    return int(session.scalars(owed).one())


def pay_debts(session: Session, given: Sequence[int], at: datetime) -> None:
    """Pay the debts of customers to whom these operations have given bonuses, oldest debt first.

    One statement where none of them has a debt. Paid is from all that such a customer holds, in the order in which it
    would be spent.
    """
    # One index look-up a customer, whatever is believed of the tables: LIMIT keeps it from becoming a join.
    owes = select(Debt.id).where(Debt.customer_id == Operation.customer_id, Debt.remaining > 0).limit(1)
    debtors = (
        select(Operation.customer_id, func.max(Operation.id))
        .where(Operation.id.in_(id_set(session, given)), owes.correlate(Operation).scalar_subquery().is_not(None))
        .group_by(Operation.customer_id)
    )
    causes = {row[0]: row[1] for row in session.execute(debtors)}
    if causes:
        _write(session, [each for each in _plan(session, causes, at) if each.taken], at)


def _plan(session: Session, causes: dict[int, int], at: datetime) -> list[Repayment]:
    held = hold(session, causes, at)
    owed = _locked_debts(session, causes)
    plan = []
    for customer_id, cause in causes.items():
        taken = take(held[customer_id], sum(remaining for _debt, remaining in owed[customer_id]))
        left, paid = sum(part for _lot, part in taken), []
        for debt_id, remaining in owed[customer_id]:
            part = min(left, remaining)
            left -= part
            if part:
                paid.append((debt_id, part))
        plan.append(Repayment(customer_id, cause, taken, paid))
    return plan


def _locked_debts(session: Session, customers: Collection[int]) -> dict[int, list[tuple[int, int]]]:
    owed: dict[int, list[tuple[int, int]]] = {customer: [] for customer in customers}
    debts = select(Debt.customer_id, Debt.id, Debt.remaining).where(
        Debt.customer_id.in_(id_set(session, customers)), Debt.remaining > 0
    )
    for customer_id, debt_id, remaining in session.execute(debts.order_by(Debt.customer_id, Debt.id).with_for_update()):
        owed[customer_id].append((debt_id, remaining))
    return owed


def _write(session: Session, plan: list[Repayment], at: datetime) -> None:
    operations = [
        {
            "customer_id": each.customer_id,
            "idempotency_key": each.key,
            "input_hash": hash_of("repay"),
            "kind": "repay",
            "amount": each.amount,
            "at": at,
            "source": "debt",
            "source_id": each.cause,
        }
        for each in plan
    ]
    insert_rows(session, Operation, operations)
    written = select(Operation.source_id, Operation.id).where(
        Operation.source == "debt", Operation.source_id.in_(id_set(session, [each.cause for each in plan]))
    )
    ids = {row[0]: row[1] for row in session.execute(written)}
    entries, payments = [], []
    for each in plan:
        same = {"customer_id": each.customer_id, "operation_id": ids[each.cause]}
        entries += [
            {**same, "lot_id": lot_id, "kind": "repay", "amount": -part, "at": at} for lot_id, part in each.taken
        ]
        payments += [{**same, "debt_id": debt_id, "amount": part} for debt_id, part in each.paid]
    insert_rows(session, Entry, entries)
    insert_rows(session, DebtPayment, payments)
