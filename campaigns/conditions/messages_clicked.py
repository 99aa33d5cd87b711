"""In how many letters of some campaigns, or of any, a customer followed a link."""

from collections.abc import Mapping

from campaigns.conditions.counted import counting_messages
from campaigns.messages.rows import MessageOpening
from loyalty_core.i18n import lazy as _
from loyalty_core.i18n import ngettext
from segmenter.condition import Leaf
from segmenter.words import Words


def _clause(leaf: Leaf, _words: Words, parts: Mapping[str, str]) -> str:
    return ngettext(
        "who followed links in %(quantity)s letter%(campaigns)s%(scope)s",
        "who followed links in %(quantity)s letters%(campaigns)s%(scope)s",
        leaf.number,
        **parts,
    )


def _short(leaf: Leaf, words: Words) -> str:
    return ngettext(
        "%(quantity)s letter clicked", "%(quantity)s letters clicked", leaf.values[-1], quantity=leaf.signed(words)
    )


CONDITION = counting_messages(
    MessageOpening,
    MessageOpening.clicked_at,
    key="messages_clicked",
    title=_("Letters clicked"),
    help=_("Letters in which a link was followed, by the first time of each letter. Who followed none has 0."),
    unknown=_("Of letters that left while clicks were not counted nothing is known: they count as not clicked."),
    chosen=lambda leaf: MessageOpening.clicked_at.is_not(None),
    clause=_clause,
    short=_short,
)
