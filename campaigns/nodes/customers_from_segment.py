"""Keeps the customers of a segment, or brings them where the trigger brings none ("Выбрать клиентов из сегмента")."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from campaigns.node_types import Batch, Fact, Outcome, Port, Step
from campaigns.problems import Problem
from campaigns.settings_fields import Reference, Settings
from campaigns.wording import count
from loyalty_core.i18n import gettext, ngettext
from loyalty_core.i18n import lazy as _
from segmenter.compiler import customers
from segmenter.segments import Segment, segment


class CustomersFromSegmentSettings(Settings):
    segment = Reference(
        _("Segment"), "/segments", required=True, hint=_("Who is in it is asked anew each time a customer comes here.")
    )


class CustomersFromSegment(Step):
    """Customers of the segment go on; the others' trip ends here."""

    key = "customers_from_segment"
    group = "conditions"
    title = _("Customers from segment")
    help = _("Lets on the customers of a saved segment")
    icon = "users-group"
    ports = (Port("out", _("In the segment")),)
    settings = CustomersFromSegmentSettings
    guards = True

    def run(self, batch: Batch, settings: dict[str, Any]) -> Outcome:
        inside = set(
            batch.session.scalars(self._members(batch.session, settings, batch.now, list(batch.enrollments.values())))
        )
        return Outcome(
            {"out": [enrollment for enrollment, customer in batch.enrollments.items() if customer in inside]}
        )

    def supplies(self, session: Session, settings: dict[str, Any], now: datetime) -> Select[int]:
        return self._members(session, settings, now)

    def _members(
        self, session: Session, settings: dict[str, Any], now: datetime, among: list[int] | None = None
    ) -> Select[int]:
        return customers(session, segment(session, settings["segment"]).tree, now=now, among=among)

    def problems(self, session: Session, node: str, settings: dict[str, Any], now: datetime) -> Iterable[Problem]:
        if session.get(Segment, settings["segment"]) is None:
            yield Problem.of_field(node, "segment", gettext("Choose a segment: this one is gone"))

    def summary(self, session: Session, settings: dict[str, Any]) -> str:
        found = session.get(Segment, settings["segment"])
        return found.name if found else gettext("A segment that is gone")

    def example(self, session: Session, settings: dict[str, Any], now: datetime) -> Iterable[Fact]:
        if session.get(Segment, settings["segment"]) is not None:
            members = self._members(session, settings, now).subquery()
            inside = session.scalar(select(func.count()).select_from(members)) or 0
            shown = ngettext("%(shown)s customer", "%(shown)s customers", inside, shown=count(inside))
            yield Fact(gettext("In the segment now"), shown)


node_type = CustomersFromSegment()
