"""Text that is known of a customer as an attribute of one's own."""

from sqlalchemy import ColumnElement, and_, func

from loyalty_core.customers.attributes import AttributeValue
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.attribute_values import UNKNOWN, Text, attribute, known
from segmenter.condition import Condition, Leaf
from segmenter.facts import Facts
from segmenter.words import Words


def _meets(leaf: Leaf, _facts: Facts) -> ColumnElement[bool]:
    text = known(leaf, AttributeValue.text)
    # LIKE does not tell small letters from capital ones on SQLite.
    met = text == leaf.value if leaf.op == "is" else func.replace(text, leaf.value, "") != text
    return and_(text.is_not(None), met)


def _clause(leaf: Leaf, words: Words, _scope: str) -> str:
    said = {"name": leaf.subject(words), "text": leaf.condition.value.full(leaf.value, words)}
    if leaf.op == "is":
        return gettext("whose %(name)s is %(text)s", **said)
    return gettext("whose %(name)s contains %(text)s", **said)


def _short(leaf: Leaf, words: Words) -> str:
    sign = "=" if leaf.op == "is" else "∋"
    return f"{leaf.subject(words)} {sign} {leaf.condition.value.brief(leaf.value, words)}"


CONDITION = Condition(
    key="attribute_text",
    title=_("Attribute: text"),
    help=_("An attribute of your own that holds text, letter by letter as it was written."),
    unknown=UNKNOWN,
    value=Text(),
    subject=attribute("text"),
    meets=_meets,
    actual=lambda leaf, facts: [known(leaf, AttributeValue.text)],
    clause=_clause,
    short=_short,
)
