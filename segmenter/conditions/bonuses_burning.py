"""How many of a customer's bonuses burn within some days."""

from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition
from segmenter.operators import holds
from segmenter.values import Amount

CONDITION = Condition(
    key="bonuses_burning",
    group="bonuses",
    title=_("Bonuses that burn"),
    help=_(
        "What burns from now to the end of the last of these days, active or awaiting activation; within 0 days is "
        "today. Who has no such bonuses has 0."
    ),
    value=Amount("bonuses"),
    windowed=True,
    ahead=True,
    meets=lambda leaf, facts: holds(facts.burning_bonuses(leaf.window), leaf.op, leaf.value),
    actual=lambda leaf, facts: [facts.burning_bonuses(leaf.window)],
    clause=lambda leaf, words, scope: gettext(
        "of whose bonuses %(quantity)s burn%(scope)s", quantity=leaf.quantity(words), scope=scope
    ),
    short=lambda leaf, words: gettext("%(quantity)s bonuses burn", quantity=leaf.signed(words)),
)
