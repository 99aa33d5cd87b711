"""Scores from 1 to 5 by the two conventions: where the borders lie, and the score of a customer as an expression.

*breaks*: equal values share a score. The rule of the R package `rfm`: quantiles of type 7 at 20, 40, 60 and 80 %,
each plus 1; score i for border i − 1 ≤ value < border i; days are scored the other way round. The package's values are
whole days, whole orders and the currency's main unit, so "plus 1" is 100 minor units of money. What is below a border
that is no whole number is below the next whole one, so borders are integers and nothing is rounded.

*ranks*: five equal groups. Customers are put in order from the best, of equal values the lower customer number first;
whose place is i of n (from 0) has 5 − ⌊5·i ÷ n⌋. Groups differ by at most one customer, and the best always has 5.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, and_, case, func, or_, select

from segmenter.rfm.parts import Parts
from segmenter.rfm.places import at_places

SCORES = 5


@dataclass(frozen=True)
class Measure:
    """One of R, F and M: its column of values, whether a smaller value is better, and what "plus 1" is in its unit.

    `width` is that of the stretches in which its values are counted: of days and purchases there are few.
    """

    key: str
    column: str
    less_is_better: bool = False
    unit: int = 1
    width: int = 1


MEASURES = (
    Measure("r", "days", less_is_better=True),
    Measure("f", "purchases"),
    Measure("m", "amount", unit=100, width=10_000),
)


def breaks(parts: Parts, values: FromClause, measure: Measure, count: int) -> ColumnElement[int]:
    """The score of a row of `values` (customer_id, days, purchases, amount; `count` rows) where equals share one."""
    value = values.c[measure.column]
    # A quantile at a place that is no whole number lies between the values at the two places around it.
    places = [divmod((count - 1) * part, SCORES) for part in range(1, SCORES)]
    wanted = {whole + more for whole, _ in places for more in (0, 1) if whole + more < count}
    found = {place: at for place, (at, _) in at_places(parts, value, wanted, width=measure.width).items()}
    borders = []
    for whole, rest in places:
        low, high = found[whole], found.get(whole + 1, 0)
        fifths = SCORES * low + rest * (high - low) if rest else SCORES * low
        borders.append(-(-fifths // SCORES) + measure.unit)
    below = [(value < border, score) for score, border in enumerate(borders, 1)]
    score = case(*below, else_=SCORES)
    return SCORES + 1 - score if measure.less_is_better else score


def ranks(parts: Parts, values: FromClause, measure: Measure, count: int) -> ColumnElement[int]:
    """The score of a row of `values` where the customers stand in five equal groups."""
    value, customer = values.c[measure.column], values.c.customer_id
    firsts = {score: -(-count * (SCORES - score) // SCORES) for score in range(1, SCORES)}
    places = {place for place in firsts.values() if place < count}
    found = at_places(parts, value, places, width=measure.width, greatest_first=not measure.less_is_better)
    reached = []
    for score, place in firsts.items():
        if place in found:
            at, before = found[place]
            who = _nth(parts, customer, value == at, place - before)
            worse = value > at if measure.less_is_better else value < at
            reached.append((or_(worse, and_(value == at, customer >= who)), score))
    return case(*reached, else_=SCORES) if reached else case((value.is_not(None), SCORES))


def _nth(parts: Parts, customer: ColumnElement[int], equal: ColumnElement[bool], place: int) -> int:
    """The number of the customer at a place (from 0) of those who are equal."""
    counted = parts.each(lambda part: part.session.scalars(select(func.count()).where(equal)).one())
    for part, rows in zip(parts.parts, counted, strict=True):
        if place < rows:
            found = select(customer).where(equal).order_by(customer).offset(place).limit(1)
            who = part.session.scalars(found).one()
            part.session.commit()
            return who
        place -= rows
    raise ValueError("there are fewer such customers")


Convention = Callable[[Parts, FromClause, Measure, int], ColumnElement[int]]
CONVENTIONS: Mapping[str, Convention] = {"breaks": breaks, "ranks": ranks}
