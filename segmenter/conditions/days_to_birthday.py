"""How many days it is until a customer's next birthday, over the end of the year too."""

from sqlalchemy import ColumnElement, and_, false, or_

from loyalty_core.customers.rows import Customer
from loyalty_core.i18n import lazy as _
from loyalty_core.i18n import ngettext
from segmenter.calendar import stretches
from segmenter.condition import Condition, Leaf
from segmenter.facts import Facts
from segmenter.operators import holds
from segmenter.values import Number
from segmenter.words import Words


def _meets(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    days = facts.calendar.days_to_birthday()
    met = stretches(birth_day for birth_day, ahead in days.items() if holds(ahead, leaf.op, leaf.value))
    chosen = or_(false(), *(Customer.birth_day.between(first, last) for first, last in met))
    return and_(Customer.birth_day.is_not(None), chosen)


def _clause(leaf: Leaf, words: Words, _scope: str) -> str:
    return ngettext(
        "whose next birthday is in %(quantity)s day",
        "whose next birthday is in %(quantity)s days",
        leaf.number,
        quantity=leaf.quantity(words),
    )


def _short(leaf: Leaf, words: Words) -> str:
    return ngettext(
        "birthday in %(quantity)s day",
        "birthday in %(quantity)s days",
        leaf.values[-1],
        quantity=leaf.signed(words),
    )


CONDITION = Condition(
    key="days_to_birthday",
    title=_("Days to the birthday"),
    help=_(
        "0 is today. Who was born on 29 February has it in other years on the day that the organisation’s settings say."
    ),
    unknown=_("Whose birth date is not known does not meet it."),
    value=Number(365, unit="days"),
    meets=_meets,
    actual=lambda leaf, facts: [Customer.birth_day],
    reading=lambda values, facts: None if values[0] is None else facts.calendar.days_to_birthday()[values[0]],
    clause=_clause,
    short=_short,
)
