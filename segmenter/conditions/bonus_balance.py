"""How many bonuses a customer can spend now."""

from loyalty_core.i18n import lazy as _
from loyalty_core.i18n import ngettext
from segmenter.condition import Condition, Leaf
from segmenter.operators import holds
from segmenter.values import Amount
from segmenter.words import Words


def _clause(leaf: Leaf, words: Words, _window: str) -> str:
    return ngettext(
        "who hold %(quantity)s active bonus",
        "who hold %(quantity)s active bonuses",
        _number(leaf),
        quantity=leaf.quantity(words),
    )


def _short(leaf: Leaf, words: Words) -> str:
    return ngettext("%(quantity)s bonus", "%(quantity)s bonuses", _number(leaf), quantity=leaf.signed(words))


def _number(leaf: Leaf) -> int:
    # What the noun agrees with: one bonus, and many of anything else, 1.50 included.
    minor: int = leaf.values[-1]
    return minor // 100 if minor % 100 == 0 else 2


CONDITION = Condition(
    key="bonus_balance",
    group="bonuses",
    title=_("Active bonuses"),
    help=_("What can be spent now: neither awaiting activation nor burned. Who has no bonuses has 0."),
    value=Amount("bonuses"),
    meets=lambda leaf, facts: holds(facts.active_bonuses(), leaf.op, leaf.value),
    actual=lambda leaf, facts: [facts.active_bonuses()],
    clause=_clause,
    short=_short,
)
