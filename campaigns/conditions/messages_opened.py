"""How many letters of some campaigns, or of any, a customer opened."""

from sqlalchemy import ColumnElement, select, true

from campaigns.conditions.campaign_entered import CAMPAIGNS
from campaigns.messages.rows import MessageOpening
from campaigns.runtime.rows import Run
from loyalty_core.database import id_set, table_of
from loyalty_core.i18n import gettext, ngettext
from loyalty_core.i18n import lazy as _
from segmenter.aggregation import Source
from segmenter.condition import Leaf, Subject
from segmenter.facts import Facts
from segmenter.times import counting
from segmenter.words import Words


def of_campaigns(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    """Whether an opening is of a letter of the campaigns that a leaf names, if any."""
    if not leaf.of:
        return true()
    return MessageOpening.run_id.in_(select(Run.id).where(Run.campaign_id.in_(id_set(facts.session, leaf.of))))


def _clause(leaf: Leaf, words: Words, scope: str) -> str:
    return ngettext(
        "who opened %(quantity)s letter%(campaigns)s%(scope)s",
        "who opened %(quantity)s letters%(campaigns)s%(scope)s",
        leaf.number,
        quantity=leaf.quantity(words),
        campaigns=gettext(" of %(campaigns)s", campaigns=leaf.subject(words)) if leaf.of else "",
        scope=scope,
    )


def _short(leaf: Leaf, words: Words) -> str:
    return ngettext(
        "%(quantity)s letter opened", "%(quantity)s letters opened", leaf.values[-1], quantity=leaf.signed(words)
    )


CONDITION = counting(
    Source("openings", table_of(MessageOpening), MessageOpening.customer_id, MessageOpening.opened_at, moves=False),
    of_campaigns,
    key="messages_opened",
    group="communication",
    title=_("Letters opened"),
    help=_("Letters that were opened, by the first time. A click tells of an opening too; who opened none has 0."),
    unknown=_(
        "Of letters that left while openings were not counted, or whose reader hides pictures, nothing is known: they "
        "count as not opened."
    ),
    subject=Subject(_("Campaigns"), CAMPAIGNS, optional=True),
    clause=_clause,
    short=_short,
)
