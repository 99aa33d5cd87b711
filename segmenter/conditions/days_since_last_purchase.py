"""How many calendar days ago a customer bought last, in the organisation's zone."""

from sqlalchemy import ColumnElement, and_

from loyalty_core.i18n import lazy as _
from loyalty_core.i18n import ngettext
from segmenter.condition import Condition, Leaf
from segmenter.facts import Facts
from segmenter.operators import goes_back
from segmenter.values import Number
from segmenter.words import Words


def _meets(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    last = facts.bought(leaf.scope).last
    return and_(last.is_not(None), goes_back(last, leaf.op, leaf.value, facts.calendar.before_days))


def _clause(leaf: Leaf, words: Words, scope: str) -> str:
    return ngettext(
        "who bought last%(scope)s %(quantity)s day ago",
        "who bought last%(scope)s %(quantity)s days ago",
        leaf.values[-1],
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


CONDITION = Condition(
    key="days_since_last_purchase",
    group="purchases",
    title=_("Days since the last purchase"),
    help=_("Whole calendar days in the organisation’s time zone: who bought yesterday evening has 1 today."),
    unknown=_("Who bought nothing has no last purchase and does not meet it."),
    value=Number(36_500, unit="days"),
    at_outlets=True,
    meets=_meets,
    actual=lambda leaf, facts: [facts.bought(leaf.scope).last],
    reading=lambda values, facts: None if values[0] is None else facts.calendar.days_since(values[0]),
    clause=_clause,
    short=_short,
)
