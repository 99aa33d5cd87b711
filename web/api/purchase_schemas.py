"""Purchases and returns in JSON."""

from typing import Any

from marshmallow import Schema, fields, validate

from loyalty_core.programmes.passwords import PASSWORD_MAX
from loyalty_core.promotions.promo_codes import CODES_OF_RECEIPT_MAX
from loyalty_core.till.receipts import LINES_MAX
from web.api.collections import PageArguments
from web.api.fields import Amount, Id, Moment, OutletReference, Quantity, Text


class PromoCodes(fields.List[str]):
    """Promo codes that a customer tells at the till."""

    def __init__(self, **kwargs: Any) -> None:
        most = validate.Length(0, CODES_OF_RECEIPT_MAX)
        super().__init__(Text(100, required=True), load_default=list, validate=most, **kwargs)


class CustomerMarksSchema(Schema):
    """Who buys: at least one mark; several must name one and the same customer."""

    external_id = Text(100)
    phone = Text(100)
    card = Text(100)
    email = Text(200)


class LineSchema(Schema):
    """One line of a receipt; `price` is of one."""

    sku = Text(100, required=True)
    name = Text(300, load_default="")
    category = Text(100, load_default="")
    quantity = Quantity(required=True)
    price = Amount(required=True)


class NewPurchaseSchema(Schema):
    """A receipt as the till tells it."""

    external_id = Text(100, required=True, metadata={"description": "The receipt's number"})
    customer = fields.Nested(CustomerMarksSchema, required=True)
    outlet = OutletReference(load_default=None, allow_none=True)
    at = Moment(required=True)
    lines = fields.List(fields.Nested(LineSchema), required=True, validate=validate.Length(1, LINES_MAX))
    redeem = Amount(load_default=0, metadata={"description": "Bonuses to spend: at most the purchase and the balance"})
    programme_password = Text(
        PASSWORD_MAX,
        load_default=None,
        allow_none=True,
        metadata={"description": "Where the price says `password_needed`"},
    )
    promo_codes = PromoCodes(
        metadata={"description": "Those by which no promotion acts stay unused; what cannot be used is refused"}
    )


class PurchaseLineSchema(LineSchema):
    """One line as it was recorded; `amount` is after what was discounted."""

    amount = Amount(required=True)
    discounted = Amount(required=True)
    redeemed = Amount(required=True)
    accrued = Amount(required=True)
    returned = Quantity(required=True)


class PurchaseSchema(Schema):
    """A purchase; `net_amount` is what is left of it after returns.

    `discounted` was taken off before, `redeemed` is the part of `amount` that bonuses paid, `accrued` what it earned.
    `opens_visit`: it is the first of a visit.
    """

    id = Id(required=True)
    external_id = fields.String(required=True, allow_none=True)
    customer = Id(required=True, attribute="customer_id")
    outlet = fields.Integer(required=True, allow_none=True, attribute="outlet_id")
    at = Moment(required=True)
    amount = Amount(required=True)
    net_amount = Amount(required=True)
    opens_visit = fields.Boolean(required=True)
    discounted = Amount(required=True)
    redeemed = Amount(required=True)
    accrued = Amount(required=True)


class PromotionGivenSchema(Schema):
    """A promotion that acts on a purchase: its part of what was discounted, and of the bonuses."""

    id = Id(required=True)
    name = fields.String(required=True)
    discounted = Amount(required=True)
    accrued = Amount(required=True)


class PromotedSchema(PurchaseSchema):
    """A purchase with the promotions that acted on it, in their order, and the promo codes that it used."""

    promotions = fields.List(fields.Nested(PromotionGivenSchema), required=True)
    promo_codes = fields.List(fields.String(), required=True)


class PurchaseDetailSchema(PromotedSchema):
    """A purchase with its lines."""

    lines = fields.List(fields.Nested(PurchaseLineSchema), required=True)


class ReturnedLineSchema(Schema):
    """What comes back of a line."""

    sku = Text(100, required=True)
    quantity = Quantity(required=True)


class GoodsBackSchema(Schema):
    """Goods that come back; without lines, all that is left of the purchase."""

    lines = fields.List(
        fields.Nested(ReturnedLineSchema), load_default=None, allow_none=True, validate=validate.Length(1, LINES_MAX)
    )


class NewReturnSchema(GoodsBackSchema):
    """A return; without lines, all that is left of the purchase comes back."""

    external_id = Text(100, required=True, metadata={"description": "The return's number"})
    at = Moment(required=True)


class ReturnPreviewSchema(Schema):
    """What a return comes to: amount = given_back in bonuses + to_refund in money.

    `taken_back` are the bonuses that the goods had earned; `debt` is the part of them that was spent already.
    """

    amount = Amount(required=True)
    given_back = Amount(required=True)
    to_refund = Amount(required=True)
    taken_back = Amount(required=True)
    debt = Amount(required=True)


class ReturnSchema(ReturnPreviewSchema):
    """A recorded return."""

    id = Id(required=True)
    external_id = fields.String(required=True, allow_none=True)
    purchase = Id(required=True, attribute="purchase_id")
    customer = Id(required=True, attribute="customer_id")
    at = Moment(required=True)


class ReceiptArguments(PageArguments):
    """By which number a receipt is found."""

    external_id = Text(100, required=True)
