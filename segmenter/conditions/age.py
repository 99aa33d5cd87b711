"""How old a customer is, in completed years on the organisation's calendar."""

from sqlalchemy import ColumnElement, and_

from loyalty_core.customers.rows import Customer
from loyalty_core.i18n import gettext, ngettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf
from segmenter.facts import Facts
from segmenter.operators import goes_back
from segmenter.values import Number
from segmenter.words import Words


def _meets(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    older = goes_back(Customer.birth_date, leaf.op, leaf.value, facts.calendar.before_age)
    return and_(Customer.birth_date.is_not(None), older)


def _clause(leaf: Leaf, words: Words, _window: str) -> str:
    return ngettext(
        "who are %(quantity)s year old",
        "who are %(quantity)s years old",
        leaf.number,
        quantity=leaf.quantity(words),
    )


CONDITION = Condition(
    key="age",
    title=_("Age"),
    help=_("Completed years on the organisation’s calendar."),
    unknown=_("Whose birth date is not known does not meet it."),
    value=Number(150, unit="years"),
    meets=_meets,
    actual=lambda leaf, facts: [Customer.birth_date],
    reading=lambda values, facts: None if values[0] is None else facts.calendar.age(values[0]),
    clause=_clause,
    short=lambda leaf, words: gettext("age %(quantity)s", quantity=leaf.signed(words)),
)
