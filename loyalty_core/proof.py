"""Proves the ledger: recomputes what it says of lots and operations from the entries alone, and lists what differs."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Executable, FromClause, case, func, literal, or_, select
from sqlalchemy.orm import Session

from loyalty_core.ledger import Entry, Lot, Operation


class Difference(NamedTuple):
    """A row of the ledger that its entries do not bear out. Amounts in minor units.

    `what` is a lot's `remaining`, `amount` or number of `openings`, an operation's `amount`, or, of an entry whose lot
    or operation is another customer's or of another kind, its `owner`.
    """

    table: str
    id: int
    customer_id: int
    what: str
    recorded: int
    recomputed: int


def proof(session: Session) -> list[Difference]:
    """Every difference between the ledger and its entries: an empty list is the proof. Reads the whole ledger."""
    return [Difference(*row) for question in _questions() for row in session.execute(question)]


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

    by_operation = (
        select(Entry.operation_id, func.abs(func.sum(Entry.amount)).label("amount"))
        .group_by(Entry.operation_id)
        .subquery()
    )
    operations = Operation.__table__.outerjoin(by_operation, by_operation.c.operation_id == Operation.id)
    yield _question(operations, Operation, "amount", Operation.amount, by_operation.c.amount)

    strangers = or_(
        Lot.id.is_(None),
        Operation.id.is_(None),
        Lot.customer_id != Entry.customer_id,
        Operation.customer_id != Entry.customer_id,
        Operation.kind != Entry.kind,
    )
    yield (
        select(literal("entry"), Entry.id, Entry.customer_id, literal("owner"), Entry.amount, literal(0))
        .outerjoin(Lot, Lot.id == Entry.lot_id)
        .outerjoin(Operation, Operation.id == Entry.operation_id)
        .where(strangers)
    )


def _question(rows: FromClause, table: type[Lot | Operation], what: str, recorded: Any, entries: Any) -> Executable:
    found = func.coalesce(entries, 0)
    columns = (literal(table.__tablename__), table.id, table.customer_id, literal(what), recorded, found)
    return select(*columns).select_from(rows).where(recorded != found)
