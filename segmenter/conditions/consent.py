"""What a customer said of a channel, or of any of several: that they may be written to, or may not."""

from sqlalchemy import ColumnElement, case, func, or_, select

from loyalty_core.customers.data import CHANNELS
from loyalty_core.customers.rows import Consent, Customer
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf, Subject
from segmenter.values import Choices
from segmenter.words import Words

CHANNEL_NAMES = {"email": _("e-mail"), "sms": _("SMS"), "push": _("push"), "telegram": _("Telegram")}
_CLAUSES = {
    ("granted",): _("who consent to %(channel)s"),
    ("refused",): _("who refused %(channel)s"),
    ("not_asked",): _("who were not asked about %(channel)s"),
}


def _said(channel: str) -> ColumnElement[str]:
    answer = case((Consent.granted, "granted"), else_="refused")
    asked = select(answer).where(Consent.customer_id == Customer.id, Consent.channel == channel)
    return func.coalesce(asked.correlate(Customer).scalar_subquery(), "not_asked")


def _clause(leaf: Leaf, words: Words, _scope: str) -> str:
    channel, told = leaf.subject(words), _CLAUSES.get(leaf.value)
    if told:
        return str(told) % {"channel": channel}
    answer = leaf.condition.value.full(leaf.value, words)
    return gettext("whose consent to %(channel)s is %(answer)s", channel=channel, answer=answer)


CONDITION = Condition(
    key="consent",
    group="communication",
    title=_("Consent"),
    help=_(
        "Whether the customer may be written to by a channel, or by one of several. Who was not asked may be, until "
        "they refuse."
    ),
    value=Choices({"granted": _("granted"), "refused": _("refused"), "not_asked": _("not asked")}),
    subject=Subject(_("Channel"), Choices({channel: CHANNEL_NAMES[channel] for channel in CHANNELS})),
    meets=lambda leaf, facts: or_(*(_said(channel).in_(leaf.value) for channel in leaf.of)),
    actual=lambda leaf, facts: [_said(channel) for channel in leaf.of],
    reading=lambda values, _: tuple(dict.fromkeys(values)),
    clause=_clause,
    short=lambda leaf, words: gettext(
        "%(channel)s %(answer)s",
        channel=leaf.subject(words),
        answer=leaf.condition.value.brief(leaf.value, words),
    ),
)
