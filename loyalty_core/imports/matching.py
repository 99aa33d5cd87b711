"""Finds out which purchases goods of the past came from, where the file that tells of their return does not say."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from loyalty_core.customers.totals import lock_customers
from loyalty_core.database import id_set, pair_set, text_set
from loyalty_core.till.purchases import Product, Purchase, PurchaseLine, PurchaseReturn
from loyalty_core.till.returned_bonuses import move_back
from loyalty_core.till.returns import Goods, Left, lines_left, record_returns, returned_quantities


class Back(NamedTuple):
    """A line of a return: `quantity` in thousandths, above 0; `receipt` is the purchase's, or "" for any."""

    number: str
    customer_id: int
    sku: str
    at: datetime
    quantity: int
    receipt: str = ""


class Matched(NamedTuple):
    """How much of a line could be taken back now, and how much had come back by an earlier import; in thousandths."""

    now: int
    earlier: int


def match_returns(session: Session, back: Sequence[Back]) -> list[Matched]:
    """Take goods back from the same customer's latest earlier lines of that product, several if need be.

    A return under the number of a purchase that has the product takes from that one only. Lines of one return must
    stand in one set. What has come back under the same number counts first, so that the same set again takes nothing
    back, except from a purchase that was missing and has been recorded since. What the goods had earned is taken back,
    and what bonuses had paid for them is given back, as of the moment of the return. No chain is told.
    """
    customers = {each.customer_id for each in back}
    lock_customers(session, customers)
    recorded = returned_quantities(session, {each.number for each in back})
    left = _lines_left(session, back)
    own = _under_their_own_number(session, back)
    taken: dict[tuple[str, datetime], list[Goods]] = {}
    matched = []
    for each in back:
        key = (each.number, each.customer_id, each.sku)
        earlier = min(each.quantity, recorded.get(key, 0))
        if earlier:
            recorded[key] -= earlier
        receipt = each.receipt or (each.number if key in own else "")
        goods = _goods(left.get((each.customer_id, each.sku), []), each.at, receipt, each.quantity - earlier)
        taken.setdefault((each.number, each.at), []).extend(goods)
        matched.append(Matched(sum(some.quantity for some in goods), earlier))
    ids = record_returns(session, taken, events=False)
    _move_bonuses(session, ids.values())
    return matched


def _move_bonuses(session: Session, return_ids: Collection[int]) -> None:
    moved = or_(Purchase.redeemed > 0, Purchase.accrued > 0)
    returns = select(PurchaseReturn).join(Purchase, Purchase.id == PurchaseReturn.purchase_id)
    for returned in session.scalars(
        returns.where(PurchaseReturn.id.in_(id_set(session, return_ids)), moved).order_by(
            PurchaseReturn.at, PurchaseReturn.id
        )
    ).all():
        move_back(session, returned, returned.at)


def _under_their_own_number(session: Session, back: Sequence[Back]) -> set[tuple[str, int, str]]:
    """Of which products purchases have the numbers of these returns: by number, customer and product code."""
    bought = (
        select(Purchase.external_id, Purchase.customer_id, Product.sku)
        .join(PurchaseLine, PurchaseLine.purchase_id == Purchase.id)
        .join(Product, Product.id == PurchaseLine.product_id)
        .where(Purchase.external_id.in_(text_set(session, {each.number for each in back})))
    )
    return {(number or "", customer_id, sku) for number, customer_id, sku in session.execute(bought)}


def _lines_left(session: Session, back: Sequence[Back]) -> dict[tuple[int, str], list[Left]]:
    wanted = select(Product.sku, Product.id).where(Product.sku.in_(text_set(session, {each.sku for each in back})))
    products = dict(session.execute(wanted).all())
    pairs = {(each.customer_id, products[each.sku]) for each in back if each.sku in products}
    bought = tuple_(PurchaseLine.customer_id, PurchaseLine.product_id)
    return lines_left(session, bought.in_(pair_set(session, pairs)))


def _goods(lines: Sequence[Left], at: datetime, receipt: str, wanted: int) -> list[Goods]:
    goods = []
    for line in lines:
        if not wanted:
            break
        if line.left and line.bought_at <= at and receipt in ("", line.receipt):
            goods.append(line.take(wanted))
            wanted -= goods[-1].quantity
    return goods
