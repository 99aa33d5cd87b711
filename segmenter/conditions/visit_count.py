"""How many visits a customer made: purchases within some hours of one another are one visit."""

from loyalty_core.i18n import lazy as _
from loyalty_core.i18n import ngettext
from segmenter.condition import Condition, Leaf
from segmenter.operators import holds
from segmenter.values import Number
from segmenter.words import Words


def _clause(leaf: Leaf, words: Words, scope: str) -> str:
    return ngettext(
        "who made %(quantity)s visit%(scope)s",
        "who made %(quantity)s visits%(scope)s",
        leaf.number,
        quantity=leaf.quantity(words),
        scope=scope,
    )


def _short(leaf: Leaf, words: Words) -> str:
    return ngettext("%(quantity)s visit", "%(quantity)s visits", leaf.values[-1], quantity=leaf.signed(words))


CONDITION = Condition(
    key="visit_count",
    group="purchases",
    title=_("Number of visits"),
    help=_(
        "Purchases within the hours that the customer’s programme says are one visit, where and when the first of "
        "them was made. Who bought nothing has 0."
    ),
    value=Number(1_000_000),
    windowed=True,
    at_outlets=True,
    meets=lambda leaf, facts: holds(facts.bought(leaf.scope).visits, leaf.op, leaf.value),
    actual=lambda leaf, facts: [facts.bought(leaf.scope).visits],
    clause=_clause,
    short=_short,
)
