"""Takes goods back: how much of which line, for how much, with the purchase and the totals kept in step."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from loyalty_core.customers.totals import refresh_totals
from loyalty_core.database import id_set, insert_rows, text_set
from loyalty_core.events import Event
from loyalty_core.till.purchases import Product, Purchase, PurchaseLine, PurchaseReturn, ReturnLine


class ReturnedLine(NamedTuple):
    """So many pieces (at most three decimals) of a product that a purchase has."""

    sku: str
    quantity: Decimal


@dataclass(slots=True)
class Left:
    """A purchase's line and how much of it has come back, in thousandths; `take` takes back more."""

    line_id: int
    purchase_id: int
    customer_id: int
    quantity: int
    amount: int
    returned: int
    receipt: str
    bought_at: datetime

    @property
    def left(self) -> int:
        """How much can still come back, in thousandths."""
        return self.quantity - self.returned

    def take(self, wanted: int) -> "Goods":
        """Take back as much of what is wanted as is left; the amounts of all returns of a line sum up to its amount."""
        taken = min(wanted, self.left)
        before = share_of(self.amount, self.returned, self.quantity)
        self.returned += taken
        return Goods(self, taken, share_of(self.amount, self.returned, self.quantity) - before)


class Goods(NamedTuple):
    """What comes back of one line: `quantity` in thousandths, `amount` in minor units."""

    line: Left
    quantity: int
    amount: int


_Row = tuple[str, datetime, Goods]


def record_returns(
    session: Session, returns: Mapping[tuple[str, datetime], Iterable[Goods]], *, events: bool
) -> dict[tuple[str, int], int]:
    """Write down goods that came back, by the return's number and moment; answers the ids by number and purchase.

    The customers must be locked, and the goods taken from lines read since. Goods of a return that is here already are
    added to it.
    """
    goods = [(number, at, each) for (number, at), several in returns.items() for each in several]
    if not goods:
        return {}
    ids = _return_ids(session, goods)
    insert_rows(
        session,
        ReturnLine,
        [
            {
                "return_id": ids[number, each.line.purchase_id],
                "line_id": each.line.line_id,
                "customer_id": each.line.customer_id,
                "quantity": each.quantity,
                "amount": each.amount,
            }
            for number, _at, each in goods
        ],
    )
    _refresh(session, [each.line for _number, _at, each in goods], set(ids.values()))
    if events:
        _tell(session, goods, ids)
    return ids


def lines_left(session: Session, *which: ColumnElement[bool]) -> dict[tuple[int, str], list[Left]]:
    """The lines that these conditions choose and are not all back: by customer and product code, latest first."""
    lines = (
        select(
            PurchaseLine.id,
            PurchaseLine.purchase_id,
            PurchaseLine.customer_id,
            PurchaseLine.quantity,
            PurchaseLine.amount,
            PurchaseLine.returned,
            Purchase.external_id,
            Purchase.at,
            Product.sku,
        )
        .join_from(PurchaseLine, Purchase, Purchase.id == PurchaseLine.purchase_id)
        .join(Product, Product.id == PurchaseLine.product_id)
        .where(PurchaseLine.returned < PurchaseLine.quantity, *which)
        .order_by(Purchase.at.desc(), PurchaseLine.id.desc())
    )
    left: dict[tuple[int, str], list[Left]] = {}
    for line_id, purchase_id, customer_id, quantity, amount, returned, receipt, at, sku in session.execute(lines):
        line = Left(line_id, purchase_id, customer_id, quantity, amount, returned, receipt or "", at)
        left.setdefault((customer_id, sku), []).append(line)
    return left


