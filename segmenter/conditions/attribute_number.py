"""A number that is known of a customer as an attribute of one's own."""

from sqlalchemy import ColumnElement, and_

from loyalty_core.customers.attributes import AttributeValue
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.attribute_values import UNKNOWN, attribute, known
from segmenter.condition import Condition, Leaf
from segmenter.facts import Facts
from segmenter.operators import holds
from segmenter.values import Amount


def _meets(leaf: Leaf, _facts: Facts) -> ColumnElement[bool]:
    number = known(leaf, AttributeValue.number)
    return and_(number.is_not(None), holds(number, leaf.op, leaf.value))


CONDITION = Condition(
    key="attribute_number",
    title=_("Attribute: number"),
    help=_("An attribute of your own that holds a number."),
    unknown=UNKNOWN,
    value=Amount("plain", signed=True),
    subject=attribute("number"),
    meets=_meets,
    actual=lambda leaf, facts: [known(leaf, AttributeValue.number)],
    clause=lambda leaf, words, scope: gettext(
        "whose %(name)s is %(quantity)s", name=leaf.subject(words), quantity=leaf.quantity(words)
    ),
    short=lambda leaf, words: f"{leaf.subject(words)} {leaf.signed(words)}",
)
