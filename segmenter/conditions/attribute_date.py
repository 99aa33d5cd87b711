"""A day that is known of a customer as an attribute of one's own: the day itself, or its anniversary."""

from datetime import date

from sqlalchemy import ColumnElement, and_, extract, false, or_

from loyalty_core.customers.attributes import AttributeValue
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.attribute_values import UNKNOWN, attribute, known
from segmenter.calendar import stretches
from segmenter.condition import Condition, Leaf
from segmenter.days import Day, anniversary_days
from segmenter.facts import Facts
from segmenter.operators import holds
from segmenter.words import Words


def _meets(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    day = known(leaf, AttributeValue.day)
    return and_(day.is_not(None), _compared(day, leaf, facts))


def _compared(day: ColumnElement[date], leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    if leaf.op == "within":
        first, last = leaf.value.days(facts.calendar)
        return and_(*([day >= first] if first else []), *([day <= last] if last else []))
    if leaf.op == "anniversary":
        years = facts.calendar.anniversaries(*anniversary_days(leaf.value, facts.calendar))
        # The day itself is not its anniversary yet.
        return or_(false(), *(and_(day < date(year, 1, 1), _in_year(day, days)) for year, days in years.items()))
    compared: ColumnElement[bool] = holds(day, leaf.op, leaf.value)
    return compared


def _in_year(day: ColumnElement[date], days: set[int]) -> ColumnElement[bool]:
    place = extract("month", day) * 100 + extract("day", day)
    return or_(*(place.between(first, last) for first, last in stretches(days)))


def _clause(leaf: Leaf, words: Words, _scope: str) -> str:
    name, figures = leaf.subject(words), [leaf.condition.value.full(each, words) for each in leaf.values]
    match leaf.op:
        case "within":
            return gettext("whose %(name)s is %(when)s", name=name, when=figures[0])
        case "anniversary":
            return gettext("whose %(name)s has its anniversary %(when)s", name=name, when=figures[0])
        case "ge":
            return gettext("whose %(name)s is on or after %(day)s", name=name, day=figures[0])
        case "le":
            return gettext("whose %(name)s is on or before %(day)s", name=name, day=figures[0])
        case "between":
            return gettext("whose %(name)s is from %(first)s to %(last)s", name=name, first=figures[0], last=figures[1])
    return gettext("whose %(name)s is on %(day)s", name=name, day=figures[0])


def _short(leaf: Leaf, words: Words) -> str:
    name = leaf.subject(words)
    if leaf.op not in ("within", "anniversary"):
        return f"{name} {leaf.signed(words)}"
    when = leaf.condition.value.brief(leaf.value, words)
    return (
        f"{name} {when}" if leaf.op == "within" else gettext("anniversary of %(name)s %(when)s", name=name, when=when)
    )


CONDITION = Condition(
    key="attribute_date",
    title=_("Attribute: date"),
    help=_(
        "An attribute of your own that holds a day: on, before or after another one, in a period that moves on with "
        "today, or whose anniversary falls in such a period."
    ),
    unknown=UNKNOWN,
    value=Day(),
    subject=attribute("date"),
    meets=_meets,
    actual=lambda leaf, facts: [known(leaf, AttributeValue.day)],
    clause=_clause,
    short=_short,
)
