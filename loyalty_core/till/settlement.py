"""Prices a basket by its customer's programme and the promotions, and settles it: recorded, paid in part with bonuses,
and rewarded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.customers.blocks import REASON_MAX, block, block_of, exceeds_shift
from loyalty_core.customers.rows import Customer
from loyalty_core.customers.totals import lock_customers
from loyalty_core.errors import Conflict, NotFound, Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.balance import spendable
from loyalty_core.ledger.lifetime import UTC_ZONE, Lifetime
from loyalty_core.ledger.redemption import redeem
from loyalty_core.organisation import Outlet, zone_of
from loyalty_core.programmes.late_accrual import lifetime_of
from loyalty_core.programmes.passwords import is_password
from loyalty_core.programmes.referral_rewards import reward_inviters
from loyalty_core.programmes.terms import Terms, terms_of
from loyalty_core.promotions.acting import (
    Acts,
    Basket,
    Meeting,
    acting_promotions,
    meeting_none,
    nothing_acts,
    own_lifetime,
)
from loyalty_core.promotions.promo_codes import normalised, told_codes
from loyalty_core.promotions.rewards import codes_used, write_down
from loyalty_core.promotions.rows import Promotion
from loyalty_core.till.checkout import Key, record
from loyalty_core.till.pricing import Price, Rates, payable, price
from loyalty_core.till.purchases import Purchase
from loyalty_core.till.receipts import Line, LineData, PurchaseData, checked_basket, checked_lines
from loyalty_core.till.returned_bonuses import accrual_key, redemption_key


@dataclass(frozen=True, slots=True)
class Promised:
    """What a promotion takes off a basket and adds in bonuses, which live from `active_at` until `expires_at`."""

    promotion: Promotion
    discounted: int
    accrued: int
    active_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Quote:
    """A basket's price, and what its customer may do: `redeemable` is the most that bonuses may pay of it now.

    `active` are all the bonuses that they can spend at this outlet; what they would earn by the programme lives from
    `active_at` until `expires_at` (None where nothing would be earned, or never burns). `promised` says what each
    promotion gives, `acts` which promo codes act, and why the others do not.
    """

    terms: Terms
    price: Price
    active: int
    redeemable: int
    active_at: datetime | None
    expires_at: datetime | None
    acts: Acts
    promised: Sequence[Promised]

    @property
    def password_needed(self) -> bool:
        """Whether a till is asked for the programme's password: it gives something here, and has one."""
        given = self.price.discounted or self.price.redeemed or self.price.accrued
        return bool(given and self.terms.programme and self.terms.programme.has_password)


def quote(
    session: Session,
    customer_id: int,
    outlet_id: int | None,
    lines: Sequence[LineData],
    *,
    spending: int = 0,
    at: datetime,
    promo_codes: Sequence[str] = (),
    meeting: Meeting = meeting_none,
) -> Quote:
    """What a basket would cost and earn at a moment, with `spending` paid with bonuses; changes nothing.

    `meeting` answers whom promotions with conditions are for. Refused where the basket cannot be taken or bonuses may
    not pay that much; NotFound where there is no such outlet.
    """
    basket = Basket(customer_id, outlet_id, at, checked_basket(lines))
    return _quote(session, basket, spending, at, promo_codes, meeting)


def settle(
    session: Session,
    data: PurchaseData,
    spending: int,
    now: datetime,
    *,
    promo_codes: Sequence[str] = (),
    meeting: Meeting = meeting_none,
    password: str | None = None,
    events: bool = True,
) -> Purchase:
    """Record a purchase as its customer's programme and the promotions of its moment price it, of which bonuses pay
    `spending` (minor units).

    The same receipt again answers what was recorded, whatever the rules say by now. `events=False` is for history: it
    starts no chains, blocks nobody and is asked for no password. Refused where a value cannot be taken, bonuses may not
    pay that much, the programme's password is another one or a promo code is unknown, used or not accepted (a code by
    which no promotion acts stays unused); NotFound where there is no such customer or outlet; Conflict where the
    receipt is here already with another amount, other bonuses spent or other promo codes.
    """
    lines = checked_lines(data)
    # The same receipt twice at once: the second waits here, and then sees the first.
    if not lock_customers(session, [data.customer_id]):
        raise NotFound("customer", _("There is no such customer"))
    earlier = session.scalar(
        select(Purchase).where(Purchase.external_id == data.external_id, Purchase.customer_id == data.customer_id)
    )
    if earlier is not None:
        return _same(session, earlier, sum(line.amount for line in lines), spending, promo_codes)
    basket = Basket(data.customer_id, data.outlet_id, data.at, lines)
    found = _quote(session, basket, spending, now, promo_codes, meeting)
    for code, _why in found.acts.codes:
        if code.problem:
            raise Refused(f"promo_codes.{code.place}", code.problem)
    if events:
        _check_password(found, password)
    parts = (part._asdict() for part in found.price.lines)
    priced = [Line(**line._asdict() | part) for line, part in zip(lines, parts, strict=True)]
    (purchase_id,) = record(session, {Key(data.external_id, data.customer_id): (data, priced)}, events=events).values()
    purchase = session.get_one(Purchase, purchase_id)
    if events and found.terms.blocked and not block_of(session, data.customer_id):
        reason = _("Receipt %(number)s was one purchase too many for a shift", number=data.external_id)
        block(session, data.customer_id, reason[:REASON_MAX], now)
    write_down(session, purchase, found.acts.acting, found.price)
    _move_bonuses(session, purchase, found, now)
    if found.terms.promotable and found.terms.programme:
        reward_inviters(session, purchase, found.terms.programme)
    return purchase


