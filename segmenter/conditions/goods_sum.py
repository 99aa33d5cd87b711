"""How much a customer spent on some products or categories."""

from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Subject
from segmenter.goods import Goods, spent
from segmenter.operators import holds
from segmenter.values import Amount

CONDITION = Condition(
    key="goods_sum",
    group="goods",
    title=_("Spent on goods"),
    help=_("What was paid for products and whole categories, less what was returned; nothing is 0."),
    value=Amount("currency"),
    subject=Subject(_("Goods"), Goods()),
    windowed=True,
    at_outlets=True,
    meets=lambda leaf, facts: holds(spent(facts, leaf.scope, leaf.of), leaf.op, leaf.value),
    actual=lambda leaf, facts: [spent(facts, leaf.scope, leaf.of)],
    clause=lambda leaf, words, scope: gettext(
        "who spent %(quantity)s on %(goods)s%(scope)s",
        quantity=leaf.quantity(words),
        goods=leaf.subject(words),
        scope=scope,
    ),
    short=lambda leaf, words: gettext(
        "%(quantity)s on %(goods)s", quantity=leaf.signed(words), goods=leaf.subject(words)
    ),
)
