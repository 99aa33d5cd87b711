"""Takes bonuses from a customer's lots: from the one that burns soonest, then from the oldest."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from loyalty_core.errors import Conflict, Refused
from loyalty_core.i18n import gettext
from loyalty_core.ledger import Entry, Lot, Operation, check_movement, hash_of, usable


class Redeemed(NamedTuple):
    """The redeeming operation's id, the amount in minor units, and whether the same key had done it before."""

    operation_id: int
    amount: int
    repeated: bool


def redeem(
    session: Session,
    customer_id: int,
    *,
    amount: int,
    key: str,
    at: datetime,
    source: str,
    source_id: int | None = None,
    source_node: str | None = None,
    reason: str | None = None,
) -> Redeemed:
    """Take `amount` (minor units) of what is active at the moment, all or nothing.

    The same key with the same input changes nothing and returns the first result; with another input it is a Conflict.
    Refused where less than the amount is active.
    """
    check_movement(amount, key)
    input_hash = hash_of("redeem", amount=amount, source=[source, source_id, source_node, reason])
    lots = _locked_lots(session, customer_id, at)
    done = session.scalar(
        select(Operation).where(Operation.customer_id == customer_id, Operation.idempotency_key == key)
    )
    if done is not None:
        if done.input_hash != input_hash:
            raise Conflict("key", gettext("The idempotency key “%(key)s” was used with another input", key=key))
        return Redeemed(done.id, done.amount, repeated=True)
    if sum(lot.remaining for lot in lots) < amount:
        raise Refused("amount", gettext("The customer has fewer active bonuses than that"))
    operation = Operation(
        customer_id=customer_id,
        idempotency_key=key,
        input_hash=input_hash,
        kind="redeem",
        amount=amount,
        at=at,
        source=source,
        source_id=source_id,
        source_node=source_node,
        reason=reason,
    )
    session.add(operation)
    session.flush()
    same = {"customer_id": customer_id, "operation_id": operation.id, "kind": "redeem", "at": at}
    entries = [{**same, "lot_id": lot_id, "amount": -taken} for lot_id, taken in _shares(lots, amount)]
    session.execute(insert(Entry), entries)
    return Redeemed(operation.id, amount, repeated=False)


def _locked_lots(session: Session, customer_id: int, at: datetime) -> Sequence[Row[int, int]]:
    # Whoever redeems at the same time waits here, and then sees what is left. SQLite lets one write at a time anyway.
    lots = select(Lot.id, Lot.remaining).where(Lot.customer_id == customer_id, usable(at))
    return session.execute(lots.order_by(Lot.expires_at.nulls_last(), Lot.accrued_at, Lot.id).with_for_update()).all()


def _shares(lots: Sequence[Row[int, int]], amount: int) -> Iterator[tuple[int, int]]:
    for lot in lots:
        taken = min(lot.remaining, amount)
        yield lot.id, taken
        amount -= taken
        if not amount:
            return
