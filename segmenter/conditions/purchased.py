"""Whether a customer bought anything in a period, or nothing ("период с покупками или без")."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement

from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf
from segmenter.facts import Facts
from segmenter.values import Choice
from segmenter.words import Words


def _meets(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    count = facts.bought(leaf.scope).count
    return count > 0 if leaf.value == "yes" else count == 0


def _reading(values: Sequence[Any], _facts: Facts) -> str:
    return "yes" if values[0] else "no"


def _clause(leaf: Leaf, _words: Words, scope: str) -> str:
    if leaf.value == "yes":
        return gettext("who made a purchase%(scope)s", scope=scope)
    return gettext("who made no purchase%(scope)s", scope=scope)


CONDITION = Condition(
    key="purchased",
    group="purchases",
    title=_("Made a purchase"),
    help=_("Whether there is a receipt in the period of which something is left after returns."),
    value=Choice({"yes": _("yes"), "no": _("no")}),
    windowed=True,
    at_outlets=True,
    meets=_meets,
    actual=lambda leaf, facts: [facts.bought(leaf.scope).count],
    reading=_reading,
    clause=_clause,
    short=lambda leaf, words: gettext("bought") if leaf.value == "yes" else gettext("did not buy"),
)
