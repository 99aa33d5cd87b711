"""How many calendar days ago a customer bought first, in the organisation's zone."""

from loyalty_core.i18n import lazy as _
from loyalty_core.i18n import ngettext
from segmenter.condition import Leaf
from segmenter.days_since import days_since
from segmenter.words import Words


def _clause(leaf: Leaf, words: Words, scope: str) -> str:
    return ngettext(
        "who bought first%(scope)s %(quantity)s day ago",
        "who bought first%(scope)s %(quantity)s days ago",
        leaf.number,
        quantity=leaf.quantity(words),
        scope=scope,
    )


def _short(leaf: Leaf, words: Words) -> str:
    return ngettext(
        "bought first %(quantity)s day ago",
        "bought first %(quantity)s days ago",
        leaf.values[-1],
        quantity=leaf.signed(words),
    )


CONDITION = days_since(
    lambda leaf, facts: facts.bought(leaf.scope).first,
    key="days_since_first_purchase",
    group="purchases",
    title=_("Days since first purchase"),
    help=_("Whole calendar days in the organisation’s time zone: who bought yesterday evening has 1 today."),
    unknown=_("Who bought nothing has no first purchase and does not meet it."),
    at_outlets=True,
    clause=_clause,
    short=_short,
)
