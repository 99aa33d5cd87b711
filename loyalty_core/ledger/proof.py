"""Proves the ledger: recomputes what it says of lots and operations from the entries alone, and lists what differs."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Executable, FromClause, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from loyalty_core.customers.merged import CustomerMerge
from loyalty_core.customers.merged_bonuses import GONE, MovedLot
from loyalty_core.ledger.debts import Debt, DebtPayment
from loyalty_core.ledger.rows import Entry, Lot, Operation, OutletSetMember, RedemptionOutlet


class Difference(NamedTuple):
    """A row of the ledger that its entries do not bear out. Amounts in minor units.

    `what` is a lot's `remaining`, `amount` or number of `openings`; an operation's `amount`, how much of debts it
    `paid` or was `reversed` of it; a debt's `remaining`; of a customer's merges, what was `merged` away from them or
    came with a `merge`; of an entry that redeems bonuses where they are not valid, its `outlet`, of a moved lot that is
    bound otherwise than the first, its `binding`; or, of an entry, debt or payment whose lot or operation is
    another customer's or of another kind, its `owner`.
    """

    table: str
    id: int
    customer_id: int
    what: str
    recorded: int
    recomputed: int


def proof(session: Session, progress: Callable[[int, int], None] = lambda _done, _all: None) -> list[Difference]:
    """Every difference between the ledger and its entries: an empty list is the proof. Reads the whole ledger.

    Each question is one statement, so that a ledger in use is seen at one moment. `progress(done, all)` counts them.
    """
    questions = list(_questions())
    found = []
    for done, question in enumerate(questions, 1):
        found += [Difference(*row) for row in session.execute(question)]
        progress(done, len(questions))
    return found


def _questions() -> Iterator[Executable]:
    opening = Entry.kind == "accrue"
    by_lot = (
        select(
            Entry.lot_id,
            func.sum(Entry.amount).label("remaining"),
            func.sum(case((opening, Entry.amount), else_=0)).label("accrued"),
            func.sum(case((opening, 1), else_=0)).label("openings"),
        )
        .group_by(Entry.lot_id)
        .subquery()
    )
    lots = Lot.__table__.outerjoin(by_lot, by_lot.c.lot_id == Lot.id)
    yield _question(lots, Lot, "remaining", Lot.remaining, by_lot.c.remaining)
    yield _question(lots, Lot, "amount", Lot.amount, by_lot.c.accrued)
    yield _question(lots, Lot, "openings", literal(1), by_lot.c.openings)

    yield _operations()
    yield _payments()
    yield _reversals()
    yield from _debts()
    yield from _merges()
    yield from _bindings()

    strangers = or_(
        Lot.id.is_(None),
        Operation.id.is_(None),
        Lot.customer_id != Entry.customer_id,
        Operation.customer_id != Entry.customer_id,
        and_(Operation.kind != Entry.kind, or_(Operation.kind.not_in(("adjust", "merge")), Entry.kind != "accrue")),
    )
    yield (
        select(literal("entry"), Entry.id, Entry.customer_id, literal("owner"), Entry.amount, literal(0))
        .outerjoin(Lot, Lot.id == Entry.lot_id)
        .outerjoin(Operation, Operation.id == Entry.operation_id)
        .where(strangers)
    )


def _operations() -> Executable:
    """An operation moves its entries; a reversal also what it opened anew for burnt lots, and what became a debt.

    A merge moves debts too.
    """
    moved = select(Entry.operation_id, Entry.amount)
    reborn = select(Operation.source_id, Operation.amount).where(
        Operation.source == "reversal", Operation.kind == "accrue"
    )
    ended = select(DebtPayment.operation_id, DebtPayment.amount).join(
        Operation, (Operation.id == DebtPayment.operation_id) & (Operation.kind == "merge")
    )
    parts = union_all(moved, reborn, select(Debt.operation_id, -Debt.amount), ended).subquery()
    total = func.sum(parts.c.amount).label("amount")
    by_operation = select(parts.c.operation_id, total).group_by(parts.c.operation_id).subquery()
    operations = Operation.__table__.outerjoin(by_operation, by_operation.c.operation_id == Operation.id)
    takes = Operation.kind.in_(("redeem", "burn", "repay"))
    entries = case((takes, -by_operation.c.amount), else_=by_operation.c.amount)
    return _question(operations, Operation, "amount", Operation.amount, entries)


def _payments() -> Executable:
    paid = select(DebtPayment.operation_id, func.sum(DebtPayment.amount).label("paid"))
    by_operation = paid.group_by(DebtPayment.operation_id).subquery()
    operations = Operation.__table__.outerjoin(by_operation, by_operation.c.operation_id == Operation.id)
    # What a merge pays is no more than its amount, which has been asked for already.
    merged = and_(Operation.kind == "merge", Operation.amount > 0)
    repaid = case(
        (Operation.kind == "repay", Operation.amount), (merged, func.coalesce(by_operation.c.paid, 0)), else_=0
    )
    return _question(operations, Operation, "paid", repaid, by_operation.c.paid)


def _reversals() -> Executable:
    reversal = aliased(Operation)
    total = func.sum(func.abs(reversal.amount))
    most = func.abs(Operation.amount)
    return (
        select(literal("operation"), Operation.id, Operation.customer_id, literal("reversed"), total, most)
        .join(reversal, reversal.reverses_id == Operation.id)
        .group_by(Operation.id, Operation.customer_id, Operation.amount)
        .having(total > most)
    )


def _debts() -> Iterator[Executable]:
    paid = select(DebtPayment.debt_id, func.sum(DebtPayment.amount).label("paid"))
    by_debt = paid.group_by(DebtPayment.debt_id).subquery()
    debts = Debt.__table__.outerjoin(by_debt, by_debt.c.debt_id == Debt.id)
    yield _question(debts, Debt, "remaining", Debt.remaining, Debt.amount - func.coalesce(by_debt.c.paid, 0))
    yield (
        select(literal("debt"), Debt.id, Debt.customer_id, literal("owner"), Debt.amount, literal(0))
        .outerjoin(Operation, Operation.id == Debt.operation_id)
        .where(_foreign(Debt, "reverse", "merge"))
    )
    payment = DebtPayment
    yield (
        select(literal("debt_payment"), payment.id, payment.customer_id, literal("owner"), payment.amount, literal(0))
        .outerjoin(Operation, Operation.id == payment.operation_id)
        .outerjoin(Debt, Debt.id == payment.debt_id)
        .where(or_(_foreign(payment, "repay", "merge"), Debt.id.is_(None), Debt.customer_id != payment.customer_id))
    )


def _foreign(table: type[Debt | DebtPayment], *kinds: str) -> ColumnElement[bool]:
    return or_(Operation.id.is_(None), Operation.customer_id != table.customer_id, Operation.kind.not_in(kinds))


def _merges() -> Iterator[Executable]:
    """What went out of a merged customer's ledger, and what came into those who they became, is what the merge says."""
    net = CustomerMerge.amount - CustomerMerge.debt
    merged: Sequence[tuple[Any, str, ColumnElement[bool], Any]] = (
        (CustomerMerge.gone_id, "merged", Operation.source == GONE, -net),
        (CustomerMerge.kept_id, "merge", Operation.source != GONE, net),
    )
    for customer_id, what, side, moved in merged:
        of_customer = (
            select(Operation.customer_id, func.sum(Operation.amount).label("amount"))
            .where(Operation.kind == "merge", side)
            .group_by(Operation.customer_id)
            .subquery()
        )
        said = (
            select(customer_id.label("customer_id"), func.sum(moved).label("amount")).group_by(customer_id).subquery()
        )
        recorded, found = func.coalesce(said.c.amount, 0), func.coalesce(of_customer.c.amount, 0)
        number = func.coalesce(said.c.customer_id, of_customer.c.customer_id)
        yield (
            select(literal("customer_merge"), number, number, literal(what), recorded, found)
            .select_from(said.join(of_customer, of_customer.c.customer_id == said.c.customer_id, full=True))
            .where(recorded != found)
        )