def returned_quantities(session: Session, numbers: Collection[str]) -> dict[tuple[str, int, str], int]:
    """How much has come back under these return numbers, in thousandths: by number, customer and product code."""
    recorded = (
        select(
            PurchaseReturn.external_id,
            PurchaseReturn.customer_id,
            Product.sku,
            func.sum(ReturnLine.quantity),
        )
        .join_from(PurchaseReturn, ReturnLine, ReturnLine.return_id == PurchaseReturn.id)
        .join(PurchaseLine, PurchaseLine.id == ReturnLine.line_id)
        .join(Product, Product.id == PurchaseLine.product_id)
        .where(PurchaseReturn.external_id.in_(text_set(session, numbers)))
        .group_by(PurchaseReturn.external_id, PurchaseReturn.customer_id, Product.sku)
    )
    return {
        (number or "", customer_id, sku): int(quantity)
        for number, customer_id, sku, quantity in session.execute(recorded)
    }


def share_of(amount: int, part: int, whole: int) -> int:
    """So much of an amount as falls to a part of the whole, half up."""
    return (2 * amount * part + whole) // (2 * whole)


def _return_ids(session: Session, goods: Sequence[_Row]) -> dict[tuple[str, int], int]:
    """The return of each number and purchase; those that are not here yet are written down, empty."""
    new = {(number, each.line.purchase_id): (at, each) for number, at, each in goods}
    known = _known(session, goods)
    values = [
        {
            "external_id": number,
            "purchase_id": purchase_id,
            "customer_id": each.line.customer_id,
            "at": at,
            "amount": 0,
        }
        for (number, purchase_id), (at, each) in new.items()
        if (number, purchase_id) not in known
    ]
    insert_rows(session, PurchaseReturn, values)
    ids = _known(session, goods)
    return {key: ids[key] for key in new}


def _known(session: Session, goods: Sequence[_Row]) -> dict[tuple[str, int], int]:
    known = session.execute(
        select(PurchaseReturn.external_id, PurchaseReturn.purchase_id, PurchaseReturn.id).where(
            PurchaseReturn.external_id.in_(text_set(session, {number for number, _at, _goods in goods}))
        )
    )
    return {(number or "", purchase_id): return_id for number, purchase_id, return_id in known}


def _refresh(session: Session, lines: Sequence[Left], return_ids: Collection[int]) -> None:
    """Set what follows from return lines: the amounts of returns, what is left of lines and purchases, the totals."""
    line_ids = id_set(session, {line.line_id for line in lines})
    purchase_ids = id_set(session, {line.purchase_id for line in lines})
    came_back = select(func.sum(ReturnLine.quantity)).where(ReturnLine.line_id == PurchaseLine.id).scalar_subquery()
    of_return = select(func.sum(ReturnLine.amount)).where(ReturnLine.return_id == PurchaseReturn.id).scalar_subquery()
    of_purchase = (
        select(func.sum(PurchaseReturn.amount)).where(PurchaseReturn.purchase_id == Purchase.id).scalar_subquery()
    )
    for statement in (
        update(PurchaseLine).where(PurchaseLine.id.in_(line_ids)).values(returned=came_back),
        update(PurchaseReturn).where(PurchaseReturn.id.in_(id_set(session, return_ids))).values(amount=of_return),
        update(Purchase).where(Purchase.id.in_(purchase_ids)).values(net_amount=Purchase.amount - of_purchase),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})
    since: dict[int, datetime] = {}
    for line in lines:
        since[line.customer_id] = min(line.bought_at, since.get(line.customer_id, line.bought_at))
    refresh_totals(session, since.keys(), since)


def _tell(session: Session, goods: Sequence[_Row], ids: dict[tuple[str, int], int]) -> None:
    """One event a return, with what came back on this occasion."""
    told: dict[int, dict[str, Any]] = {}
    for number, at, each in goods:
        return_id = ids[number, each.line.purchase_id]
        event = told.setdefault(
            return_id,
            {
                "kind": "purchase.returned",
                "customer_id": each.line.customer_id,
                "at": at,
                "properties": {"return_id": return_id, "purchase_id": each.line.purchase_id, "amount": 0},
            },
        )
        event["properties"]["amount"] += each.amount
    insert_rows(session, Event, list(told.values()))
