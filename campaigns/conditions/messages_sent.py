"""How many messages of some campaigns, or of any, left for a customer, by some channels or by any."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, true

from campaigns.conditions.counted import counting_messages
from campaigns.messages.rows import Message
from loyalty_core.customers.data import CHANNELS
from loyalty_core.i18n import gettext, ngettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Leaf, Subject
from segmenter.conditions.consent import CHANNEL_NAMES
from segmenter.values import Choices
from segmenter.words import Words


def _chosen(leaf: Leaf) -> ColumnElement[bool]:
    return (Message.status == "sent") & (Message.channel.in_(leaf.of) if leaf.of else true())


def _clause(leaf: Leaf, words: Words, parts: Mapping[str, str]) -> str:
    return ngettext(
        "who were sent %(quantity)s message%(campaigns)s%(channel)s%(scope)s",
        "who were sent %(quantity)s messages%(campaigns)s%(channel)s%(scope)s",
        leaf.number,
        channel=gettext(" by %(channel)s", channel=leaf.subject(words)) if leaf.of else "",
        **parts,
    )


def _short(leaf: Leaf, words: Words) -> str:
    return ngettext("%(quantity)s message", "%(quantity)s messages", leaf.values[-1], quantity=leaf.signed(words))


CONDITION = counting_messages(
    Message,
    Message.sent_at,
    key="messages_sent",
    title=_("Messages sent"),
    help=_("Messages of campaigns that left for the customer. Who was sent none has 0."),
    subject=Subject(
        _("Channel"), Choices({channel: CHANNEL_NAMES[channel] for channel in CHANNELS}), any=_("any channel")
    ),
    chosen=_chosen,
    clause=_clause,
    short=_short,
)
