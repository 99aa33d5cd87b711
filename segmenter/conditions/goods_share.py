"""Which share of a customer's spending went to some products or categories."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, literal

from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf, Subject
from segmenter.facts import Facts
from segmenter.goods import Goods, spent
from segmenter.operators import holds
from segmenter.values import Number


def _meets(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    # Multiplied out, so that nothing is rounded: 100 × part ≥ percent × whole.
    whole = facts.bought(leaf.scope).sum
    part = literal(100, BigInteger) * spent(facts, leaf.scope, leaf.of)
    products = [literal(value, BigInteger) * whole for value in leaf.values]
    return and_(whole > 0, holds(part, leaf.op, products if leaf.op == "between" else products[0]))


def _actual(leaf: Leaf, facts: Facts) -> Sequence[Any]:
    return [spent(facts, leaf.scope, leaf.of), facts.bought(leaf.scope).sum]


CONDITION = Condition(
    key="goods_share",
    group="goods",
    title=_("Share of spending"),
    help=_("What part of everything that was paid went to products and whole categories, in percent."),
    unknown=_("Who spent nothing has no share and does not meet it."),
    value=Number(100, unit="percent"),
    subject=Subject(_("Goods"), Goods()),
    windowed=True,
    at_outlets=True,
    meets=_meets,
    actual=_actual,
    reading=lambda values, _: 100 * values[0] // values[1] if values[1] else None,
    clause=lambda leaf, words, scope: gettext(
        "of whose spending%(scope)s %(quantity)s went to %(goods)s",
        quantity=leaf.quantity(words),
        goods=leaf.subject(words),
        scope=scope,
    ),
    short=lambda leaf, words: gettext(
        "%(quantity)s for %(goods)s", quantity=leaf.signed(words), goods=leaf.subject(words)
    ),
)
