"""What is known of a customer, as columns: each source is joined to a query once, when first asked for."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, Select, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from loyalty_core.customers import Customer, CustomerTotals
from loyalty_core.database import id_set
from loyalty_core.ledger import Lot
from loyalty_core.purchases import Purchase
from segmenter.calendar import Calendar
from segmenter.windows import Window

Among = Select[Any] | Collection[int]


@dataclass(frozen=True)
class Bought:
    """Columns of one window: how many purchases, and what they come to in minor units. 0 for who has none."""

    count: ColumnElement[int]
    sum: ColumnElement[int]


class Facts:
    """The columns of one query over customers at a moment.

    `windows` are all the windows that will be asked for: they share one pass over the purchases. `among` narrows every
    source to some customers, so that a question about a batch reads that batch alone.
    """

    def __init__(
        self, session: Session, calendar: Calendar, windows: Collection[Window], among: Among | None = None
    ) -> None:
        self.calendar = calendar
        self._windows = list(windows)
        self._among = id_set(session, among) if isinstance(among, Collection) else among
        self._joins: dict[str, FromClause] = {}

    def bought(self, window: Window | None) -> Bought:
        """Purchases that still count (something is left of them after returns), of a window or of all time."""
        if window is None:
            totals = self._joined("totals", lambda: CustomerTotals.__table__)
            return Bought(func.coalesce(totals.c.purchase_count, 0), func.coalesce(totals.c.purchase_sum, 0))
        place = self._windows.index(window)
        purchases = self._joined("purchases", self._purchases)
        return Bought(func.coalesce(purchases.c[f"count_{place}"], 0), func.coalesce(purchases.c[f"sum_{place}"], 0))

    def active_bonuses(self) -> ColumnElement[int]:
        """Bonuses that can be spent now, in minor units."""
        return func.coalesce(self._joined("bonuses", self._bonuses).c.active, 0)

    def select(self, *columns: Any, where: ColumnElement[bool]) -> Select[Any]:
        """The query: what was asked of these facts, over the customers in question."""
        source: FromClause = Customer.__table__
        for joined in self._joins.values():
            source = source.outerjoin(joined, joined.c.customer_id == Customer.id)
        return select(*columns).select_from(source).where(*self._narrowed(Customer.id), where)

    def _joined(self, name: str, build: Callable[[], FromClause]) -> FromClause:
        if name not in self._joins:
            self._joins[name] = build()
        return self._joins[name]

    def _narrowed(self, customer_id: Any) -> list[ColumnElement[bool]]:
        return [] if self._among is None else [customer_id.in_(self._among)]

    def _purchases(self) -> FromClause:
        bounds = [window.bounds(self.calendar) for window in self._windows]
        spans = [_span(start, end) for start, end in bounds]
        columns = []
        for place, span in enumerate(spans):
            count: ColumnElement[int] = func.count()
            total: ColumnElement[int] = func.sum(Purchase.net_amount)
            if len(spans) > 1:
                count, total = func.count().filter(span), func.sum(Purchase.net_amount).filter(span)
            columns += [count.label(f"count_{place}"), cast(total, BigInteger).label(f"sum_{place}")]
        return (
            select(Purchase.customer_id, *columns)
            .where(Purchase.net_amount > 0, or_(*spans), *self._narrowed(Purchase.customer_id))
            .group_by(Purchase.customer_id)
            .subquery("purchases")
        )

    def _bonuses(self) -> FromClause:
        now = self.calendar.now
        return (
            select(Lot.customer_id, cast(func.sum(Lot.remaining), BigInteger).label("active"))
            .where(
                Lot.remaining > 0,
                Lot.active_at <= now,
                or_(Lot.expires_at.is_(None), Lot.expires_at > now),
                *self._narrowed(Lot.customer_id),
            )
            .group_by(Lot.customer_id)
            .subquery("bonuses")
        )


def _span(start: datetime, end: datetime | None) -> ColumnElement[bool]:
    return and_(Purchase.at >= start, Purchase.at < end) if end is not None else Purchase.at >= start
