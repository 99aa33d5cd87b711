"""The trigger of birthdays: a date of the customer's own comes round ("Наступление даты для клиента")."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
from sqlalchemy.orm import Session

from campaigns.node_types import ClockTrigger, Fact, Occurrence
from campaigns.settings_fields import Choice, Settings, TimeOfDay, Whole
from campaigns.wall_clock import customers_of_zone, days_between, due_by_zone, zones_in_use
from campaigns.wording import count, day
from loyalty_core.customers.rows import Customer
from loyalty_core.i18n import gettext, ngettext
from loyalty_core.i18n import lazy as _
from loyalty_core.local_time import moment_at
from loyalty_core.organisation import organisation

FIELDS = {"birth_date": _("Birth date"), "registered_at": _("Registration date")}
NAMES = {"birth_date": _("Birthday"), "registered_at": _("Anniversary of registration")}
FIRST_YEAR = 1990  # nobody registered with a loyalty programme before


class DateForCustomerSettings(Settings):
    field = Choice(_("Field with the date"), FIELDS, required=True, hint=_("The day and month count, every year."))
    offset_days = Whole(
        _("Shift"),
        least=-300,
        most=300,
        unit=_("days"),
        hint=_("−7: a week before the date; 0: on the day; 7: a week after."),
        load_default=0,
    )
    at = TimeOfDay(_("Time of day"), required=True, hint=_("On the clock of the customer's outlet."))


class DateForCustomer(ClockTrigger):
    """Once a year for each customer, on the day and at the local time that the settings name."""

    key = "date_for_customer"
    title = _("Date for customer")
    help = _("Starts on a date of the customer's own, such as the birthday")
    icon = "cake"
    settings = DateForCustomerSettings
    defaults = {"field": "birth_date", "offset_days": 0, "at": "09:00"}

    def occurrences(
        self, session: Session, settings: dict[str, Any], after: datetime, until: datetime
    ) -> list[Occurrence]:
        return due_by_zone(session, after, until, lambda zone: days_between(after, until, zone), settings["at"])

    def by_hand(self, session: Session, settings: dict[str, Any], at: datetime) -> list[Occurrence]:
        """The organisation's day of that moment, for the customers of every zone."""
        today = at.astimezone(ZoneInfo(organisation(session).zone)).date()
        return [
            Occurrence(today.isoformat(), zone, moment_at(today, settings["at"], ZoneInfo(zone)))
            for zone in zones_in_use(session)
        ]

    def customers(self, session: Session, settings: dict[str, Any], occurrence: Occurrence) -> Select[int, str]:
        """Whose date it is on the occurrence's day; the entry key holds the year, so that a year counts once."""
        anniversary = date.fromisoformat(occurrence.key) - timedelta(days=settings["offset_days"])
        if settings["field"] == "birth_date":
            whose = _born_on(anniversary, organisation(session).leap_day)
        else:
            whose = _registered_on(anniversary, ZoneInfo(occurrence.part), organisation(session).leap_day)
        entry_key = literal(f"{settings['field']}:{anniversary.year}")
        zone = customers_of_zone(session, occurrence.part)
        return select(Customer.id, entry_key).where(whose, Customer.id.in_(zone))

    def summary(self, session: Session, settings: dict[str, Any]) -> str:
        name, clock = str(NAMES[settings["field"]]), f"{settings['at']:%H:%M}"
        days = settings["offset_days"]
        if days == 0:
            return gettext("%(name)s, at %(clock)s", name=name, clock=clock)
        shift = (
            ngettext("%(num)s day before", "%(num)s days before", -days)
            if days < 0
            else ngettext("%(num)s day after", "%(num)s days after", days)
        )
        return gettext("%(name)s, %(shift)s, at %(clock)s", name=name, shift=shift, clock=clock)

    def starts(self, session: Session, settings: dict[str, Any]) -> str:
        return gettext("It starts by itself every day at %(clock)s.", clock=f"{settings['at']:%H:%M}")

    def example(self, session: Session, settings: dict[str, Any], now: datetime) -> Iterable[Fact]:
        """How many enter today and tomorrow."""
        for label, moment in ((gettext("Today"), now), (gettext("Tomorrow"), now + timedelta(days=1))):
            entering = sum(
                session.scalar(select(func.count()).select_from(self.customers(session, settings, part).subquery()))
                or 0
                for part in self.by_hand(session, settings, moment)
            )
            hint = day(moment.astimezone(ZoneInfo(organisation(session).zone)).date())
            yield Fact(
                label, ngettext("%(shown)s customer", "%(shown)s customers", entering, shown=count(entering)), hint
            )


def _born_on(anniversary: date, leap_day: str) -> ColumnElement[bool]:
    """Born on this day and month in an earlier year; who was born on 29 February has another day in other years."""
    days = [anniversary.month * 100 + anniversary.day]
    if _stands_for_leap_day(anniversary, leap_day):
        days.append(229)
    return Customer.birth_day.in_(days) & (Customer.birth_date < date(anniversary.year, 1, 1))


def _registered_on(anniversary: date, zone: ZoneInfo, leap_day: str) -> ColumnElement[bool]:
    """Registered on this local day in an earlier year: one range of moments for each year, which the index answers."""
    days = []
    for year in range(FIRST_YEAR, anniversary.year):
        if anniversary.month != 2 or anniversary.day != 29 or _is_leap(year):
            days.append(anniversary.replace(year=year))
        if _stands_for_leap_day(anniversary, leap_day) and _is_leap(year):
            days.append(date(year, 2, 29))
    spans = [(moment_at(first, time(0), zone), moment_at(first + timedelta(days=1), time(0), zone)) for first in days]
    return or_(*((Customer.registered_at >= start) & (Customer.registered_at < end) for start, end in spans))


def _stands_for_leap_day(anniversary: date, leap_day: str) -> bool:
    stand_in = (2, 28) if leap_day == "feb28" else (3, 1)
    return not _is_leap(anniversary.year) and (anniversary.month, anniversary.day) == stand_in


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


node_type = DateForCustomer()
