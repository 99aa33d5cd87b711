"""How many purchases a customer made."""

from loyalty_core.i18n import lazy as _
from loyalty_core.i18n import ngettext
from segmenter.condition import Condition, Leaf
from segmenter.operators import holds
from segmenter.values import Number
from segmenter.words import Words


def _clause(leaf: Leaf, words: Words, window: str) -> str:
    return ngettext(
        "who made %(quantity)s purchase%(window)s",
        "who made %(quantity)s purchases%(window)s",
        leaf.number,
        quantity=leaf.quantity(words),
        window=window,
    )


def _short(leaf: Leaf, words: Words) -> str:
    return ngettext("%(quantity)s purchase", "%(quantity)s purchases", leaf.values[-1], quantity=leaf.signed(words))


CONDITION = Condition(
    key="purchase_count",
    title=_("Number of purchases"),
    help=_("Receipts of which something is left after returns. Who bought nothing has 0."),
    value=Number(1_000_000),
    windowed=True,
    at_outlets=True,
    group="purchases",
    meets=lambda leaf, facts: holds(facts.bought(leaf.scope).count, leaf.op, leaf.value),
    actual=lambda leaf, facts: [facts.bought(leaf.scope).count],
    clause=_clause,
    short=_short,
)
