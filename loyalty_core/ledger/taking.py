"""Takes one amount from what each of a set of customers holds, all or nothing for each of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from loyalty_core.customers.totals import lock_customers
from loyalty_core.database import insert_rows, table_of
from loyalty_core.ledger.accrual import Recipient
from loyalty_core.ledger.holdings import Held, hold, take
from loyalty_core.ledger.rows import Entry, Operation, RedemptionOutlet, check_repeats, known_operations

Mark = tuple[int, str]


@dataclass(frozen=True)
class Taken:
    """The operations by customer and key: written now, and known before; `short` are those who hold less."""

    new: dict[Mark, int] = field(default_factory=dict)
    known: dict[Mark, Operation] = field(default_factory=dict)
    short: list[int] = field(default_factory=list)


def take_from_many(
    session: Session,
    customers: Sequence[Recipient],
    *,
    kind: str,
    amount: int,
    at: datetime,
    hash_for: Callable[[Recipient], str],
    of: Callable[[Held], bool] = lambda _lot: True,
    outlet_id: int | None = None,
    **columns: Any,
) -> Taken:
    """Take `amount` (minor units, above 0) from each customer's lots `of` a kind, nearest burning first.

    `columns` are those of the operations, whose amount has the sign of their kind: `redeem` is above 0. A repeated key
    changes nothing; Conflict where it came with another input (`hash_for`). `outlet_id` is where bonuses are redeemed.
    A handful of statements for any number.
    """
    ids = {each.customer_id for each in customers}
    lock_customers(session, ids)
    hashes = {(each.customer_id, each.key): hash_for(each) for each in customers}
    known = known_operations(session, hashes)
    check_repeats(known, hashes)
    if len(known) == len(hashes):
        return Taken(known=known)
    held = {customer: [lot for lot in lots if of(lot)] for customer, lots in hold(session, ids, at).items()}
    parts: dict[Mark, list[tuple[int, int]]] = {}
    operations, short = [], []
    for each in customers:
        mark = (each.customer_id, each.key)
        if mark in known or mark in parts:
            continue
        if sum(lot.remaining for lot in held[each.customer_id]) < amount:
            short.append(each.customer_id)
            continue
        parts[mark] = take(held[each.customer_id], amount)
        asked = {"customer_id": each.customer_id, "idempotency_key": each.key, "source_id": each.source_id}
        signed = amount if kind == "redeem" else -amount
        operations.append(asked | {"input_hash": hashes[mark], "kind": kind, "amount": signed, "at": at} | columns)
    if not operations:
        return Taken(known=known, short=short)
    table = table_of(Operation)
    written = insert(table).returning(table.c.customer_id, table.c.idempotency_key, table.c.id)
    new = {(customer, key): number for customer, key, number in session.execute(written, operations)}
    if outlet_id is not None:
        # Before the entries: the database asks for it.
        bound = {lot.lot_id for lots in held.values() for lot in lots if lot.outlet_set_id is not None}
        those = [mark for mark, taken in parts.items() if any(lot_id in bound for lot_id, _part in taken)]
        place = {"outlet_id": outlet_id}
        rows = [{"operation_id": new[mark], "customer_id": mark[0]} | place for mark in those]
        insert_rows(session, RedemptionOutlet, rows)
    same = {"kind": kind, "at": at}
    entries = [
        {"customer_id": mark[0], "lot_id": lot_id, "operation_id": new[mark], "amount": -part} | same
        for mark, taken in parts.items()
        for lot_id, part in taken
    ]
    insert_rows(session, Entry, entries)
    return Taken(new, known, short)
