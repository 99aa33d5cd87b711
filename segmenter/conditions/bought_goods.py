"""Whether a customer bought some of these products or categories, or none of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, literal

from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf
from segmenter.facts import Facts
from segmenter.goods import Goods, lines
from segmenter.words import Words


def _meets(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    found = lines(facts, leaf.scope, leaf.value)
    return found > 0 if leaf.op == "has" else found == 0


def _actual(leaf: Leaf, facts: Facts) -> Sequence[Any]:
    return [case((lines(facts, leaf.scope, (key,)) > 0, literal(key))) for key in leaf.value]


def _clause(leaf: Leaf, words: Words, scope: str) -> str:
    goods = leaf.condition.value.full(leaf.value, words)
    if leaf.op == "has":
        return gettext("who bought %(goods)s%(scope)s", goods=goods, scope=scope)
    return gettext("who did not buy %(goods)s%(scope)s", goods=goods, scope=scope)


def _short(leaf: Leaf, words: Words) -> str:
    goods = leaf.condition.value.brief(leaf.value, words)
    return gettext("bought %(goods)s", goods=goods) if leaf.op == "has" else gettext("no %(goods)s", goods=goods)


CONDITION = Condition(
    key="bought_goods",
    group="goods",
    title=_("Goods bought"),
    help=_("Products and whole categories. What was wholly returned was not bought."),
    value=Goods(),
    windowed=True,
    at_outlets=True,
    meets=_meets,
    actual=_actual,
    reading=lambda values, _: tuple(key for key in values if key),
    clause=_clause,
    short=_short,
)
