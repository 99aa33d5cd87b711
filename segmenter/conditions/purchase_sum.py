"""What a customer's purchases come to."""

from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition
from segmenter.operators import holds
from segmenter.values import Amount

CONDITION = Condition(
    key="purchase_sum",
    title=_("Sum of purchases"),
    help=_("What was paid, less what was returned. Who bought nothing has 0."),
    value=Amount("currency"),
    windowed=True,
    at_outlets=True,
    group="purchases",
    meets=lambda leaf, facts: holds(facts.bought(leaf.scope).sum, leaf.op, leaf.value),
    actual=lambda leaf, facts: [facts.bought(leaf.scope).sum],
    clause=lambda leaf, words, window: gettext(
        "whose purchases%(window)s come to %(quantity)s", quantity=leaf.quantity(words), window=window
    ),
    short=lambda leaf, words: gettext("sum %(quantity)s", quantity=leaf.signed(words)),
)
