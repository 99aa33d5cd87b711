"""Takes bonuses from a customer's lots: from the one that burns soonest, then from the oldest."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session

from loyalty_core.errors import Refused
from loyalty_core.holdings import hold, take
from loyalty_core.i18n import gettext
from loyalty_core.ledger import Entry, Operation, check_movement, check_repeats, hash_of, known_operations


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
    lots = [lot for lot in hold(session, [customer_id], at)[customer_id] if lot.active_at <= at]
    known = known_operations(session, [(customer_id, key)])
    check_repeats(known, {(customer_id, key): input_hash})
    for done in known.values():
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
    entries = [{**same, "lot_id": lot_id, "amount": -taken} for lot_id, taken in take(lots, amount)]
    session.execute(insert(Entry), entries)
    return Redeemed(operation.id, amount, repeated=False)
