"""How many pieces a customer bought of some products or categories."""

from sqlalchemy import BigInteger, ColumnElement, literal

from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf, Subject
from segmenter.facts import Facts
from segmenter.goods import Goods, quantity
from segmenter.operators import holds
from segmenter.values import Number


def _meets(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    wanted = [literal(value * 1000, BigInteger) for value in leaf.values]
    met: ColumnElement[bool] = holds(
        quantity(facts, leaf.scope, leaf.of), leaf.op, wanted if leaf.op == "between" else wanted[0]
    )
    return met


CONDITION = Condition(
    key="goods_quantity",
    group="goods",
    title=_("Quantity bought"),
    help=_("Pieces (or kilograms, litres …) of products and whole categories, less what was returned; none is 0."),
    value=Number(1_000_000),
    subject=Subject(_("Goods"), Goods()),
    windowed=True,
    at_outlets=True,
    meets=_meets,
    actual=lambda leaf, facts: [quantity(facts, leaf.scope, leaf.of)],
    # Whole pieces: 2.5 is more than 2 and less than 3, and is shown as 2.
    reading=lambda values, _: values[0] // 1000,
    clause=lambda leaf, words, scope: gettext(
        "who bought %(quantity)s pieces of %(goods)s%(scope)s",
        quantity=leaf.quantity(words),
        goods=leaf.subject(words),
        scope=scope,
    ),
    short=lambda leaf, words: gettext(
        "%(quantity)s of %(goods)s", quantity=leaf.signed(words), goods=leaf.subject(words)
    ),
)
