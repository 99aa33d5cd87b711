"""Composes claimed messages: which text each step sends, compiled once, for the values of each customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.campaigns import CampaignVersion
from campaigns.messages.claims import Claimed
from campaigns.messages.letters import BadLetter, CompiledLetter, Letter, compile_letter
from campaigns.messages.rows import LetterTemplate
from campaigns.messages.sms import Cost, cost, sms_tariff
from campaigns.messages.texts import CompiledText, NothingToSend, compile_short
from campaigns.messages.values import values_of
from campaigns.node_types import BurnWindow, Trigger
from campaigns.nodes import NODE_TYPES
from campaigns.problems import Problem
from campaigns.runtime.rows import Run
from loyalty_core.database import id_set
from loyalty_core.i18n import gettext


@dataclass(frozen=True)
class Text:
    """What a step sends: its templates, the burning that its trips are about, and the phone of who gets it instead."""

    subject: str
    body: str
    window: BurnWindow | None = None
    phone: str | None = None


class Composition:
    """The messages of one claim, all by one channel; each text is compiled once, however many customers get it."""

    def __init__(self, session: Session, messages: Sequence[Claimed], now: datetime, channel: str = "email") -> None:
        self._channel = channel
        self._texts = _texts(session, messages)
        self._tariff = sms_tariff(session) if channel == "sms" else None
        self._values = values_of(
            session,
            messages,
            now,
            named="".join(text.subject + text.body for text in self._texts.values()),
            windows={message.id: self._window(message) for message in messages},
        )
        self._compiled: dict[tuple[str, str], CompiledLetter | CompiledText | BadLetter] = {}

    def letter(self, message: Claimed) -> Letter:
        """The message as its customer gets it; BadLetter says why it cannot be sent."""
        text = self._texts.get((message.run_id, message.node))
        if text is None:
            raise BadLetter([Problem("template", gettext("The template of this step is gone"))])
        values = self._values[message.id]
        if text.window is not None and "burning" in values and not values["burning"]:
            raise NothingToSend(gettext("Nothing burns any more: it has been spent meanwhile"))
        compiled = self._compile(text.subject, text.body)
        if isinstance(compiled, BadLetter):
            raise compiled
        return compiled.render(values)

    def given_recipient(self, message: Claimed) -> str | None:
        """The phone that the step names in place of the customer's; nobody's consent is asked for that one."""
        text = self._texts.get((message.run_id, message.node))
        return text.phone if text else None

    def cost(self, letter: Letter) -> Cost | None:
        """What sending costs: of an SMS."""
        return cost(letter.text, self._tariff) if self._tariff else None

    def _compile(self, subject: str, body: str) -> CompiledLetter | CompiledText | BadLetter:
        if (subject, body) not in self._compiled:
            try:
                compiled = compile_letter(subject, body) if self._channel == "email" else compile_short(body)
            except BadLetter as error:
                self._compiled[subject, body] = error
            else:
                self._compiled[subject, body] = compiled
        return self._compiled[subject, body]

    def _window(self, message: Claimed) -> BurnWindow | None:
        text = self._texts.get((message.run_id, message.node))
        return text.window if text else None


def _texts(session: Session, messages: Sequence[Claimed]) -> dict[tuple[int, str], Text]:
    """What each step of each run sends, from the version that the run travels along."""
    runs = {message.run_id for message in messages}
    steps = {(message.run_id, message.node) for message in messages}
    graphs = select(Run.id, CampaignVersion.graph).join(CampaignVersion, CampaignVersion.id == Run.version_id)
    found = {
        run_id: graph["nodes"] for run_id, graph in session.execute(graphs.where(Run.id.in_(id_set(session, runs))))
    }
    windows = {run_id: _window(nodes) for run_id, nodes in found.items()}
    settings = {
        (run_id, node["id"]): node.get("settings", {})
        for run_id, nodes in found.items()
        for node in nodes
        if (run_id, node["id"]) in steps
    }
    chosen = {each["template"] for each in settings.values() if each.get("template") is not None}
    rows = session.scalars(select(LetterTemplate).where(LetterTemplate.id.in_(id_set(session, chosen))))
    templates = {row.id: row for row in rows}
    texts = {step: _text(each, templates, windows[step[0]]) for step, each in settings.items()}
    return {step: text for step, text in texts.items() if text is not None}


def _text(
    settings: Mapping[str, Any], templates: Mapping[int, LetterTemplate], window: BurnWindow | None
) -> Text | None:
    if settings.get("template") is not None:
        template = templates.get(settings["template"])
        return Text(template.subject, template.body, window) if template else None
    body = settings.get("body") or settings.get("text") or ""
    return Text(settings.get("subject") or "", body, window, settings.get("phone"))


def _window(nodes: Sequence[Mapping[str, Any]]) -> BurnWindow | None:
    """The burning that a chain's trigger is about."""
    for node in nodes:
        trigger = NODE_TYPES.get(node["type"])
        if isinstance(trigger, Trigger):
            return trigger.burn_window(trigger.load(node.get("settings", {})))
    return None
