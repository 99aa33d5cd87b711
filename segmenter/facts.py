"""What is known of a customer, as columns: each source is joined to a query once, when first asked for."""

from collections.abc import Callable, Collection, Hashable
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    func,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer, CustomerTotals
from loyalty_core.database import id_set, in_one_process, table_of
from loyalty_core.ledger.binding import valid_at_one_of
from loyalty_core.ledger.rows import Lot, unexpired
from loyalty_core.till.purchases import Purchase
from segmenter.aggregation import Aggregation, Source
from segmenter.calendar import Calendar
from segmenter.operators import OrZero
from segmenter.scope import Scope
from segmenter.windows import Ahead, Window

Among = Select[Any] | Collection[int]

_BOUGHT: dict[str, Any] = {
    "count": func.count(type_=BigInteger),
    "sum": func.sum(Purchase.net_amount, type_=BigInteger),
    "first": func.min(Purchase.at),
    "last": func.max(Purchase.at),
    "visits": func.sum(case((Purchase.opens_visit, 1), else_=0), type_=BigInteger),
}
_TOTALS: dict[str, Any] = {
    "count": CustomerTotals.purchase_count,
    "sum": CustomerTotals.purchase_sum,
    "first": CustomerTotals.first_purchase_at,
    "last": CustomerTotals.last_purchase_at,
    "visits": CustomerTotals.visit_count,
}


class Bought:
    """Columns of one scope: how many purchases, what they come to in minor units, when the first and the last were.

    Who has none has 0, 0 and NULL. Only the columns that are asked for are counted.
    """

    def __init__(self, column: Callable[[str], ColumnElement[Any]]) -> None:
        self._column = column

    @property
    def count(self) -> OrZero:
        """How many purchases."""
        return OrZero(self._column("count"))

    @property
    def sum(self) -> OrZero:
        """What they come to, net of returns."""
        return OrZero(self._column("sum"))

    @property
    def visits(self) -> OrZero:
        """How many of them open a visit."""
        return OrZero(self._column("visits"))

    @property
    def first(self) -> ColumnElement[Any]:
        """The moment of the first one."""
        return self._column("first")

    @property
    def last(self) -> ColumnElement[Any]:
        """The moment of the last one."""
        return self._column("last")


