"""Puts a letter to each customer into the outbox ("Отправить письмо")."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from campaigns.messages import outbox, reach
from campaigns.messages.letters import check_template
from campaigns.messages.rows import LetterTemplate
from campaigns.node_types import Batch, Fact, Outcome, Port, Step, Whom
from campaigns.problems import Problem
from campaigns.settings_fields import Reference, Settings, Words
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _


class SendLetterSettings(Settings):
    either = (("template",), ("subject", "body"))
    either_titles = {"template": _("A template"), "subject": _("Written here")}

    template = Reference(_("Template"), "/letter-templates", load_default=None, allow_none=True)
    subject = Words(_("Subject"), most=300, load_default=None, allow_none=True)
    body = Words(
        _("Letter"),
        most=100_000,
        many_lines=True,
        hint=_("Text, or MJML. {{ customer.first_name }} and {{ bonuses }} are filled in for each customer."),
        load_default=None,
        allow_none=True,
    )


class SendLetter(Step):
    """One letter for each enrollment; delivery, with consent asked at the moment of sending, is another job."""

    key = "send_letter"
    group = "actions"
    title = _("Send letter")
    help = _("Sends an e-mail to each customer")
    icon = "mail"
    ports = (Port("out", _("Queued")),)
    settings = SendLetterSettings

    def either_message(self, both: bool) -> str:
        return (
            gettext("Keep either the template or the letter written here")
            if both
            else gettext("Choose a template or write one")
        )

    def run(self, batch: Batch, settings: dict[str, Any]) -> Outcome:
        outbox.queue(
            batch.session, batch.enrollments, run_id=batch.run_id, node=batch.node, channels=["email"], at=batch.now
        )
        return Outcome({"out": list(batch.enrollments)})

    def problems(self, session: Session, node: str, settings: dict[str, Any], now: datetime) -> Iterable[Problem]:
        if settings["template"] is None:
            for problem in check_template(settings["subject"], settings["body"]):
                yield Problem.of_field(node, problem.where, problem.message)
        elif session.get(LetterTemplate, settings["template"]) is None:
            yield Problem.of_field(node, "template", gettext("Choose a template: this one is gone"))

    def summary(self, session: Session, settings: dict[str, Any]) -> str:
        if settings["template"] is None:
            return gettext("“%(subject)s”", subject=settings["subject"])
        template = session.get(LetterTemplate, settings["template"])
        return template.name if template else gettext("A template that is gone")

    def cost(self, session: Session, settings: dict[str, Any], whom: Whom) -> Iterable[Fact]:
        """How many letters, and who gets none."""
        return reach.facts(session, ["email"], whom)


node_type = SendLetter()
