"""The trigger of a planned start: a date and time come ("Наступление даты")."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, literal, select
from sqlalchemy.orm import Session

from campaigns.node_types import ClockTrigger, Fact, Occurrence
from campaigns.problems import Problem
from campaigns.settings_fields import LocalMoment, Settings
from campaigns.wall_clock import customers_of_zone, zones_in_use
from campaigns.wording import city, day, moment
from loyalty_core.customers.rows import Customer
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from loyalty_core.local_time import moment_at
from loyalty_core.organisation import organisation


class DateReachedSettings(Settings):
    at = LocalMoment(_("Date and time"), required=True, hint=_("On the clock of each customer's outlet."))


class DateReached(ClockTrigger):
    """Once, for every customer: a plain date brings nobody by itself, so a segment right after it says who comes."""

    key = "date_reached"
    title = _("Date reached")
    help = _("Starts once, at a date and time")
    icon = "calendar-event"
    settings = DateReachedSettings
    brings_customers = False

    def occurrences(
        self, session: Session, settings: dict[str, Any], after: datetime, until: datetime
    ) -> list[Occurrence]:
        return [part for part in self._parts(session, settings) if after < part.due <= until]

    def by_hand(self, session: Session, settings: dict[str, Any], at: datetime) -> list[Occurrence]:
        """The one occurrence that there is, early or late."""
        return self._parts(session, settings)

    def _parts(self, session: Session, settings: dict[str, Any]) -> list[Occurrence]:
        wall: datetime = settings["at"]
        parts = [
            Occurrence(wall.isoformat(timespec="minutes"), zone, moment_at(wall.date(), wall.time(), ZoneInfo(zone)))
            for zone in zones_in_use(session)
        ]
        return sorted(parts, key=lambda part: (part.due, part.part))

    def customers(self, session: Session, settings: dict[str, Any], occurrence: Occurrence) -> Select[int, str]:
        zone = customers_of_zone(session, occurrence.part)
        return select(Customer.id, literal(occurrence.key)).where(Customer.id.in_(zone))

    def problems(self, session: Session, node: str, settings: dict[str, Any], now: datetime) -> Iterable[Problem]:
        if all(part.due <= now for part in self._parts(session, settings)):
            message = gettext("This moment has passed: the chain starts only by hand")
            yield Problem(f"nodes.{node}.settings.at", message, node, "at", "warning")

    def summary(self, session: Session, settings: dict[str, Any]) -> str:
        wall: datetime = settings["at"]
        return f"{wall:%a} {day(wall)}, {wall:%H:%M}"

    def starts(self, session: Session, settings: dict[str, Any]) -> str:
        return gettext("It starts by itself on %(moment)s.", moment=self.summary(session, settings))

    def example(self, session: Session, settings: dict[str, Any], now: datetime) -> Iterable[Fact]:
        zone = organisation(session).zone
        for part in self._parts(session, settings):
            yield Fact(
                city(part.part), moment(part.due, ZoneInfo(part.part)), "" if part.part != zone else gettext("main")
            )


node_type = DateReached()
