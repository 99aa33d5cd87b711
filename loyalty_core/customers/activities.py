"""What happened to a customer, newest first: purchases, returns and movements of bonuses."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from loyalty_core.customers.merged import CustomerMerge, numbers_of
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from loyalty_core.ledger.rows import Operation
from loyalty_core.organisation import Outlet
from loyalty_core.till.purchases import Purchase, PurchaseReturn


class Place(NamedTuple):
    """Where one activity stands among all of a customer's: by moment, then by table and id. The cursor of the list."""

    at: datetime
    table: str
    id: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}/{self.table}/{self.id}"

    @classmethod
    def read(cls, text: str) -> "Place":
        """The place that `str` wrote. Refused for any other text."""
        try:
            at, table, row = text.split("/")
            place = cls(datetime.fromisoformat(at), table, int(row))
        except ValueError:
            raise Refused("before", gettext("This is no place in the list of activities")) from None
        if place.at.tzinfo is None:
            raise Refused("before", gettext("This is no place in the list of activities"))
        return place


@dataclass(frozen=True)
class Activity:
    """One thing that happened. `kind` is purchase, return, or a kind of the ledger's operations.

    `amount` is in minor units: of money for purchases and (below 0) returns, of bonuses, signed, for the rest: of a
    merge those that the other customer brought, less their debt.
    The ledger's operations say what asked for them: `source`, that row's id, and the step of the chain; corrections by
    hand also their `author`.
    """

    at: datetime
    kind: str
    title: str
    amount: int
    place: Place
    operation_id: int | None = None
    purchase_id: int | None = None
    outlet: str | None = None
    source: str | None = None
    source_id: int | None = None
    source_node: str | None = None
    author: str | None = None


def activities(session: Session, customer_id: int, *, before: Place | None = None, limit: int = 50) -> list[Activity]:
    """The customer's activities, newest first, at most `limit`; `before` is the last one's place on the page before.

    Those of customers who have been merged into them are theirs.
    """
    numbers = numbers_of(session, customer_id)
    found = [
        *_purchases(session, customer_id, before, limit),
        *_returns(session, customer_id, before, limit),
        *_operations(session, numbers, before, limit),
        *_merges(session, numbers, before, limit),
    ]
    return sorted(found, key=lambda activity: activity.place, reverse=True)[:limit]


def older_than(
    before: Place | None, table: str, at: InstrumentedAttribute[datetime], row_id: InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    """Of a table's rows: they follow this place in the list, newest first. For lists merged with this one too."""
    if before is None:
        return true()
    if table == before.table:
        return or_(at < before.at, and_(at == before.at, row_id < before.id))
    return at <= before.at if table < before.table else at < before.at


def _purchases(session: Session, customer_id: int, before: Place | None, limit: int) -> list[Activity]:
    rows = (
        select(Purchase, Outlet.name)
        .outerjoin(Outlet, Outlet.id == Purchase.outlet_id)
        .where(Purchase.customer_id == customer_id, older_than(before, "purchase", Purchase.at, Purchase.id))
        .order_by(Purchase.at.desc(), Purchase.id.desc())
        .limit(limit)
    )
    return [
        Activity(
            at=purchase.at,
            kind="purchase",
            title=_named(gettext("Purchase"), purchase.external_id),
            amount=purchase.amount,
            place=Place(purchase.at, "purchase", purchase.id),
            purchase_id=purchase.id,
            outlet=outlet,
        )
        for purchase, outlet in session.execute(rows)
    ]


def _returns(session: Session, customer_id: int, before: Place | None, limit: int) -> list[Activity]:
    rows = (
        select(PurchaseReturn)
        .where(
            PurchaseReturn.customer_id == customer_id,
            older_than(before, "return", PurchaseReturn.at, PurchaseReturn.id),
        )
        .order_by(PurchaseReturn.at.desc(), PurchaseReturn.id.desc())
        .limit(limit)
    )
    return [
        Activity(
            at=returned.at,
            kind="return",
            title=_named(gettext("Return"), returned.external_id),
            amount=-returned.amount,
            place=Place(returned.at, "return", returned.id),
            purchase_id=returned.purchase_id,
        )
        for returned in session.scalars(rows)
    ]


def _operations(session: Session, numbers: list[int], before: Place | None, limit: int) -> list[Activity]:
    """The ledger's operations; what only moved between the customers of a merge is told by the merge."""
    rows = (
        select(Operation)
        .where(
            Operation.customer_id.in_(numbers),
            Operation.kind != "merge",
            older_than(before, "operation", Operation.at, Operation.id),
        )
        .order_by(Operation.at.desc(), Operation.id.desc())
        .limit(limit)
    )
    return [
        Activity(
            at=operation.at,
            kind=operation.kind,
            title=operation.reason or _movement_title(operation),
            amount=-operation.amount if operation.kind in ("redeem", "burn", "repay") else operation.amount,
            place=Place(operation.at, "operation", operation.id),
            operation_id=operation.id,
            source=operation.source,
            source_id=operation.source_id,
            source_node=operation.source_node,
            author=operation.author,
        )
        for operation in session.scalars(rows)
    ]


def _merges(session: Session, numbers: list[int], before: Place | None, limit: int) -> list[Activity]:
    rows = (
        select(CustomerMerge)
        .where(
            CustomerMerge.kept_id.in_(numbers),
            older_than(before, "merge", CustomerMerge.at, CustomerMerge.gone_id),
        )
        .order_by(CustomerMerge.at.desc(), CustomerMerge.gone_id.desc())
        .limit(limit)
    )
    return [
        Activity(
            at=merge.at,
            kind="merge",
            title=gettext("Merged with customer %(id)s", id=merge.gone_id),
            amount=merge.amount - merge.debt,
            place=Place(merge.at, "merge", merge.gone_id),
            author=merge.author,
        )
        for merge in session.scalars(rows)
    ]


def _named(what: str, external_id: str | None) -> str:
    return f"{what} {external_id}" if external_id else what


def _movement_title(operation: Operation) -> str:
    match operation.kind:
        case "accrue" if operation.source in ("invitation", "referral"):
            return gettext("Bonuses for an invitation")
        case "accrue":
            return gettext("Welcome bonus") if operation.source == "welcome" else gettext("Bonuses accrued")
        case "redeem":
            return gettext("Bonuses spent")
        case "reverse":
            return gettext("Bonuses taken back") if operation.amount < 0 else gettext("Bonuses given back")
        case "repay":
            return gettext("Debt paid")
    return gettext("Bonuses burned")
