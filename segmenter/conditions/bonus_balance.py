"""How many bonuses a customer can spend now."""

from loyalty_core.i18n import gettext, ngettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf
from segmenter.operators import holds
from segmenter.values import Amount
from segmenter.words import Words


def _clause(leaf: Leaf, words: Words, scope: str) -> str:
    return ngettext(
        "who hold %(quantity)s active bonus%(valid)s",
        "who hold %(quantity)s active bonuses%(valid)s",
        _number(leaf),
        quantity=leaf.quantity(words),
        valid=gettext(" valid%(scope)s", scope=scope) if scope else "",
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
    help=_(
        "What can be spent now, at one of these outlets where some are chosen: neither awaiting activation nor burned. "
        "Who has no bonuses has 0."
    ),
    value=Amount("bonuses"),
    at_outlets=True,
    meets=lambda leaf, facts: holds(facts.active_bonuses(leaf.outlets), leaf.op, leaf.value),
    actual=lambda leaf, facts: [facts.active_bonuses(leaf.outlets)],
    clause=_clause,
    short=_short,
)
