"""How many calendar days ago a customer registered, in the organisation's zone ("Дней с регистрации")."""

from loyalty_core.customers.rows import Customer
from loyalty_core.i18n import lazy as _
from loyalty_core.i18n import ngettext
from segmenter.condition import Leaf
from segmenter.days_since import days_since
from segmenter.words import Words


def _clause(leaf: Leaf, words: Words, _window: str) -> str:
    return ngettext(
        "who registered %(quantity)s day ago",
        "who registered %(quantity)s days ago",
        leaf.number,
        quantity=leaf.quantity(words),
    )


def _short(leaf: Leaf, words: Words) -> str:
    return ngettext(
        "registered %(quantity)s day ago",
        "registered %(quantity)s days ago",
        leaf.values[-1],
        quantity=leaf.signed(words),
    )


CONDITION = days_since(
    lambda leaf, facts: Customer.registered_at,
    key="days_since_registration",
    title=_("Days since registration"),
    help=_("Whole calendar days in the organisation’s time zone: who registered yesterday evening has 1 today."),
    clause=_clause,
    short=_short,
)
