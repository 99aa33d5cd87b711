"""A purchase that is partly paid with bonuses, recorded once however often the till tells it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.checkout import PurchaseData, place
from loyalty_core.errors import Conflict, Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.ledger import Operation
from loyalty_core.purchases import Purchase
from loyalty_core.redemption import redeem
from loyalty_core.totals import lock_customers
from web.api.fields import written


def checkout(session: Session, receipt: PurchaseData, spending: int, now: datetime) -> tuple[Purchase, int]:
    """Record a purchase of which `spending` (minor units) is paid with bonuses; answers it and what was spent.

    Refused where the customer has less, or the purchase comes to less; Conflict where the receipt is here already and
    another amount was spent on it.
    """
    known = _recorded(session, receipt)
    purchase = place(session, receipt, now)
    if known is not None:
        spent = spent_on(session, purchase.id)
        if spent != spending:
            raise Conflict("redeem", _("The receipt is here already, with %(amount)s redeemed.", amount=written(spent)))
        return purchase, spent
    if spending > purchase.amount:
        raise Refused("redeem", _("The purchase comes to %(amount)s only.", amount=written(purchase.amount)))
    if spending:
        _spend(session, purchase, spending, now)
    return purchase, spending


def spent_on(session: Session, purchase_id: int) -> int:
    """The bonuses that were spent on a purchase, in minor units."""
    spent = select(Operation.amount).where(
        Operation.source == "purchase", Operation.source_id == purchase_id, Operation.kind == "redeem"
    )
    return session.scalar(spent) or 0


def _recorded(session: Session, receipt: PurchaseData) -> int | None:
    # The same receipt twice at once: the second waits here, and then sees the first.
    lock_customers(session, [receipt.customer_id])
    return session.scalar(
        select(Purchase.id).where(
            Purchase.external_id == receipt.external_id, Purchase.customer_id == receipt.customer_id
        )
    )


def _spend(session: Session, purchase: Purchase, amount: int, now: datetime) -> None:
    try:
        redeem(
            session,
            purchase.customer_id,
            amount=amount,
            key=f"purchase:{purchase.id}",
            at=now,
            source="purchase",
            source_id=purchase.id,
        )
    except Refused as refused:
        raise Refused("redeem", refused.message) from None
