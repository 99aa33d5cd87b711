"""The till: what a basket would cost and earn, and the sale itself."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from loyalty_core.till.favourites import hints_for
from loyalty_core.till.pricing import PricedLine
from loyalty_core.till.receipts import LINES_MAX, LineData
from loyalty_core.till.settlement import Promised, Quote, quote
from web.api.blueprint import Blueprint
from web.api.cashier_hints import ShownHintSchema, hint_views
from web.api.collections import NamedSchema
from web.api.fields import Amount, Moment, OutletReference
from web.api.organisation import outlet_id
from web.api.programmes import Percent
from web.api.purchase_schemas import (
    CustomerMarksSchema,
    LineSchema,
    NewPurchaseSchema,
    PromoCodes,
    PromotedSchema,
    PromotionGivenSchema,
)
from web.api.purchases import buyer, promoted, settled
from web.conditions import meeting
from web.session import moment, only_reads

blueprint = Blueprint("Till", __name__, description="What a till asks before a sale, and tells after it.")


class BasketSchema(Schema):
    """A basket that is not bought yet."""

    customer = fields.Nested(CustomerMarksSchema, required=True)
    outlet = OutletReference(load_default=None, allow_none=True)
    at = Moment(load_default=None, allow_none=True, metadata={"description": "The moment to price for; else now"})
    lines = fields.List(fields.Nested(LineSchema), required=True, validate=validate.Length(1, LINES_MAX))
    redeem = Amount(load_default=0, metadata={"description": "Bonuses to spend: at most `redeemable`"})
    promo_codes = PromoCodes(metadata={"description": "The answer says of each whether it acts; none is used up"})


class PricedLineSchema(Schema):
    """A line's parts: subtotal = discounted + amount, amount = redeemed + what money pays."""

    subtotal = Amount(required=True)
    discounted = Amount(required=True)
    amount = Amount(required=True)
    redeemed = Amount(required=True)
    accrued = Amount(required=True)


class PromisedSchema(PromotionGivenSchema):
    """A promotion that acts on a basket; its bonuses live from `active_at` until `expires_at`."""

    active_at = Moment(required=True, allow_none=True)
    expires_at = Moment(required=True, allow_none=True)


class PromoCodeSchema(Schema):
    """A promo code of a basket: whether a promotion acts by it, and else why not."""

    code = fields.String(required=True)
    acts = fields.Boolean(required=True)
    reason = fields.String(required=True, allow_none=True)


class QuoteSchema(PricedLineSchema):
    """A priced basket; each sum is that of its lines.

    What the programme adds lives from `active_at` until `expires_at`; `promotions` have moments of their own.
    """

    programme = fields.Nested(NamedSchema, required=True, allow_none=True)
    blocked = fields.Boolean(required=True, metadata={"description": "They are, or this purchase would block them"})
    waiting = fields.Boolean(
        required=True, metadata={"description": "They are not activated: `POST /till/activation` does it"}
    )
    password_needed = fields.Boolean(
        required=True, metadata={"description": "The sale must name the `programme_password`"}
    )
    purchase_sum = Amount(required=True, metadata={"description": "What chose the tier"})
    bonus_percent = Percent(required=True)
    discount_percent = Percent(required=True)
    payable_percent = Percent(required=True)
    active = Amount(required=True, metadata={"description": "Bonuses that the customer can spend at this outlet"})
    redeemable = Amount(required=True, metadata={"description": "The most that bonuses may pay of this basket"})
    to_pay = Amount(required=True)
    active_at = Moment(required=True, allow_none=True)
    expires_at = Moment(required=True, allow_none=True)
    lines = fields.List(fields.Nested(PricedLineSchema), required=True)
    promotions = fields.List(
        fields.Nested(PromisedSchema), required=True, metadata={"description": "Those that act, in their order"}
    )
    promo_codes = fields.List(fields.Nested(PromoCodeSchema), required=True)
    hints = fields.List(
        fields.Nested(ShownHintSchema), required=True, metadata={"description": "What the customer likes to buy"}
    )


class SettledSchema(PromotedSchema):
    """A recorded purchase: subtotal = discounted + amount, amount = redeemed + to_pay."""

    subtotal = Amount(required=True)
    to_pay = Amount(required=True)


@blueprint.post("/till/price")
@blueprint.arguments(BasketSchema)
@blueprint.response(200, QuoteSchema)
@only_reads
def price(data: dict[str, Any]) -> dict[str, Any]:
    """What a basket would cost and earn, and how much of it bonuses may pay; changes nothing"""
    customer, outlet, at = buyer(data["customer"]), outlet_id(g.session, data["outlet"]), data["at"] or moment()
    found = quote(
        g.session,
        customer,
        outlet,
        [LineData(**line) for line in data["lines"]],
        spending=data["redeem"],
        at=at,
        promo_codes=data["promo_codes"],
        meeting=meeting,
    )
    return _view(found) | {"hints": hint_views(hints_for(g.session, customer, outlet, at))}


@blueprint.post("/till/settle")
@blueprint.arguments(NewPurchaseSchema)
@blueprint.response(201, SettledSchema)
def settle(data: dict[str, Any]) -> dict[str, Any]:
    """Sell a basket: discounted, paid with bonuses and rewarded as its price said

    A till that loses the answer may send again: the same receipt number answers what was recorded.
    """
    purchase = settled(data)
    return promoted(purchase) | {
        "subtotal": purchase.amount + purchase.discounted,
        "to_pay": purchase.amount - purchase.redeemed,
    }


def _view(found: Quote) -> dict[str, Any]:
    terms = found.terms
    return {
        "programme": terms.programme,
        "blocked": terms.blocked,
        "waiting": terms.waiting,
        "password_needed": found.password_needed,
        "purchase_sum": terms.purchase_sum,
        "bonus_percent": terms.bonus_rate,
        "discount_percent": terms.discount_rate,
        "payable_percent": terms.payable_rate,
        "active": found.active,
        "redeemable": found.redeemable,
        "active_at": found.active_at,
        "expires_at": found.expires_at,
        "to_pay": found.price.to_pay,
        "subtotal": found.price.subtotal,
        **{name: getattr(found.price, name) for name in PricedLine._fields},
        "lines": [line._asdict() | {"subtotal": line.discounted + line.amount} for line in found.price.lines],
        "promotions": [_promised(each) for each in found.promised],
        "promo_codes": [{"code": code.code, "acts": why is None, "reason": why} for code, why in found.acts.codes],
    }


def _promised(each: Promised) -> dict[str, Any]:
    values = {name: getattr(each, name) for name in ("discounted", "accrued", "active_at", "expires_at")}
    return {"id": each.promotion.id, "name": each.promotion.name, **values}
