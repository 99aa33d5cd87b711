"""Goods as conditions name them, products and whole categories, and what customers bought of them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ColumnElement, and_, case, func, join, or_, select
from sqlalchemy.orm import Session

from loyalty_core.database import id_set, table_of, text_set
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from loyalty_core.till.purchases import Product, Purchase, PurchaseLine, PurchaseReturn, ReturnLine
from segmenter import operators
from segmenter.facts import Facts
from segmenter.operators import Operator, OrZero
from segmenter.scope import Scope
from segmenter.values import CHOSEN_MAX, Value
from segmenter.words import Words, listed

CATEGORY_LENGTH_MAX = 100


@dataclass(frozen=True)
class Goods(Value):
    """Products and categories to pick: "product:12", "category:Coffee", or a list of such."""

    kind: ClassVar[str] = "reference"
    operators: ClassVar[tuple[Operator, ...]] = operators.BOUGHT
    source: str | None = "/goods"

    def one(self, raw: Any, where: str) -> tuple[str, ...]:
        keys = raw if isinstance(raw, list) else [raw]
        if not 1 <= len(keys) <= CHOSEN_MAX:
            raise Refused(where, gettext("Choose from 1 to %(most)s of them", most=CHOSEN_MAX))
        for index, key in enumerate(keys):
            if not isinstance(key, str) or not _is_right(key):
                place = where if keys is not raw else f"{where}.{index}"
                raise Refused(place, gettext("Choose a product or a category, such as product:12 or category:Coffee"))
        return tuple(dict.fromkeys(keys))

    def named(self, session: Session, value: Any) -> dict[Any, str]:
        products, categories = _parted(value)
        title = func.coalesce(func.nullif(Product.name, ""), Product.sku)
        rows = session.execute(select(Product.id, title).where(Product.id.in_(id_set(session, products))))
        return {f"product:{row[0]}": row[1] for row in rows} | {f"category:{name}": name for name in categories}

    def figure(self, value: Collection[str], words: Words) -> str:
        gone = gettext("a product that no longer exists")
        names = dict.fromkeys(words.name("/goods", key) or gone for key in value)
        return listed(names, gettext("or")) if names else gettext("none of them")

    def describe(self, currency: str) -> dict[str, Any]:
        return {**super().describe(currency), "source": self.source}


def lines(facts: Facts, scope: Scope, goods: tuple[str, ...]) -> ColumnElement[int]:
    """How many lines of receipts in a scope are of these goods and not wholly returned."""
    return _counted(facts, scope, goods, "lines")


def quantity(facts: Facts, scope: Scope, goods: tuple[str, ...]) -> ColumnElement[int]:
    """How much was bought of these goods, less what was returned, in thousandths."""
    return _counted(facts, scope, goods, "quantity")


def spent(facts: Facts, scope: Scope, goods: tuple[str, ...]) -> ColumnElement[int]:
    """What was paid for these goods, less what was returned, in minor units."""
    return _counted(facts, scope, goods, "spent")


def _counted(facts: Facts, scope: Scope, goods: tuple[str, ...], measure: str) -> ColumnElement[int]:
    source = join(table_of(PurchaseLine), table_of(Purchase), Purchase.id == PurchaseLine.purchase_id)
    left = PurchaseLine.returned < PurchaseLine.quantity
    found = facts.aggregation("goods", source, PurchaseLine.customer_id, left)
    span = and_(facts.span(scope), _of(facts.session, goods))
    return OrZero(found.column((scope, goods), span, measure, _MEASURES[measure]))


def _of(session: Session, goods: tuple[str, ...]) -> ColumnElement[bool]:
    products, categories = _parted(goods)
    in_categories = select(Product.id).where(Product.category.in_(text_set(session, categories)))
    chosen = []
    if products:
        chosen.append(PurchaseLine.product_id.in_(id_set(session, products)))
    if categories:
        chosen.append(PurchaseLine.product_id.in_(in_categories))
    return or_(*chosen)


def _parted(goods: Collection[str]) -> tuple[list[int], list[str]]:
    parts = [key.partition(":") for key in goods]
    return [int(name) for kind, _, name in parts if kind == "product"], [
        name for kind, _, name in parts if kind == "category"
    ]


def _is_right(key: str) -> bool:
    kind, _, name = key.partition(":")
    if kind == "product":
        return name.isascii() and name.isdecimal() and len(name) <= 18 and name == str(int(name)) != "0"
    return kind == "category" and 1 <= len(name) <= CATEGORY_LENGTH_MAX and name.isprintable()


# What came back of a line is told by its returns, so that no share is rounded a second time.
_returned = (
    select(func.coalesce(func.sum(ReturnLine.amount), 0))
    .join(PurchaseReturn, PurchaseReturn.id == ReturnLine.return_id)
    .where(PurchaseReturn.purchase_id == PurchaseLine.purchase_id, ReturnLine.line_id == PurchaseLine.id)
    .correlate(PurchaseLine)
    .scalar_subquery()
)
_MEASURES: dict[str, Any] = {
    "lines": func.count(type_=BigInteger),
    "quantity": func.sum(PurchaseLine.quantity - PurchaseLine.returned, type_=BigInteger),
    "spent": func.sum(PurchaseLine.amount - case((PurchaseLine.returned > 0, _returned), else_=0), type_=BigInteger),
}
