"""Whether a message by one of some channels would reach a customer: there is an address, and they did not refuse."""

from sqlalchemy import ColumnElement, and_, case, exists, not_, or_

from loyalty_core.customers.data import CHANNELS
from loyalty_core.customers.rows import Consent, Customer, Identity
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf, Subject
from segmenter.conditions.consent import CHANNEL_NAMES
from segmenter.values import Choice, Choices
from segmenter.words import Words

# The kind of mark that is the address in a channel, where it is not called like the channel.
_MARKS = {"sms": "phone"}


def reached(channel: str) -> ColumnElement[bool]:
    """Of a row of `customer`: a message by this channel would reach them."""
    kind = _MARKS.get(channel, channel)
    address = exists().where(Identity.customer_id == Customer.id, Identity.kind == kind).correlate(Customer)
    refusal = exists().where(Consent.customer_id == Customer.id, Consent.channel == channel, not_(Consent.granted))
    return and_(address, not_(refusal.correlate(Customer)))


def _reached(leaf: Leaf) -> ColumnElement[bool]:
    return or_(*(reached(channel) for channel in leaf.of))


def _clause(leaf: Leaf, words: Words, _scope: str) -> str:
    if leaf.value == "yes":
        return gettext("who can be reached by %(channel)s", channel=leaf.subject(words))
    return gettext("who cannot be reached by %(channel)s", channel=leaf.subject(words))


def _short(leaf: Leaf, words: Words) -> str:
    channel = leaf.subject(words)
    if leaf.value == "yes":
        return gettext("reached by %(channel)s", channel=channel)
    return gettext("not reached by %(channel)s", channel=channel)


CONDITION = Condition(
    key="reachable",
    group="communication",
    title=_("Can be reached"),
    help=_(
        "There is an address for one of the channels, and the customer did not refuse it: not having been asked is no "
        "refusal."
    ),
    value=Choice({"yes": _("yes"), "no": _("no")}),
    subject=Subject(_("Channel"), Choices({channel: CHANNEL_NAMES[channel] for channel in CHANNELS})),
    meets=lambda leaf, facts: _reached(leaf) if leaf.value == "yes" else not_(_reached(leaf)),
    actual=lambda leaf, facts: [case((_reached(leaf), "yes"), else_="no")],
    clause=_clause,
    short=_short,
)