class Facts:
    """The columns of one query over customers at a moment.

    Conditions on purchases share one pass over the index that covers what they ask for. `among` narrows every source to
    some customers, so that a question about a batch reads that batch alone. `members` gives the ids of a saved
    segment's customers (None: there is no such segment): it is handed in by who knows the trees of those.
    """

    def __init__(
        self,
        session: Session,
        calendar: Calendar,
        among: Among | None = None,
        members: Callable[[int], Select[int] | None] = lambda _: None,
    ) -> None:
        self.session = session
        self.calendar = calendar
        self.members = members
        if not isinstance(among, Collection):
            self._among: Any = among
        else:
            self._among = next(iter(among)) if len(among) == 1 else id_set(session, among)
        self._joins: dict[str, FromClause | Aggregation] = {}
        self._spans: dict[Scope, ColumnElement[bool]] = {}

    def bought(self, scope: Scope) -> Bought:
        """Purchases that still count (something is left of them after returns)."""
        if scope.window is None and not scope.outlets:
            self.joined("totals", lambda: table_of(CustomerTotals))
            return Bought(lambda measure: _TOTALS[measure])
        purchases = self.aggregation("purchases", table_of(Purchase), Purchase.customer_id, Purchase.net_amount > 0)
        span, first = self.span(scope), scope.window.bounds(self.calendar)[0] if scope.window else None
        start = None if first is None else (Purchase.at, first)
        return Bought(lambda measure: purchases.column(scope, span, measure, _BOUGHT[measure], start))

    def span(self, scope: Scope) -> ColumnElement[bool]:
        """Whether a purchase lies in a scope."""
        if scope not in self._spans:
            inside = self.within(scope.window, Purchase.at)
            if scope.outlets:
                inside = and_(inside, Purchase.outlet_id.in_(id_set(self.session, scope.outlets)))
            self._spans[scope] = inside
        return self._spans[scope]

    def within(self, window: Window | None, moment: Any) -> ColumnElement[bool]:
        """Whether a moment lies in a window; in all time everything does."""
        if window is None:
            return true()
        start, end = window.bounds(self.calendar)
        return and_(*([moment >= start] if start else []), *([moment < end] if end else []))

    def active_bonuses(self, outlets: tuple[int, ...] = ()) -> ColumnElement[int]:
        """Bonuses that can be spent now (at one of some outlets), in minor units."""
        active = and_(unexpired(self.calendar.now), Lot.active_at <= self.calendar.now)
        return self._left("active", outlets, active)

    def burning_bonuses(self, scope: Scope) -> ColumnElement[int]:
        """Bonuses, active or awaiting activation, that will burn (within a window from now on), in minor units."""
        burns = and_(Lot.expires_at.is_not(None), self.within(scope.window or Ahead(None), Lot.expires_at))
        return self._left(scope.window, scope.outlets, and_(unexpired(self.calendar.now), burns))

    def _left(self, key: Any, outlets: tuple[int, ...], which: ColumnElement[bool]) -> ColumnElement[int]:
        lots = self.aggregation("bonuses", table_of(Lot), Lot.customer_id, Lot.remaining > 0)
        valid = and_(which, valid_at_one_of(self.session, outlets))
        return OrZero(lots.column((key, outlets), valid, "sum", func.sum(Lot.remaining, type_=BigInteger)))

    def times(
        self, source: Source, window: Window | None, key: Hashable, chosen: ColumnElement[bool]
    ) -> ColumnElement[int]:
        """How often something happened in a window: the `chosen` rows of a source; `key` tells them from others."""
        if source.name not in self._joins:
            self._joins[source.name] = self._pass_over(source)
        rows = self._joins[source.name]
        assert isinstance(rows, Aggregation)
        span = and_(self.within(window, source.at), chosen)
        return OrZero(rows.column((window, key), span, "count", func.count(type_=BigInteger)))

    def _pass_over(self, source: Source) -> Aggregation:
        if source.moves:
            return Aggregation(source.name, source.rows, source.customer_id, self.narrowed(source.customer_id))
        merged = table_of(Customer).alias("merged")
        given_up = and_(merged.c.id == source.customer_id, merged.c.merged_into_id.is_not(None))
        living = func.coalesce(merged.c.merged_into_id, source.customer_id)
        rows = source.rows.outerjoin(merged, given_up)
        return Aggregation(source.name, rows, living, self._narrowed_to_numbers(source.customer_id))

    def _narrowed_to_numbers(self, customer_id: Any) -> list[ColumnElement[bool]]:
        """As `narrowed`, with the numbers that those in question have given up."""
        if self._among is None:
            return []
        among = id_set(self.session, [self._among]) if isinstance(self._among, int) else self._among
        asked = among.subquery("asked").c[0]
        given_up = select(Customer.id).where(Customer.merged_into_id.in_(select(asked)))
        return [customer_id.in_(union_all(select(asked), given_up))]

    def select(self, *columns: Any, where: ColumnElement[bool]) -> Select[Any]:
        """The query: what was asked of these facts, over the customers in question."""
        source: FromClause = table_of(Customer)
        if self._among is None and any(isinstance(join, Aggregation) for join in self._joins.values()):
            in_one_process(self.session)
        for name, join in self._joins.items():
            if isinstance(join, Aggregation):
                # Named, not looked up: to list the columns of a sub-select takes a while.
                source = source.outerjoin(
                    join.build(), literal_column(f"{name}.customer_id", BigInteger) == Customer.id
                )
            else:
                source = source.outerjoin(join, join.c.customer_id == Customer.id)
        living = Customer.merged_into_id.is_(None)
        return select(*columns).select_from(source).where(living, *self.narrowed(Customer.id), where)

    def joined(self, name: str, build: Callable[[], FromClause]) -> FromClause:
        """A source with one row a customer at most, in its column `customer_id`, under a name of its own."""
        if name not in self._joins:
            self._joins[name] = build()
        found = self._joins[name]
        assert isinstance(found, FromClause)
        return found

    def aggregation(self, name: str, source: FromClause, customer_id: Any, *where: ColumnElement[bool]) -> Aggregation:
        """The pass of that name over the rows of a source."""
        if name not in self._joins:
            self._joins[name] = Aggregation(name, source, customer_id, [*where, *self.narrowed(customer_id)])
        found = self._joins[name]
        assert isinstance(found, Aggregation)
        return found

    def narrowed(self, customer_id: Any) -> list[ColumnElement[bool]]:
        """That a row is of the customers in question; nothing where it is asked about everybody."""
        if isinstance(self._among, int):
            return [customer_id == self._among]
        return [] if self._among is None else [customer_id.in_(self._among)]
