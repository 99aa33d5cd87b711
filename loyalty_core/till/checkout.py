"""Places purchases, in sets (one is a set of one), and takes goods of a purchase back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from loyalty_core.customers.totals import lock_customers, refresh_totals
from loyalty_core.database import id_set, insert_rows, text_set
from loyalty_core.errors import Conflict, NotFound, Refused
from loyalty_core.events import Event
from loyalty_core.i18n import gettext as _
from loyalty_core.organisation import Outlet
from loyalty_core.till.products import product_ids
from loyalty_core.till.purchases import Product, Purchase, PurchaseLine, PurchaseReturn, ReturnLine
from loyalty_core.till.receipts import Line, LineData, PurchaseData, checked_lines, thousandths
from loyalty_core.till.returned_bonuses import move_back
from loyalty_core.till.returns import Goods, ReturnedLine, lines_left, record_returns

__all__ = ["Key", "LineData", "Placed", "PurchaseData", "ReturnedLine", "place", "place_many", "record", "take_back"]

# What a line and the whole receipt say beside their amounts.
_PARTS = ("discounted", "redeemed", "accrued")


class Key(NamedTuple):
    """What a receipt is known by."""

    external_id: str
    customer_id: int


@dataclass(frozen=True, slots=True)
class Placed:
    """What came of a set of purchases: their ids, which are new, and why the others could not be taken."""

    ids: dict[Key, int]
    new: set[Key]
    refused: dict[Key, Refused | Conflict]


def place(session: Session, data: PurchaseData, now: datetime) -> Purchase:
    """Record a purchase, and tell it to the chains (`purchase.placed`).

    The same receipt again answers what was recorded. Refused where a value cannot be taken, NotFound where there is no
    such customer or outlet; Conflict where the receipt is here already with another amount.
    """
    placed = place_many(session, [data], now)
    for refusal in placed.refused.values():
        raise refusal
    (purchase_id,) = placed.ids.values()
    return session.get_one(Purchase, purchase_id, populate_existing=True)


def place_many(session: Session, purchases: Sequence[PurchaseData], now: datetime, *, events: bool = True) -> Placed:
    """Record a set of purchases and keep their customers' totals in step; those that are here already change nothing.

    What cannot be taken is refused, the others are not. `events=False` is for history, which must not start chains.
    NotFound, for the whole set, where there is no such customer or outlet. A handful of statements for any number.
    """
    _check_owners(session, purchases)
    known = _known(session, purchases)
    placed = Placed({}, set(), {})
    new: dict[Key, tuple[PurchaseData, list[Line]]] = {}
    amounts = {key: amount for key, (_id, amount) in known.items()}
    for data in purchases:
        key = Key(data.external_id, data.customer_id)
        try:
            lines = checked_lines(data)
        except Refused as refusal:
            placed.refused[key] = refusal
            continue
        amount = sum(line.amount for line in lines)
        if key not in amounts:
            new[key] = (data, lines)
            amounts[key] = amount
        elif amounts[key] != amount:
            message = _("Receipt %(number)s is here already with another amount", number=data.external_id)
            placed.refused[key] = Conflict("external_id", message)
    placed.ids.update({key: purchase_id for key, (purchase_id, _amount) in known.items()})
    if new:
        placed.ids.update(record(session, new, events=events))
        placed.new.update(new)
    return placed


def record(session: Session, new: dict[Key, tuple[PurchaseData, list[Line]]], *, events: bool = True) -> dict[Key, int]:
    """Write down purchases that are not here yet, with their checked lines; answers their ids.

    The customers must be locked.
    """
    ids = _write(session, new)
    since: dict[int, datetime] = {}
    for key, (data, _lines) in new.items():
        since[key.customer_id] = min(data.at, since.get(key.customer_id, data.at))
    refresh_totals(session, since.keys(), since)
    if events:
        _tell(session, new, ids)
    return ids


def take_back(
    session: Session,
    purchase_id: int,
    external_id: str,
    at: datetime,
    lines: Sequence[ReturnedLine] | None,
    now: datetime,
) -> PurchaseReturn:
    """Take back some lines of a purchase, or (None) all that is left, and tell it to the chains (`purchase.returned`).

    What the goods had earned is taken back, and what bonuses had paid for them is given back.
    The same return again answers what was recorded. Refused where more comes back than was bought, Conflict where the
    number stands for another return of this purchase.
    """
    purchase = session.get(Purchase, purchase_id)
    if purchase is None:
        raise NotFound("purchase", _("There is no such purchase"))
    if not external_id or len(external_id) > 100:
        raise Refused("external_id", _("A return needs its number, of at most %(number)s letters", number=100))
    if at.tzinfo is None:
        raise Refused("at", _("A moment needs a time zone"))
    if at < purchase.at:
        raise Refused("at", _("Goods cannot come back before they are bought"))
    lock_customers(session, [purchase.customer_id])
    earlier = session.scalar(
        select(PurchaseReturn.id).where(
            PurchaseReturn.external_id == external_id, PurchaseReturn.purchase_id == purchase_id
        )
    )
    if earlier is None:
        goods = _chosen(session, purchase_id, lines)
        earlier = record_returns(session, {(external_id, at): goods}, events=True)[external_id, purchase_id]
        move_back(session, session.get_one(PurchaseReturn, earlier), now)
    elif lines is not None and _asked(lines) != _recorded(session, earlier):
        raise Conflict("external_id", _("Return %(number)s is here already with other goods", number=external_id))
    return session.get_one(PurchaseReturn, earlier, populate_existing=True)


def _check_owners(session: Session, purchases: Sequence[PurchaseData]) -> None:
    wanted = {data.customer_id for data in purchases}
    if lock_customers(session, wanted) != wanted:
        raise NotFound("customer", _("There is no such customer"))
    outlets = {data.outlet_id for data in purchases if data.outlet_id is not None}
    if outlets and set(session.scalars(select(Outlet.id).where(Outlet.id.in_(id_set(session, outlets))))) != outlets:
        raise NotFound("outlet", _("There is no such outlet"))


def _known(session: Session, purchases: Sequence[PurchaseData]) -> dict[Key, tuple[int, int]]:
    numbers = text_set(session, [data.external_id for data in purchases])
    wanted = {Key(data.external_id, data.customer_id) for data in purchases}
    found = session.execute(
        select(Purchase.external_id, Purchase.customer_id, Purchase.id, Purchase.amount + Purchase.discounted).where(
            Purchase.external_id.in_(numbers)
        )
    )
    rows = (
        (Key(number or "", customer_id), (purchase_id, amount)) for number, customer_id, purchase_id, amount in found
    )
    return {key: row for key, row in rows if key in wanted}


def _write(session: Session, new: dict[Key, tuple[PurchaseData, list[Line]]]) -> dict[Key, int]:
    products = product_ids(session, [line for _data, lines in new.values() for line in lines])
    values = []
    for data, lines in new.values():
        amount = sum(line.amount for line in lines)
        values.append(
            {
                "external_id": data.external_id,
                "customer_id": data.customer_id,
                "outlet_id": data.outlet_id,
                "at": data.at,
                "amount": amount,
                "net_amount": amount,
                "opens_visit": True,
                **{name: sum(getattr(line, name) for line in lines) for name in _PARTS},
            }
        )
    insert_rows(session, Purchase, values)
    recorded = _known(session, [data for data, _lines in new.values()])
    ids = {key: purchase_id for key, (purchase_id, _amount) in recorded.items()}
    insert_rows(
        session,
        PurchaseLine,
        [
            {
                "purchase_id": ids[key],
                "customer_id": key.customer_id,
                "product_id": products[line.sku],
                "quantity": line.quantity,
                "price": line.price,
                "amount": line.amount,
                "returned": 0,
                **{name: getattr(line, name) for name in _PARTS},
            }
            for key, (_data, lines) in new.items()
            for line in lines
        ],
    )
    return ids


def _tell(session: Session, new: dict[Key, tuple[PurchaseData, list[Line]]], ids: dict[Key, int]) -> None:
    insert_rows(
        session,
        Event,
        [
            {
                "kind": "purchase.placed",
                "customer_id": key.customer_id,
                "at": data.at,
                "properties": {"purchase_id": ids[key], "amount": sum(line.amount for line in lines)},
            }
            for key, (data, lines) in new.items()
        ],
    )


def _chosen(session: Session, purchase_id: int, lines: Sequence[ReturnedLine] | None) -> list[Goods]:
    left = {sku: lines for (_id, sku), lines in lines_left(session, PurchaseLine.purchase_id == purchase_id).items()}
    if lines is None:
        if not left:
            raise Refused("lines", _("Everything of this purchase has come back already"))
        return [each.take(each.quantity) for several in left.values() for each in several]
    if not lines:
        raise Refused("lines", _("Name at least one line that comes back"))
    chosen = []
    for place, line in enumerate(lines):
        wanted = thousandths(f"lines.{place}.quantity", line.quantity)
        for each in left.get(line.sku, ()):
            if wanted and each.left:
                chosen.append(each.take(wanted))
                wanted -= chosen[-1].quantity
        if wanted:
            had = line.quantity - Decimal(wanted) / 1000
            raise Refused(
                f"lines.{place}.quantity",
                _(
                    "Only %(number)s of %(product)s can still come back",
                    number=f"{had.normalize():f}",
                    product=line.sku,
                ),
            )
    return chosen


def _asked(lines: Sequence[ReturnedLine]) -> dict[str, int]:
    asked: dict[str, int] = {}
    for place, line in enumerate(lines):
        asked[line.sku] = asked.get(line.sku, 0) + thousandths(f"lines.{place}.quantity", line.quantity)
    return asked


def _recorded(session: Session, return_id: int) -> dict[str, int]:
    quantities = (
        select(Product.sku, func.sum(ReturnLine.quantity))
        .join_from(ReturnLine, PurchaseLine, PurchaseLine.id == ReturnLine.line_id)
        .join(Product, Product.id == PurchaseLine.product_id)
        .where(ReturnLine.return_id == return_id)
        .group_by(Product.sku)
    )
    return {sku: int(quantity) for sku, quantity in session.execute(quantities)}
