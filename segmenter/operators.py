"""How a value may be compared, the same on columns and on plain Python values."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from babel.support import LazyProxy
from sqlalchemy import ColumnElement, and_, not_
from sqlalchemy.sql.functions import coalesce

from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _


@dataclass(frozen=True)
class Operator:
    """One comparison: its key in trees, its sign where mathematics has one, its name."""

    key: str
    sign: str | None
    title: LazyProxy

    @property
    def written(self) -> str:
        """The sign, or the name where there is none."""
        return self.sign or str(self.title)


NUMBERS = (
    Operator("ge", "≥", _("at least")),
    Operator("gt", ">", _("more than")),
    Operator("le", "≤", _("at most")),
    Operator("lt", "<", _("less than")),
    Operator("eq", "=", _("exactly")),
    Operator("ne", "≠", _("other than")),
    Operator("between", None, _("between")),
)
TEXTS = (Operator("is", None, _("is")), Operator("contains", None, _("contains")))
DAYS = (
    Operator("ge", "≥", _("on or after")),
    Operator("le", "≤", _("on or before")),
    Operator("eq", "=", _("on")),
    Operator("between", None, _("between")),
    Operator("within", None, _("falls")),
    Operator("anniversary", None, _("anniversary falls")),
)
CHOICES = (Operator("is", None, _("is")),)
ANY_OF = (Operator("is", None, _("is any of")),)
BOUGHT = (Operator("has", None, _("is any of")), Operator("lacks", None, _("is none of")))
CHOSEN = (Operator("has", None, _("is any of")),)

_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "lt": operator.lt,
    "eq": operator.eq,
    "ne": operator.ne,
    "between": lambda left, ends: (left >= ends[0]) & (left <= ends[1]),
}


class OrZero(coalesce[int]):
    """A count or a sum of rows that are joined to a customer (`rows`, NULL where there are none), then 0."""

    name, identifier = "coalesce", "or_zero"
    inherit_cache = True

    def __init__(self, rows: ColumnElement[int]) -> None:
        super().__init__(rows, 0)
        self.rows = rows


def holds(left: Any, op: str, right: Any) -> Any:
    """`left op right`: an expression for columns, a bool for numbers. `between` takes a pair and includes both ends."""
    compare = _COMPARISONS[op]
    if isinstance(left, OrZero) and isinstance(right, int | tuple) and not compare(0, right):
        # Where 0 does not do, there must be rows. Told so, databases begin with those instead of with everybody.
        return and_(left.rows.is_not(None), compare(left.rows, right))
    return compare(left, right)


def goes_back(column: Any, op: str, value: Any, before: Callable[[int], Any]) -> ColumnElement[bool]:
    """Compare how far back a date or moment lies: what lies before `before(n)` lies at least n units back."""
    low, high = _ends(op, value)
    ends = [column < before(low)] if low is not None else []
    if high is not None:
        ends.append(column >= before(high + 1))
    return not_(and_(*ends)) if op == "ne" else and_(*ends)


def _ends(op: str, value: Any) -> tuple[int | None, int | None]:
    # The least and the greatest whole number that an operator lets in (None: no end); those that `ne` leaves out.
    match op:
        case "ge":
            return value, None
        case "gt":
            return value + 1, None
        case "le":
            return None, value
        case "lt":
            return None, value - 1
        case "between":
            return value[0], value[1]
    return value, value


def quantity(op: str, figures: Sequence[str]) -> str:
    """An operator and its figures in words: "10 or more", "from 10 to 20"."""
    figure = figures[0]
    match op:
        case "ge":
            return gettext("%(figure)s or more", figure=figure)
        case "gt":
            return gettext("more than %(figure)s", figure=figure)
        case "le":
            return gettext("at most %(figure)s", figure=figure)
        case "lt":
            return gettext("less than %(figure)s", figure=figure)
        case "ne":
            return gettext("other than %(figure)s", figure=figure)
        case "between":
            return gettext("from %(low)s to %(high)s", low=figure, high=figures[1])
    return gettext("exactly %(figure)s", figure=figure)


def signed(op: str, figures: Sequence[str]) -> str:
    """An operator and its figures in signs, for a line on the canvas: "≥ 10", "10 – 20"."""
    if op == "between":
        return f"{figures[0]} – {figures[1]}"
    sign = next(each.sign for each in NUMBERS if each.key == op)
    return f"{sign} {figures[0]}"
