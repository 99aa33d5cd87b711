"""Takes bonuses from customers' lots: from the one that burns soonest, then from the oldest."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from loyalty_core.ledger.accrual import Recipient
from loyalty_core.ledger.binding import Place
from loyalty_core.ledger.rows import check_movement, hash_of
from loyalty_core.ledger.taking import Taken, take_from_many


class Redeemed(NamedTuple):
    """The redeeming operation's id, the amount in minor units, and whether the same key had done it before."""

    operation_id: int
    amount: int
    repeated: bool


def redeem_from_many(
    session: Session,
    customers: Sequence[Recipient],
    *,
    amount: int,
    at: datetime,
    source: str,
    source_node: str | None = None,
    reason: str | None = None,
    outlet_id: int | None = None,
) -> Taken:
    """Take `amount` (minor units) of what is active at the moment from each customer, all or nothing for each.

    It is spent at an outlet, or, where none is named, out of what is valid everywhere. Who has less is left alone and
    named. The same key with the same input changes nothing; with another input it is a Conflict. A handful of
    statements for any number of customers.
    """
    check_movement(amount, *(each.key for each in customers))
    place = Place(session, outlet_id)
    # Kept hashes know nothing of outlets.
    where = {} if outlet_id is None else {"outlet": outlet_id}
    return take_from_many(
        session,
        customers,
        kind="redeem",
        amount=amount,
        at=at,
        hash_for=lambda each: hash_of(
            "redeem", amount=amount, source=[source, each.source_id, source_node, reason], **where
        ),
        of=lambda lot: lot.active_at <= at and place.takes(lot.outlet_set_id),
        outlet_id=outlet_id,
        source=source,
        source_node=source_node,
        reason=reason,
    )


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
    outlet_id: int | None = None,
) -> Redeemed:
    """Redeem from a set of one, as above; Refused where less than the amount can be spent there."""
    asked = Recipient(customer_id, key, source_id)
    taken = redeem_from_many(
        session,
        [asked],
        amount=amount,
        at=at,
        source=source,
        source_node=source_node,
        reason=reason,
        outlet_id=outlet_id,
    )
    if taken.short:
        raise Refused("amount", gettext("The customer has fewer active bonuses than that"))
    for done in taken.known.values():
        return Redeemed(done.id, done.amount, repeated=True)
    (operation_id,) = taken.new.values()
    return Redeemed(operation_id, amount, repeated=False)