def _check_password(found: Quote, password: str | None) -> None:
    kept = found.terms.programme.password_hash if found.terms.programme else None
    if found.password_needed and not (kept and is_password(password or "", kept)):
        message = _("Write the programme’s password") if not password else _("This is not the programme’s password")
        raise Refused("programme_password", message)


def _quote(
    session: Session,
    basket: Basket,
    spending: int,
    at: datetime,
    promo_codes: Sequence[str],
    meeting: Meeting,
) -> Quote:
    customer_id, outlet_id = basket.customer_id, basket.outlet_id
    if outlet_id is not None and session.get(Outlet, outlet_id) is None:
        raise NotFound("outlet", _("There is no such outlet"))
    prices = [line.amount for line in basket.lines]
    terms = terms_of(session, customer_id, sum(prices))
    programme = terms.programme
    if block_of(session, customer_id) or (
        programme and exceeds_shift(session, programme, customer_id, outlet_id, basket.at)
    ):
        terms = Terms(payable_rate=0, programme=programme, group_id=terms.group_id, blocked=True)
    codes = told_codes(session, promo_codes)
    acts = acting_promotions(session, basket, codes, meeting) if terms.promotable else nothing_acts(codes)
    effects = [each.effect for each in acts.acting]
    active = spendable(session, customer_id, outlet_id, at)
    rates = Rates(terms.bonus_rate, terms.discount_rate, terms.payable_rate)
    redeemable = min(payable(price(prices, rates, effects=effects).open_amount, rates), active)
    if spending > redeemable:
        raise Refused("redeem", _("Bonuses may pay %(amount)s of this purchase", amount=_written(redeemable)))
    priced = price(prices, rates, spending, effects)
    lifetime, home = Lifetime(), UTC_ZONE
    if priced.accrued:
        lifetime, home = _lifetime(session, terms, outlet_id), _home(session, customer_id)
    active_at, expires_at = _lives(lifetime, at, home) if priced.accrued > priced.promoted else (None, None)
    promised = []
    for each, gains in zip(acts.acting, priced.gains, strict=True):
        discounted, accrued = (sum(gain[part] for gain in gains.values()) for part in (0, 1))
        lives = own_lifetime(each.promotion) or lifetime
        promised.append(
            Promised(each.promotion, discounted, accrued, *(_lives(lives, at, home) if accrued else (None, None)))
        )
    return Quote(terms, priced, active, redeemable, active_at, expires_at, acts, promised)


def _lives(lifetime: Lifetime, at: datetime, home: ZoneInfo) -> tuple[datetime, datetime | None]:
    """When bonuses earned at a moment would become active and burn."""
    active_at = lifetime.active_at(at, home)
    return active_at, lifetime.expires_at(active_at, home)


def _same(session: Session, earlier: Purchase, subtotal: int, spending: int, promo_codes: Sequence[str]) -> Purchase:
    number = earlier.external_id
    if earlier.amount + earlier.discounted != subtotal:
        raise Conflict("external_id", _("Receipt %(number)s is here already with another amount", number=number))
    if earlier.redeemed != spending:
        raise Conflict(
            "redeem", _("The receipt is here already, with %(amount)s redeemed.", amount=_written(earlier.redeemed))
        )
    if not set(codes_used(session, earlier.id)) <= {normalised(text) for text in promo_codes}:
        raise Conflict("promo_codes", _("Receipt %(number)s is here already with other promo codes", number=number))
    return earlier


def _move_bonuses(session: Session, purchase: Purchase, found: Quote, now: datetime) -> None:
    """Spend what pays the purchase, then grant what it earns, counted from the moment of the purchase.

    Each promotion's bonuses are an accrual of their own: they may live differently, and go back by themselves.
    """
    if purchase.redeemed:
        redeem(
            session,
            purchase.customer_id,
            amount=purchase.redeemed,
            key=redemption_key(purchase.id),
            at=now,
            source="purchase",
            source_id=purchase.id,
            outlet_id=purchase.outlet_id,
        )
    if not purchase.accrued:
        return
    outlet = session.get(Outlet, purchase.outlet_id) if purchase.outlet_id else None
    lifetime = _lifetime(session, found.terms, purchase.outlet_id)

    def grant(amount: int, key: str, lives: Lifetime, bonus_type_id: int | None = None, why: str | None = None) -> None:
        if amount:
            accrue_to_many(
                session,
                [Recipient(purchase.customer_id, key, purchase.id)],
                amount=amount,
                lifetime=lives,
                bonus_type_id=bonus_type_id,
                legal_entity_id=outlet.legal_entity_id if outlet else None,
                source="purchase",
                at=purchase.at,
                reason=why,
            )

    grant(purchase.accrued - found.price.promoted, accrual_key(purchase.id), lifetime)
    for each in found.promised:
        promotion = each.promotion
        grant(
            each.accrued,
            accrual_key(purchase.id, promotion.id),
            own_lifetime(promotion) or lifetime,
            promotion.bonus_type_id,
            _("Promotion “%(name)s”", name=promotion.name),
        )


def _lifetime(session: Session, terms: Terms, outlet_id: int | None) -> Lifetime:
    return lifetime_of(terms.programme, zone_of(session, outlet_id)) if terms.programme else Lifetime()


def _home(session: Session, customer_id: int) -> ZoneInfo:
    """The zone in which a customer's bonuses burn."""
    return zone_of(session, session.scalar(select(Customer.outlet_id).where(Customer.id == customer_id)))


def _written(amount: int) -> str:
    return f"{Decimal(amount) / 100:.2f}"
