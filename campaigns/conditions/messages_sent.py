"""How many messages a customer was sent, by a channel or by any."""

from sqlalchemy import ColumnElement, true

from campaigns.messages.rows import Message
from loyalty_core.customers.data import CHANNELS
from loyalty_core.database import table_of
from loyalty_core.i18n import gettext, ngettext
from loyalty_core.i18n import lazy as _
from segmenter.aggregation import Source
from segmenter.condition import Leaf, Subject
from segmenter.conditions.consent import CHANNEL_NAMES
from segmenter.facts import Facts
from segmenter.times import counting
from segmenter.values import Choice
from segmenter.words import Words


def _chosen(leaf: Leaf, _facts: Facts) -> ColumnElement[bool]:
    return (Message.status == "sent") & (Message.channel == leaf.of if leaf.of else true())


def _clause(leaf: Leaf, words: Words, scope: str) -> str:
    return ngettext(
        "who were sent %(quantity)s message%(channel)s%(scope)s",
        "who were sent %(quantity)s messages%(channel)s%(scope)s",
        leaf.number,
        quantity=leaf.quantity(words),
        channel=gettext(" by %(channel)s", channel=leaf.subject(words)) if leaf.of else "",
        scope=scope,
    )


def _short(leaf: Leaf, words: Words) -> str:
    return ngettext("%(quantity)s message", "%(quantity)s messages", leaf.values[-1], quantity=leaf.signed(words))


CONDITION = counting(
    Source("messages", table_of(Message), Message.customer_id, Message.sent_at, moves=False),
    _chosen,
    key="messages_sent",
    group="communication",
    title=_("Messages sent"),
    help=_("Messages of campaigns that left for the customer. Who was sent none has 0."),
    subject=Subject(_("Channel"), Choice({channel: CHANNEL_NAMES[channel] for channel in CHANNELS}), optional=True),
    clause=_clause,
    short=_short,
)
