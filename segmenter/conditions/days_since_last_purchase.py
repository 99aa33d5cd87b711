"""How many calendar days ago a customer bought last, in the organisation's zone."""

from loyalty_core.i18n import lazy as _
from loyalty_core.i18n import ngettext
from segmenter.condition import Leaf
from segmenter.days_since import days_since
from segmenter.words import Words


def _clause(leaf: Leaf, words: Words, scope: str) -> str:
    return ngettext(
        "who bought last%(scope)s %(quantity)s day ago",
        "who bought last%(scope)s %(quantity)s days ago",
        leaf.number,
        quantity=leaf.quantity(words),
        scope=scope,
    )


def _short(leaf: Leaf, words: Words) -> str:
    return ngettext(
        "bought last %(quantity)s day ago",
        "bought last %(quantity)s days ago",
        leaf.values[-1],
        quantity=leaf.signed(words),
    )


CONDITION = days_since(
    lambda leaf, facts: facts.bought(leaf.scope).last,
    key="days_since_last_purchase",
    group="purchases",
    title=_("Days since last purchase"),
    help=_("Whole calendar days in the organisation’s time zone: who bought yesterday evening has 1 today."),
    unknown=_("Who bought nothing has no last purchase and does not meet it."),
    at_outlets=True,
    clause=_clause,
    short=_short,
)
