"""Whether a customer's first purchase fell into a period."""

from sqlalchemy import ColumnElement, and_, not_, or_

from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf
from segmenter.facts import Facts
from segmenter.scope import Scope
from segmenter.values import Choice
from segmenter.words import Words


def _inside(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    first = facts.bought(Scope(None, leaf.outlets)).first
    return and_(first.is_not(None), facts.within(leaf.window, first))


def _meets(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    inside = _inside(leaf, facts)
    if leaf.value == "yes":
        return or_(inside)
    first = facts.bought(Scope(None, leaf.outlets)).first
    return and_(first.is_not(None), not_(inside))


def _clause(leaf: Leaf, _words: Words, scope: str) -> str:
    if leaf.value == "yes":
        return gettext("whose first purchase was%(scope)s", scope=scope or gettext(" at any time"))
    return gettext("whose first purchase was not%(scope)s", scope=scope or gettext(" at any time"))


CONDITION = Condition(
    key="first_purchase",
    group="purchases",
    title=_("First purchase"),
    help=_("The first of the purchases that still count; with outlets, the first one there."),
    unknown=_("Who bought nothing has no first purchase and meets neither yes nor no."),
    value=Choice({"yes": _("yes"), "no": _("no")}),
    windowed=True,
    at_outlets=True,
    meets=_meets,
    actual=lambda leaf, facts: [facts.bought(Scope(None, leaf.outlets)).first, _inside(leaf, facts)],
    reading=lambda values, _: None if values[0] is None else ("yes" if values[1] else "no"),
    clause=_clause,
    short=lambda leaf, words: gettext("first purchase") if leaf.value == "yes" else gettext("not the first purchase"),
)
