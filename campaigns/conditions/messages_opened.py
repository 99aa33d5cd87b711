"""How many letters of some campaigns, or of any, a customer opened."""

from collections.abc import Mapping

from campaigns.conditions.counted import counting_messages
from campaigns.messages.rows import MessageOpening
from loyalty_core.i18n import lazy as _
from loyalty_core.i18n import ngettext
from segmenter.condition import Leaf
from segmenter.words import Words


def _clause(leaf: Leaf, _words: Words, parts: Mapping[str, str]) -> str:
    return ngettext(
        "who opened %(quantity)s letter%(campaigns)s%(scope)s",
        "who opened %(quantity)s letters%(campaigns)s%(scope)s",
        leaf.number,
        **parts,
    )


def _short(leaf: Leaf, words: Words) -> str:
    return ngettext(
        "%(quantity)s letter opened", "%(quantity)s letters opened", leaf.values[-1], quantity=leaf.signed(words)
    )


CONDITION = counting_messages(
    MessageOpening,
    MessageOpening.opened_at,
    key="messages_opened",
    title=_("Letters opened"),
    help=_("Letters that were opened, by the first time. A click tells of an opening too; who opened none has 0."),
    unknown=_(
        "Of letters that left while openings were not counted, or whose reader hides pictures, nothing is known: they "
        "count as not opened."
    ),
    clause=_clause,
    short=_short,
)
