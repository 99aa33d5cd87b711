"""Whether something of one's own is so for a customer."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func

from loyalty_core.customers.attributes import AttributeValue
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.attribute_values import UNKNOWN, attribute, known
from segmenter.condition import Condition, Leaf
from segmenter.facts import Facts
from segmenter.values import Choice


def _meets(leaf: Leaf, _facts: Facts) -> ColumnElement[bool]:
    wanted = 1 if leaf.value == "yes" else 0
    return func.coalesce(known(leaf, AttributeValue.number) == wanted, False)


def _reading(values: Sequence[Any], _facts: Facts) -> str | None:
    return None if values[0] is None else ("yes" if values[0] else "no")


CONDITION = Condition(
    key="attribute_flag",
    title=_("Attribute: yes or no"),
    help=_("An attribute of your own that is yes or no."),
    unknown=UNKNOWN,
    value=Choice({"yes": _("yes"), "no": _("no")}),
    subject=attribute("flag"),
    meets=_meets,
    actual=lambda leaf, facts: [known(leaf, AttributeValue.number)],
    reading=_reading,
    clause=lambda leaf, words, scope: gettext(
        "whose %(name)s is %(answer)s",
        name=leaf.subject(words),
        answer=leaf.condition.value.full(leaf.value, words),
    ),
    short=lambda leaf, words: f"{leaf.subject(words)}: {leaf.condition.value.brief(leaf.value, words)}",
)