def _bindings() -> Iterator[Executable]:
    """Bound bonuses were redeemed at outlets of their set, and stay bound when they move."""
    valid = select(OutletSetMember.outlet_id).where(
        OutletSetMember.outlet_set_id == Lot.outlet_set_id, OutletSetMember.outlet_id == RedemptionOutlet.outlet_id
    )
    yield (
        select(literal("entry"), Entry.id, Entry.customer_id, literal("outlet"), Entry.amount, literal(0))
        .join(Lot, Lot.id == Entry.lot_id)
        .outerjoin(RedemptionOutlet, RedemptionOutlet.operation_id == Entry.operation_id)
        .where(Lot.outlet_set_id.is_not(None), Entry.kind == "redeem", ~valid.exists())
    )
    first = aliased(Lot)
    recorded, found = func.coalesce(Lot.outlet_set_id, 0), func.coalesce(first.outlet_set_id, 0)
    yield (
        select(literal("lot"), Lot.id, Lot.customer_id, literal("binding"), recorded, found)
        .join(MovedLot, MovedLot.lot_id == Lot.id)
        .join(first, first.id == MovedLot.first_id)
        .where(recorded != found)
    )


def _question(
    rows: FromClause, table: type[Lot | Operation | Debt], what: str, recorded: Any, entries: Any
) -> Executable:
    found = func.coalesce(entries, 0)
    columns = (literal(table.__tablename__), table.id, table.customer_id, literal(what), recorded, found)
    return select(*columns).select_from(rows).where(recorded != found)
