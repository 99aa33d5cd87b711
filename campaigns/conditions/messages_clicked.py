"""In how many letters of some campaigns, or of any, a customer followed a link."""

from campaigns.conditions.campaign_entered import CAMPAIGNS
from campaigns.conditions.messages_opened import of_campaigns
from campaigns.messages.rows import MessageOpening
from loyalty_core.database import table_of
from loyalty_core.i18n import gettext, ngettext
from loyalty_core.i18n import lazy as _
from segmenter.aggregation import Source
from segmenter.condition import Leaf, Subject
from segmenter.times import counting
from segmenter.words import Words


def _clause(leaf: Leaf, words: Words, scope: str) -> str:
    return ngettext(
        "who followed links in %(quantity)s letter%(campaigns)s%(scope)s",
        "who followed links in %(quantity)s letters%(campaigns)s%(scope)s",
        leaf.number,
        quantity=leaf.quantity(words),
        campaigns=gettext(" of %(campaigns)s", campaigns=leaf.subject(words)) if leaf.of else "",
        scope=scope,
    )


def _short(leaf: Leaf, words: Words) -> str:
    return ngettext(
        "%(quantity)s letter clicked", "%(quantity)s letters clicked", leaf.values[-1], quantity=leaf.signed(words)
    )


CONDITION = counting(
    Source("clicks", table_of(MessageOpening), MessageOpening.customer_id, MessageOpening.clicked_at, moves=False),
    lambda leaf, facts: MessageOpening.clicked_at.is_not(None) & of_campaigns(leaf, facts),
    key="messages_clicked",
    group="communication",
    title=_("Letters clicked"),
    help=_("Letters in which a link was followed, by the first time of each letter. Who followed none has 0."),
    unknown=_("Of letters that left while clicks were not counted nothing is known: they count as not clicked."),
    subject=Subject(_("Campaigns"), CAMPAIGNS, optional=True),
    clause=_clause,
    short=_short,
)
