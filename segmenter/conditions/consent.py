"""What a customer said of a channel: that they may be written to, or may not."""

from sqlalchemy import ColumnElement, case, func, select

from loyalty_core.customers.data import CHANNELS
from loyalty_core.customers.rows import Consent, Customer
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf, Subject
from segmenter.values import Choice

CHANNEL_NAMES = {"email": _("e-mail"), "sms": _("SMS"), "push": _("push"), "telegram": _("Telegram")}
_CLAUSES = {
    "granted": _("who consent to %(channel)s"),
    "refused": _("who refused %(channel)s"),
    "not_asked": _("who were not asked about %(channel)s"),
}


def _said(leaf: Leaf) -> ColumnElement[str]:
    answer = case((Consent.granted, "granted"), else_="refused")
    asked = select(answer).where(Consent.customer_id == Customer.id, Consent.channel == leaf.of)
    return func.coalesce(asked.correlate(Customer).scalar_subquery(), "not_asked")


CONDITION = Condition(
    key="consent",
    group="communication",
    title=_("Consent"),
    help=_("Whether the customer may be written to by a channel. Who was not asked may be, until they refuse."),
    value=Choice({"granted": _("granted"), "refused": _("refused"), "not_asked": _("not asked")}),
    subject=Subject(_("Channel"), Choice({channel: CHANNEL_NAMES[channel] for channel in CHANNELS})),
    meets=lambda leaf, facts: _said(leaf) == leaf.value,
    actual=lambda leaf, facts: [_said(leaf)],
    clause=lambda leaf, words, scope: str(_CLAUSES[leaf.value]) % {"channel": leaf.subject(words)},
    short=lambda leaf, words: gettext(
        "%(channel)s %(answer)s",
        channel=leaf.subject(words),
        answer=leaf.condition.value.brief(leaf.value, words),
    ),
)
