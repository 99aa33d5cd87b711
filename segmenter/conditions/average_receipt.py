"""What a customer's average receipt is: the sum of purchases by their number, exact and not rounded."""

from fractions import Fraction

from sqlalchemy import BigInteger, ColumnElement, and_, literal

from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf
from segmenter.facts import Facts
from segmenter.operators import holds
from segmenter.values import Amount


def _meets(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    # Multiplied out, so that nothing is rounded: sum ≥ value × count. Who bought nothing has no average.
    bought = facts.bought(leaf.scope)
    count, total = bought.count, bought.sum.rows
    products = [literal(value, BigInteger) * count.rows for value in leaf.values]
    return and_(holds(count, "gt", 0), holds(total, leaf.op, products if leaf.op == "between" else products[0]))


CONDITION = Condition(
    key="average_receipt",
    title=_("Average receipt"),
    help=_("The sum of purchases divided by their number, not rounded."),
    unknown=_("Who bought nothing has no average and does not meet it."),
    value=Amount("currency"),
    windowed=True,
    at_outlets=True,
    group="purchases",
    meets=_meets,
    actual=lambda leaf, facts: [facts.bought(leaf.scope).count, facts.bought(leaf.scope).sum],
    reading=lambda values, _: Fraction(values[1], values[0]) if values[0] else None,
    clause=lambda leaf, words, window: gettext(
        "whose average receipt%(window)s is %(quantity)s", quantity=leaf.quantity(words), window=window
    ),
    short=lambda leaf, words: gettext("average %(quantity)s", quantity=leaf.signed(words)),
)
