"""What a customer likes to buy: the goods that the cashier hints of an outlet name."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from loyalty_core.database import text_set
from loyalty_core.till.cashier_hints import CATEGORY, SKU, CashierHint, HintData, HintOutlet, HintProduct
from loyalty_core.till.purchases import Product, Purchase, PurchaseLine

# A purchase counts from an hour after it was made ("информация о любимых товарах появится через час").
RIPENS = timedelta(hours=1)


class Favourite(NamedTuple):
    """A product, how many receipts have it, and how much of it they have, returns left out: in thousandths."""

    sku: str
    name: str
    receipts: int
    quantity: int


class Hint(NamedTuple):
    """What a cashier is told: the hint's name and goods, the favourite first."""

    name: str
    goods: Sequence[Favourite]


def hints_for(session: Session, customer_id: int, outlet_id: int | None, now: datetime) -> list[Hint]:
    """The hints for a customer at a till of this outlet, by name; those that have nothing to say are left out.

    One statement where there are no hints, and one a hint.
    """
    listed = select(HintOutlet.outlet_id).where(HintOutlet.hint_id == CashierHint.id)
    here = or_(~exists(listed), exists(listed.where(HintOutlet.outlet_id == outlet_id)))
    shown = select(CashierHint).where(CashierHint.active, here).order_by(CashierHint.name)
    hints = []
    for hint in session.scalars(shown).all():
        goods = _favourites(session, customer_id, hint, _allowed_by(hint), now)
        if goods:
            hints.append(Hint(hint.name, goods))
    return hints


def favourites(session: Session, customer_id: int, data: HintData, now: datetime) -> list[Favourite]:
    """The goods that such a hint would name for a customer."""
    allowed = None
    if data.skus or data.categories:
        skus, categories = text_set(session, data.skus), text_set(session, data.categories)
        allowed = or_(Product.sku.in_(skus), Product.category.in_(categories))
    return _favourites(session, customer_id, data, allowed, now)


def _favourites(
    session: Session, customer_id: int, rule: CashierHint | HintData, allowed: ColumnElement[bool] | None, now: datetime
) -> list[Favourite]:
    """Most often bought first, by receipts, then by pieces, then by the latest purchase."""
    receipts = func.count(PurchaseLine.purchase_id.distinct())
    quantity = func.sum(PurchaseLine.quantity - PurchaseLine.returned)
    bought = (
        select(Product.sku, Product.name, receipts, quantity)
        .select_from(Purchase)
        .join(PurchaseLine, PurchaseLine.purchase_id == Purchase.id)
        .join(Product, Product.id == PurchaseLine.product_id)
        .where(
            Purchase.customer_id == customer_id,
            Purchase.at >= rule.starts_at,
            Purchase.at <= now - RIPENS,
            Purchase.amount >= rule.least_sum,
            PurchaseLine.returned < PurchaseLine.quantity,
        )
        .group_by(Product.id, Product.sku, Product.name)
        .order_by(receipts.desc(), quantity.desc(), func.max(Purchase.at).desc(), Product.id)
        .limit(rule.goods_shown)
    )
    if allowed is not None:
        bought = bought.where(allowed)
    return [Favourite(sku, name or sku, count, int(pieces)) for sku, name, count, pieces in session.execute(bought)]


def _allowed_by(hint: CashierHint) -> ColumnElement[bool]:
    listed = select(HintProduct.hint_id).where(HintProduct.hint_id == hint.id)
    named = or_(
        and_(HintProduct.kind == SKU, HintProduct.value == Product.sku),
        and_(HintProduct.kind == CATEGORY, HintProduct.value == Product.category),
    )
    return or_(~exists(listed), exists(listed.where(named).correlate(Product)))
