"""Prices a basket by its customer's programme, and settles it: recorded, paid in part with bonuses, and rewarded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.accrual import Recipient, accrue_to_many
from loyalty_core.balance import balances
from loyalty_core.blocks import REASON_MAX, block, block_of, exceeds_shift
from loyalty_core.checkout import Key, record
from loyalty_core.customers import Customer
from loyalty_core.errors import Conflict, NotFound, Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.late_accrual import lifetime_of
from loyalty_core.lifetime import Lifetime
from loyalty_core.organisation import Outlet, zone_of
from loyalty_core.pricing import Price, Rates, payable, price
from loyalty_core.purchases import Purchase
from loyalty_core.receipts import Line, LineData, PurchaseData, checked_basket, checked_lines
from loyalty_core.redemption import redeem
from loyalty_core.terms import Terms, terms_of
from loyalty_core.totals import lock_customers


@dataclass(frozen=True, slots=True)
class Quote:
    """A basket's price, and what its customer may do: `redeemable` is the most that bonuses may pay of it now.

    `active` are all the bonuses that they can spend; what they would earn lives from `active_at` until `expires_at`
    (None where nothing would be earned, or never burns).
    """

    terms: Terms
    price: Price
    active: int
    redeemable: int
    active_at: datetime | None
    expires_at: datetime | None


def quote(
    session: Session,
    customer_id: int,
    outlet_id: int | None,
    lines: Sequence[LineData],
    *,
    spending: int = 0,
    at: datetime,
) -> Quote:
    """What a basket would cost and earn at a moment, with `spending` paid with bonuses; changes nothing.

    Refused where the basket cannot be taken or bonuses may not pay that much; NotFound where there is no such outlet.
    """
    return _quote(session, customer_id, outlet_id, checked_basket(lines), spending, at, at)


def settle(session: Session, data: PurchaseData, spending: int, now: datetime, *, events: bool = True) -> Purchase:
    """Record a purchase as its customer's programme prices it, of which bonuses pay `spending` (minor units).

    The same receipt again answers what was recorded, whatever the programme says by now. `events=False` is for history:
    it starts no chains and blocks nobody. Refused where a value cannot be taken or bonuses may not pay that much,
    NotFound where there is no such customer or outlet; Conflict where the receipt is here already with another amount
    or other bonuses spent.
    """
    lines = checked_lines(data)
    # The same receipt twice at once: the second waits here, and then sees the first.
    if not lock_customers(session, [data.customer_id]):
        raise NotFound("customer", _("There is no such customer"))
    earlier = session.scalar(
        select(Purchase).where(Purchase.external_id == data.external_id, Purchase.customer_id == data.customer_id)
    )
    if earlier is not None:
        return _same(earlier, sum(line.amount for line in lines), spending)
    found = _quote(session, data.customer_id, data.outlet_id, lines, spending, data.at, now)
    parts = (part._asdict() for part in found.price.lines)
    priced = [Line(**line._asdict() | part) for line, part in zip(lines, parts, strict=True)]
    (purchase_id,) = record(session, {Key(data.external_id, data.customer_id): (data, priced)}, events=events).values()
    purchase = session.get_one(Purchase, purchase_id)
    if events and found.terms.blocked and not block_of(session, data.customer_id):
        reason = _("Receipt %(number)s was one purchase too many for a shift", number=data.external_id)
        block(session, data.customer_id, reason[:REASON_MAX], now)
    _move_bonuses(session, purchase, found.terms, now)
    return purchase


def _quote(
    session: Session,
    customer_id: int,
    outlet_id: int | None,
    lines: Sequence[Line],
    spending: int,
    bought_at: datetime,
    at: datetime,
) -> Quote:
    if outlet_id is not None and session.get(Outlet, outlet_id) is None:
        raise NotFound("outlet", _("There is no such outlet"))
    prices = [line.amount for line in lines]
    terms = terms_of(session, customer_id, sum(prices))
    programme = terms.programme
    if block_of(session, customer_id) or (
        programme and exceeds_shift(session, programme, customer_id, outlet_id, bought_at)
    ):
        terms = Terms(payable_rate=0, programme=programme, group_id=terms.group_id, blocked=True)
    active = balances(session, [customer_id], at).get(customer_id, 0)
    rates = Rates(terms.bonus_rate, terms.discount_rate, terms.payable_rate)
    redeemable = min(payable(price(prices, rates).amount, rates), active)
    if spending > redeemable:
        raise Refused("redeem", _("Bonuses may pay %(amount)s of this purchase", amount=_written(redeemable)))
    priced = price(prices, rates, spending)
    active_at = expires_at = None
    if priced.accrued:
        lifetime = _lifetime(session, terms, outlet_id)
        active_at = lifetime.active_at(at)
        expires_at = lifetime.expires_at(active_at, _home(session, customer_id))
    return Quote(terms, priced, active, redeemable, active_at, expires_at)


def _same(earlier: Purchase, subtotal: int, spending: int) -> Purchase:
    number = earlier.external_id
    if earlier.amount + earlier.discounted != subtotal:
        raise Conflict("external_id", _("Receipt %(number)s is here already with another amount", number=number))
    if earlier.redeemed != spending:
        raise Conflict(
            "redeem", _("The receipt is here already, with %(amount)s redeemed.", amount=_written(earlier.redeemed))
        )
    return earlier


def _move_bonuses(session: Session, purchase: Purchase, terms: Terms, now: datetime) -> None:
    """Spend what pays the purchase, then grant what it earns, counted from the moment of the purchase."""
    if purchase.redeemed:
        redeem(
            session,
            purchase.customer_id,
            amount=purchase.redeemed,
            key=f"purchase:{purchase.id}",
            at=now,
            source="purchase",
            source_id=purchase.id,
        )
    if purchase.accrued:
        outlet = session.get(Outlet, purchase.outlet_id) if purchase.outlet_id else None
        accrue_to_many(
            session,
            [Recipient(purchase.customer_id, f"purchase:{purchase.id}:accrual", purchase.id)],
            amount=purchase.accrued,
            lifetime=_lifetime(session, terms, purchase.outlet_id),
            legal_entity_id=outlet.legal_entity_id if outlet else None,
            source="purchase",
            at=purchase.at,
        )


def _lifetime(session: Session, terms: Terms, outlet_id: int | None) -> Lifetime:
    return lifetime_of(terms.programme, zone_of(session, outlet_id)) if terms.programme else Lifetime()


def _home(session: Session, customer_id: int) -> ZoneInfo:
    """The zone in which a customer's bonuses burn."""
    return zone_of(session, session.scalar(select(Customer.outlet_id).where(Customer.id == customer_id)))


def _written(amount: int) -> str:
    return f"{Decimal(amount) / 100:.2f}"
