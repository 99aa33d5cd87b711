"""A day that is known of a customer as an attribute of one's own."""

from sqlalchemy import ColumnElement, and_

from loyalty_core.customers.attributes import AttributeValue
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.attribute_values import UNKNOWN, Day, attribute, known
from segmenter.condition import Condition, Leaf
from segmenter.facts import Facts
from segmenter.operators import holds


def _meets(leaf: Leaf, _facts: Facts) -> ColumnElement[bool]:
    day = known(leaf, AttributeValue.day)
    return and_(day.is_not(None), holds(day, leaf.op, leaf.value))


CONDITION = Condition(
    key="attribute_date",
    title=_("Attribute: date"),
    help=_("An attribute of your own that holds a day."),
    unknown=UNKNOWN,
    value=Day(),
    subject=attribute("date"),
    meets=_meets,
    actual=lambda leaf, facts: [known(leaf, AttributeValue.day)],
    clause=lambda leaf, words, scope: gettext(
        "whose %(name)s is %(quantity)s", name=leaf.subject(words), quantity=leaf.quantity(words)
    ),
    short=lambda leaf, words: f"{leaf.subject(words)} {leaf.signed(words)}",
)
