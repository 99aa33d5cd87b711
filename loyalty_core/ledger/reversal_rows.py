"""Writes planned reversals: operations, entries, debts, and the new lots that take the place of burnt ones."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer
from loyalty_core.database import id_set, insert_rows
from loyalty_core.ledger.debts import Debt, pay_debts
from loyalty_core.ledger.holdings import Held
from loyalty_core.ledger.reversal_plan import Ground, Move
from loyalty_core.ledger.rows import Entry, Lot, Operation, known_operations
from loyalty_core.local_time import end_of_day
from loyalty_core.organisation import Outlet, organisation


def write(session: Session, moves: Sequence[Move], ground: Ground, same: Mapping[str, object]) -> None:
    """Write the moves, of which each moves something; `same` are the columns that all operations share."""
    # What gives comes first, so that a lot never has less than nothing between two entries.
    moves = sorted(moves, key=lambda move: move.amount < 0)
    insert_rows(
        session,
        Operation,
        [
            {
                **same,
                "customer_id": move.asked.customer_id,
                "idempotency_key": move.asked.key,
                "input_hash": move.input_hash,
                "amount": move.amount,
                "source_id": move.asked.source_id,
                "reverses_id": move.asked.operation_id,
            }
            for move in moves
        ],
    )
    known = known_operations(session, [(move.asked.customer_id, move.asked.key) for move in moves])
    written = [(known[move.asked.customer_id, move.asked.key], move) for move in moves]
    insert_rows(
        session,
        Entry,
        [
            {
                "customer_id": operation.customer_id,
                "lot_id": lot_id,
                "operation_id": operation.id,
                "kind": "reverse",
                "amount": part,
                "at": operation.at,
            }
            for operation, move in written
            for lot_id, part in move.entries
        ],
    )
    insert_rows(
        session,
        Debt,
        [
            {
                "customer_id": operation.customer_id,
                "operation_id": operation.id,
                "legal_entity_id": move.legal_entity_id,
                "amount": move.debt,
                "remaining": move.debt,
                "at": operation.at,
            }
            for operation, move in written
            if move.debt
        ],
    )
    _bear_again(session, written, ground)
    gave = [(operation, move) for operation, move in written if move.amount > 0]
    if gave:
        pay_debts(session, [operation.id for operation, _move in gave], gave[0][0].at)


def _bear_again(session: Session, written: Sequence[tuple[Operation, Move]], ground: Ground) -> None:
    """Open a new lot for each that is burnt or a merged customer's: an accrual whose source is the reversal."""
    reborn = [(operation, lot, part) for operation, move in written for lot, part in move.reborn]
    if not reborn:
        return
    zones = _zones(session, {operation.customer_id for operation, _lot, _part in reborn})
    keys = [f"reverse:{operation.id}:{lot.lot_id}" for operation, lot, _part in reborn]
    insert_rows(
        session,
        Operation,
        [
            {
                "customer_id": operation.customer_id,
                "idempotency_key": key,
                "input_hash": operation.input_hash,
                "kind": "accrue",
                "amount": part,
                "at": operation.at,
                "source": "reversal",
                "source_id": operation.id,
                "reason": operation.reason,
            }
            for key, (operation, _lot, part) in zip(keys, reborn, strict=True)
        ],
    )
    opened = known_operations(session, [(row[0].customer_id, key) for key, row in zip(keys, reborn, strict=True)])
    insert_rows(
        session,
        Lot,
        [
            {
                "customer_id": operation.customer_id,
                "operation_id": opened[operation.customer_id, key].id,
                "bonus_type_id": lot.bonus_type_id,
                "legal_entity_id": lot.legal_entity_id,
                "outlet_set_id": lot.outlet_set_id,
                "amount": part,
                "remaining": part,
                "accrued_at": operation.at,
                "active_at": operation.at,
                "expires_at": _new_end(operation, lot, ground, zones[operation.customer_id]),
            }
            for key, (operation, lot, part) in zip(keys, reborn, strict=True)
        ],
    )


def _new_end(reversal: Operation, lot: Held, ground: Ground, zone: ZoneInfo) -> datetime | None:
    if lot.expires_at is None or (lot.lives(reversal.at) and lot.lot_id not in ground.burnt):
        return lot.expires_at
    spent_at = ground.originals[reversal.reverses_id or 0].at
    moment = reversal.at + (lot.expires_at - spent_at)
    return max(moment, end_of_day(moment.astimezone(zone).date(), zone))


def _zones(session: Session, customers: Collection[int]) -> dict[int, ZoneInfo]:
    found = (
        select(Customer.id, Outlet.zone)
        .outerjoin(Outlet, Outlet.id == Customer.outlet_id)
        .where(Customer.id.in_(id_set(session, customers)))
    )
    otherwise = organisation(session).zone
    return {customer_id: ZoneInfo(zone or otherwise) for customer_id, zone in session.execute(found)}
