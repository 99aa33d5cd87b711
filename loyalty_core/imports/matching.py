"""Finds out which purchases goods of the past came from, where the file that tells of their return does not say."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from loyalty_core.database import pair_set, text_set
from loyalty_core.purchases import Product, PurchaseLine
from loyalty_core.returns import Goods, Left, lines_left, record_returns, returned_quantities
from loyalty_core.totals import lock_customers


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

    Lines of one return must stand in one set. What has come back under the same number counts first, so that the same
    set again takes nothing back, except from a purchase that was missing and has been recorded since. No chain is told.
    """
    customers = {each.customer_id for each in back}
    lock_customers(session, customers)
    recorded = returned_quantities(session, {each.number for each in back})
    left = _lines_left(session, back)
    taken: dict[tuple[str, datetime], list[Goods]] = {}
    matched = []
    for each in back:
        key = (each.number, each.customer_id, each.sku)
        earlier = min(each.quantity, recorded.get(key, 0))
        if earlier:
            recorded[key] -= earlier
        goods = _goods(left.get((each.customer_id, each.sku), []), each, each.quantity - earlier)
        taken.setdefault((each.number, each.at), []).extend(goods)
        matched.append(Matched(sum(some.quantity for some in goods), earlier))
    record_returns(session, taken, events=False)
    return matched


def _lines_left(session: Session, back: Sequence[Back]) -> dict[tuple[int, str], list[Left]]:
    wanted = select(Product.sku, Product.id).where(Product.sku.in_(text_set(session, {each.sku for each in back})))
    products = dict(session.execute(wanted).all())
    pairs = {(each.customer_id, products[each.sku]) for each in back if each.sku in products}
    bought = tuple_(PurchaseLine.customer_id, PurchaseLine.product_id)
    return lines_left(session, bought.in_(pair_set(session, pairs)))


def _goods(lines: Sequence[Left], back: Back, wanted: int) -> list[Goods]:
    goods = []
    for line in lines:
        if not wanted:
            break
        if line.left and line.bought_at <= back.at and back.receipt in ("", line.receipt):
            goods.append(line.take(wanted))
            wanted -= goods[-1].quantity
    return goods
