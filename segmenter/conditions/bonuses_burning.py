"""How many of a customer's bonuses burn within some days."""

from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf
from segmenter.operators import holds
from segmenter.scope import Scope
from segmenter.values import Amount
from segmenter.words import Words


def _clause(leaf: Leaf, words: Words, _scope: str) -> str:
    # Where they are valid and when they burn stand in different places of the sentence.
    valid, when = Scope(outlets=leaf.outlets).sentence(words), Scope(leaf.window).sentence(words)
    return gettext(
        "of whose bonuses%(valid)s %(quantity)s burn%(when)s",
        valid=gettext(" valid %(at)s", at=valid) if valid else "",
        quantity=leaf.quantity(words),
        when=f" {when}" if when else "",
    )


CONDITION = Condition(
    key="bonuses_burning",
    group="bonuses",
    title=_("Bonuses that burn"),
    help=_(
        "What burns from now to the end of the last of these days, active or awaiting activation; within 0 days is "
        "today. With outlets, only what is valid at one of them counts. Who has no such bonuses has 0."
    ),
    value=Amount("bonuses"),
    windowed=True,
    ahead=True,
    at_outlets=True,
    meets=lambda leaf, facts: holds(facts.burning_bonuses(leaf.scope), leaf.op, leaf.value),
    actual=lambda leaf, facts: [facts.burning_bonuses(leaf.scope)],
    clause=_clause,
    short=lambda leaf, words: gettext("%(quantity)s bonuses burn", quantity=leaf.signed(words)),
)
