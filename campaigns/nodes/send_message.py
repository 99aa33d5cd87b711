"""Puts a short message to each customer into the outbox, by one channel or a cascade of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from campaigns.messages import outbox, reach
from campaigns.messages.channels.titles import TITLES, title
from campaigns.messages.letters import BadLetter, check_template
from campaigns.messages.sms import cost, sms_tariff
from campaigns.messages.texts import TEXT_MAX, check_text, preview_text
from campaigns.node_types import Batch, Fact, Outcome, Port, Step, Whom
from campaigns.problems import Problem
from campaigns.settings_fields import Choice, Order, Settings, Words
from campaigns.wording import count, money
from loyalty_core.customers.identities import normalise
from loyalty_core.i18n import gettext, ngettext
from loyalty_core.i18n import lazy as _

SHOWN_MAX = 60


class SendMessageSettings(Settings):
    channels = Order(
        _("Channels"),
        TITLES,
        required=True,
        hint=_("In this order: the next one is tried where one is refused, has no address or fails."),
    )
    text = Words(
        _("Text"),
        most=TEXT_MAX,
        many_lines=True,
        required=True,
        hint=_("{{ customer.first_name }}, {{ burning }} and {{ burning_on }} are filled in for each customer."),
    )
    subject = Words(
        _("Subject"),
        most=300,
        hint=_("Of the e-mail, where it is one of the channels."),
        load_default=None,
        allow_none=True,
    )
    to = Choice(_("Goes to"), {"customer": _("the customer"), "phone": _("a given phone")}, load_default="customer")
    phone = Words(
        _("Phone"),
        most=30,
        hint=_("Who gets it in place of the customer, such as a manager."),
        load_default=None,
        allow_none=True,
    )


class SendMessage(Step):
    """One message for each enrollment; consent and addresses are asked of each channel at the moment of sending."""

    key = "send_message"
    group = "actions"
    title = _("Send message")
    help = _("Sends an SMS, a push or a Telegram message")
    icon = "message"
    ports = (Port("out", _("Queued")),)
    settings = SendMessageSettings
    defaults = {"channels": ["sms"], "to": "customer"}

    def run(self, batch: Batch, settings: dict[str, Any]) -> Outcome:
        outbox.queue(
            batch.session,
            batch.enrollments,
            run_id=batch.run_id,
            node=batch.node,
            channels=settings["channels"],
            at=batch.now,
        )
        return Outcome({"out": list(batch.enrollments)})

    def problems(self, session: Session, node: str, settings: dict[str, Any], now: datetime) -> Iterable[Problem]:
        for problem in check_text(settings["text"]):
            yield Problem.of_field(node, "text", problem.message)
        if "email" in settings["channels"]:
            # The text itself has been checked above.
            for problem in check_template(settings["subject"] or "", "."):
                yield Problem.of_field(node, "subject", problem.message)
        if settings["to"] == "phone":
            if settings["channels"] != ["sms"]:
                yield Problem.of_field(node, "channels", gettext("Choose SMS alone: a given phone gets nothing else"))
            try:
                normalise("phone", settings["phone"] or "")
            except ValueError:
                yield Problem.of_field(node, "phone", gettext("Write a phone with its country code"))
        elif settings["phone"]:
            yield Problem.of_field(node, "phone", gettext("Take the phone out, or choose that it goes there"))

    def summary(self, session: Session, settings: dict[str, Any]) -> str:
        channels = ", ".join(map(title, settings["channels"]))
        text = " ".join(settings["text"].split())
        if len(text) > SHOWN_MAX:
            text = f"{text[:SHOWN_MAX].rstrip()}…"
        if settings["to"] == "phone":
            channels = gettext("%(channel)s to %(phone)s", channel=channels, phone=settings["phone"] or "–")
        return gettext("%(channels)s: “%(text)s”", channels=channels, text=text)

    def example(self, session: Session, settings: dict[str, Any], now: datetime) -> Iterable[Fact]:
        """The text as a customer gets it; the parts of the SMS and their price."""
        try:
            text = preview_text(settings["text"])
        except BadLetter:
            return
        yield Fact(gettext("Says"), text)
        if "sms" in settings["channels"]:
            sms = cost(text, sms_tariff(session))
            parts = ngettext("%(num)s part", "%(num)s parts", sms.parts)
            shown = f"{parts}, {money(session, sms.price)}"
            hint = ngettext("%(num)s character", "%(num)s characters", sms.characters)
            yield Fact(gettext("SMS"), shown, f"{hint}, {sms.encoding}" if sms.encoding else hint)

    def cost(self, session: Session, settings: dict[str, Any], whom: Whom) -> Iterable[Fact]:
        """How many messages, who gets none, and what the SMS cost at most."""
        if settings["to"] == "phone":
            by_sms = whom.count
            yield Fact(gettext("Messages to the given phone"), count(by_sms))
        else:
            yield from reach.facts(session, settings["channels"], whom)
            by_sms = reach.reached(session, ["sms"], whom) if "sms" in settings["channels"] else 0
        if by_sms:
            price = by_sms * cost(preview_text(settings["text"]), sms_tariff(session)).price
            yield Fact(gettext("Price of SMS, at most"), money(session, price))


node_type = SendMessage()
