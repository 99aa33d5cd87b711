"""How many calendar days ago a customer registered, in the organisation's zone ("Дней с регистрации")."""

from sqlalchemy import ColumnElement

from loyalty_core.customers.rows import Customer
from loyalty_core.i18n import lazy as _
from loyalty_core.i18n import ngettext
from segmenter.condition import Condition, Leaf
from segmenter.facts import Facts
from segmenter.operators import goes_back
from segmenter.values import Number
from segmenter.words import Words


def _meets(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    return goes_back(Customer.registered_at, leaf.op, leaf.value, facts.calendar.before_days)


def _clause(leaf: Leaf, words: Words, _window: str) -> str:
    return ngettext(
        "who registered %(quantity)s day ago",
        "who registered %(quantity)s days ago",
        leaf.values[-1],
        quantity=leaf.quantity(words),
    )


def _short(leaf: Leaf, words: Words) -> str:
    return ngettext(
        "registered %(quantity)s day ago",
        "registered %(quantity)s days ago",
        leaf.values[-1],
        quantity=leaf.signed(words),
    )


CONDITION = Condition(
    key="days_since_registration",
    title=_("Days since registration"),
    help=_("Whole calendar days in the organisation’s time zone: who registered yesterday evening has 1 today."),
    value=Number(36_500, unit="days"),
    meets=_meets,
    actual=lambda leaf, facts: [Customer.registered_at],
    reading=lambda values, facts: facts.calendar.days_since(values[0]),
    clause=_clause,
    short=_short,
)
