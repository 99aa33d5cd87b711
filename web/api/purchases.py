"""Purchases and returns, as tills tell them."""

from decimal import Decimal
from typing import Any

from flask import g
from sqlalchemy import select

from loyalty_core.customers.registration import find_customer
from loyalty_core.errors import NotFound, Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.promotions.rewards import codes_used, given_by_promotions
from loyalty_core.till.checkout import LineData, PurchaseData, ReturnedLine, take_back
from loyalty_core.till.purchases import Product, Purchase, PurchaseLine, PurchaseReturn
from loyalty_core.till.return_preview import Foreseen, foresee_return
from loyalty_core.till.returned_bonuses import returned_bonuses
from loyalty_core.till.settlement import settle
from web.api.blueprint import Blueprint
from web.api.collections import page, page_of
from web.api.organisation import outlet_id
from web.api.purchase_schemas import (
    GoodsBackSchema,
    NewPurchaseSchema,
    NewReturnSchema,
    PromotedSchema,
    PurchaseDetailSchema,
    PurchaseSchema,
    ReceiptArguments,
    ReturnPreviewSchema,
    ReturnSchema,
)
from web.conditions import meeting
from web.session import moment

blueprint = Blueprint("Purchases", __name__, description="Receipts and returns, as tills tell them.")


@blueprint.post("/purchases")
@blueprint.arguments(NewPurchaseSchema)
@blueprint.response(201, PromotedSchema)
def place_purchase(data: dict[str, Any]) -> dict[str, Any]:
    """Record a purchase, discounted and rewarded by its customer's programme and the promotions

    The same receipt number again answers what was recorded; with another amount, 409.
    """
    return promoted(settled(data))


def settled(data: dict[str, Any]) -> Purchase:
    """The purchase that a receipt tells of, settled now or before."""
    receipt = PurchaseData(
        external_id=data["external_id"],
        customer_id=buyer(data["customer"]),
        outlet_id=outlet_id(g.session, data["outlet"]),
        at=data["at"],
        lines=[LineData(**line) for line in data["lines"]],
    )
    return settle(
        g.session,
        receipt,
        data["redeem"],
        moment(),
        promo_codes=data["promo_codes"],
        meeting=meeting,
        password=data["programme_password"],
    )


def promoted(purchase: Purchase) -> dict[str, Any]:
    """A purchase with the promotions that acted on it and the promo codes that it used."""
    given = given_by_promotions(g.session, purchase.id)
    values = {column.key: getattr(purchase, column.key) for column in Purchase.__table__.columns}
    # No code is used where no promotion acts.
    return values | {"promotions": given, "promo_codes": codes_used(g.session, purchase.id) if given else []}


def buyer(marks: dict[str, str]) -> int:
    """The customer whom a receipt names. Refused where nobody is known by these marks."""
    customer_id = find_customer(g.session, **marks)
    if customer_id is None:
        raise Refused("customer", _("Nobody is known by this. Register the customer first."))
    return customer_id


@blueprint.get("/purchases")
@blueprint.arguments(ReceiptArguments, location="query")
@blueprint.response(200, page_of(PurchaseSchema))
def find_purchases(arguments: dict[str, Any]) -> dict[str, Any]:
    """The purchases that have this receipt number: two tills, or two customers, may have given the same one"""
    query = select(Purchase).where(Purchase.external_id == arguments["external_id"]).order_by(Purchase.id)
    if "after" in arguments:
        query = query.where(Purchase.id > arguments["after"][0])
    limit = arguments["limit"]
    return page(g.session.scalars(query.limit(limit + 1)).all(), limit, lambda found: (found.id,))


@blueprint.get("/purchases/<id:purchase_id>")
@blueprint.response(200, PurchaseDetailSchema)
def get_purchase(purchase_id: int) -> dict[str, Any]:
    """A purchase with its lines"""
    purchase = g.session.get(Purchase, purchase_id)
    if purchase is None:
        raise NotFound("purchase", _("There is no purchase %(id)s.", id=purchase_id))
    lines = g.session.execute(
        select(PurchaseLine, Product)
        .join(Product, Product.id == PurchaseLine.product_id)
        .where(PurchaseLine.purchase_id == purchase_id)
        .order_by(PurchaseLine.id)
    )
    return promoted(purchase) | {"lines": [_line(line, product) for line, product in lines]}


@blueprint.post("/purchases/<id:purchase_id>/returns")
@blueprint.arguments(NewReturnSchema)
@blueprint.response(201, ReturnSchema)
def return_goods(data: dict[str, Any], purchase_id: int) -> dict[str, Any]:
    """Take goods of a purchase back; the same return number again answers what was recorded

    What the goods had earned is taken back, and what bonuses had paid for them is given back.
    """
    lines = None if data["lines"] is None else [ReturnedLine(**line) for line in data["lines"]]
    returned = take_back(g.session, purchase_id, data["external_id"], data["at"], lines, moment())
    moved = returned_bonuses(g.session, returned.id)
    values = {column.key: getattr(returned, column.key) for column in PurchaseReturn.__table__.columns}
    return values | moved._asdict() | {"to_refund": returned.amount - moved.given_back}


@blueprint.post("/purchases/<id:purchase_id>/returns/preview")
@blueprint.arguments(GoodsBackSchema)
@blueprint.response(200, ReturnPreviewSchema)
def preview_return(data: dict[str, Any], purchase_id: int) -> Foreseen:
    """What taking goods back now would refund, give back and take back; changes nothing"""
    lines = None if data["lines"] is None else [ReturnedLine(**line) for line in data["lines"]]
    return foresee_return(g.session, purchase_id, lines, moment())


def _line(line: PurchaseLine, product: Product) -> dict[str, Any]:
    return {
        "sku": product.sku,
        "name": product.name,
        "category": product.category,
        "quantity": Decimal(line.quantity) / 1000,
        "price": line.price,
        "amount": line.amount,
        "discounted": line.discounted,
        "redeemed": line.redeemed,
        "accrued": line.accrued,
        "returned": Decimal(line.returned) / 1000,
    }
