"""Composes claimed letters: which text each step sends, and what is known of each customer, loaded in sets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from campaigns.campaigns import CampaignVersion
from campaigns.messages.claims import Claimed
from campaigns.messages.letters import BadLetter, CompiledLetter, Letter, Values, compile_letter, nested
from campaigns.messages.rows import LetterTemplate
from campaigns.problems import Problem
from campaigns.runtime.rows import Run
from campaigns.wording import bonuses
from loyalty_core.balance import balances
from loyalty_core.customers import Customer
from loyalty_core.database import id_set
from loyalty_core.i18n import gettext
from loyalty_core.ledger import Lot, Operation
from loyalty_core.organisation import Outlet, organisation

Text = tuple[str, str]


class Composition:
    """The letters of one claim; each text is compiled once, however many customers get it."""

    def __init__(self, session: Session, messages: Sequence[Claimed], now: datetime) -> None:
        self._texts = _texts(session, messages)
        self._values = _values(session, messages, now)
        self._compiled: dict[Text, CompiledLetter | BadLetter] = {}

    def letter(self, message: Claimed) -> Letter:
        """The letter as its customer gets it; BadLetter says why it cannot be sent."""
        text = self._texts.get((message.run_id, message.node))
        if text is None:
            raise BadLetter([Problem("template", gettext("The template of this step is gone"))])
        if text not in self._compiled:
            try:
                self._compiled[text] = compile_letter(*text)
            except BadLetter as error:
                self._compiled[text] = error
        compiled = self._compiled[text]
        if isinstance(compiled, BadLetter):
            raise compiled
        return compiled.render(self._values[message.id])


def _texts(session: Session, messages: Sequence[Claimed]) -> dict[tuple[int, str], Text]:
    """Subject and body by run and step, from the version that the run travels along."""
    runs = {message.run_id for message in messages}
    steps = {(message.run_id, message.node) for message in messages}
    graphs = select(Run.id, CampaignVersion.graph).join(CampaignVersion, CampaignVersion.id == Run.version_id)
    settings = {
        (run_id, node["id"]): node.get("settings", {})
        for run_id, graph in session.execute(graphs.where(Run.id.in_(id_set(session, runs))))
        for node in graph["nodes"]
        if (run_id, node["id"]) in steps
    }
    chosen = {found["template"] for found in settings.values() if found.get("template") is not None}
    rows = session.scalars(select(LetterTemplate).where(LetterTemplate.id.in_(id_set(session, chosen))))
    templates = {row.id: (row.subject, row.body) for row in rows}
    texts = {step: _text(found, templates) for step, found in settings.items()}
    return {step: text for step, text in texts.items() if text is not None}


def _text(settings: Mapping[str, Any], templates: Mapping[int, Text]) -> Text | None:
    if settings.get("template") is not None:
        return templates.get(settings["template"])
    return settings.get("subject") or "", settings.get("body") or ""


class _Amount(str):
    """An amount as letters show it; `{% if bonuses %}` asks whether there is any."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return self != "0"


def _values(session: Session, messages: Sequence[Claimed], now: datetime) -> dict[int, Values]:
    """What letters can name, by message."""
    of = organisation(session)
    people = select(
        Customer.id, Customer.first_name, Customer.last_name, func.coalesce(Outlet.zone, of.zone)
    ).outerjoin(Outlet, Outlet.id == Customer.outlet_id)
    ids = {message.customer_id for message in messages}
    found = {row[0]: row[1:] for row in session.execute(people.where(Customer.id.in_(id_set(session, ids))))}
    granted = _granted(session, [message.enrollment_id for message in messages])
    active = balances(session, ids, now)
    values: dict[int, Values] = {}
    for message in messages:
        first, last, zone = found[message.customer_id]
        amount, burns_at = granted.get(message.enrollment_id, (0, None))
        values[message.id] = nested(
            {
                "customer.first_name": first,
                "customer.last_name": last,
                "customer.name": f"{first} {last}".strip(),
                "bonuses": _Amount(bonuses(amount)),
                "burns_on": _day(burns_at, zone),
                "balance": _Amount(bonuses(active.get(message.customer_id, 0))),
                "organisation.name": of.name,
            }
        )
    return values


def _granted(session: Session, enrollments: Sequence[int]) -> dict[int, tuple[int, datetime | None]]:
    """What the chain has accrued to each enrollment (minor units), and when the first of it burns."""
    lots = (
        select(Operation.source_id, func.sum(Lot.amount), func.min(Lot.expires_at))
        .join(Lot, and_(Lot.operation_id == Operation.id, Lot.customer_id == Operation.customer_id))
        .where(
            Operation.source == "enrollment",
            Operation.kind == "accrue",
            Operation.source_id.in_(id_set(session, enrollments)),
        )
        .group_by(Operation.source_id)
    )
    return {int(source): (int(amount), at) for source, amount, at in session.execute(lots) if source is not None}


def _day(moment: datetime | None, zone: str) -> str:
    """`31 January 2027` on the customer's calendar."""
    return format_date(moment.astimezone(ZoneInfo(zone)), "d MMMM y", locale="en") if moment else ""
