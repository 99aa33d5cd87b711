"""One pass over a table for all conditions that count its rows by customer."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, FunctionElement, cast, literal_column, or_, select

# A column of moments, and the moment with which a span begins.
Start = tuple[Any, datetime]


@dataclass(frozen=True)
class Source:
    """What is counted: rows, with the columns that say whose each is and when it happened.

    `name` tells its pass from others. `moves` where a merge of two customers moves the rows to the one who goes on;
    else those of the numbers that were given up count for who goes on.
    """

    name: str
    rows: FromClause
    customer_id: Any
    at: Any
    moves: bool = True


class Aggregation:
    """Rows of a source by customer. Each span (a stretch of time, some goods) gets columns as they are asked for.

    The columns are named before the query is built, so that conditions which ask late share the same pass.
    """

    def __init__(
        self, name: str, source: FromClause, customer_id: ColumnElement[int], where: Sequence[ColumnElement[bool]] = ()
    ) -> None:
        self.name = name
        self._source = source
        self._customer_id = customer_id
        self._where = where
        self._spans: dict[Hashable, ColumnElement[bool]] = {}
        self._starts: dict[Hashable, Start | None] = {}
        self._columns: dict[str, tuple[Hashable, FunctionElement[Any]]] = {}

    def column(
        self,
        key: Hashable,
        span: ColumnElement[bool],
        measure: str,
        made: FunctionElement[Any],
        start: Start | None = None,
    ) -> Any:
        """The column of a measure (`made`: its aggregate function) over a span, which `key` tells from others.

        `start`: no row of the span is of an earlier moment.
        """
        self._spans.setdefault(key, span)
        self._starts.setdefault(key, start)
        name = f"{measure}_{list(self._spans).index(key)}"
        self._columns[name] = key, made
        return literal_column(f"{self.name}.{name}", made.type)

    def build(self) -> FromClause:
        """The sub-select: a row for each customer who has such rows, NULL in the columns of spans without any."""
        columns = []
        for name, (key, made) in self._columns.items():
            counted: Any = made if len(self._spans) == 1 else made.filter(self._spans[key])
            # PostgreSQL sums whole numbers as decimals.
            columns.append((cast(counted, BigInteger) if isinstance(made.type, BigInteger) else counted).label(name))
        return (
            select(self._customer_id.label("customer_id"), *columns)
            .select_from(self._source)
            .where(*self._where, *self._from_the_first_start(), or_(*self._spans.values()))
            .group_by(self._customer_id)
            .subquery(self.name)
        )

    def _from_the_first_start(self) -> list[ColumnElement[bool]]:
        # An index knows what lies after a moment, but not what lies in one of several spans.
        starts = [start for start in self._starts.values() if start is not None]
        if len(self._spans) < 2 or len(starts) < len(self._spans):
            return []
        moment, _ = starts[0]
        return [moment >= min(start for _, start in starts)]
