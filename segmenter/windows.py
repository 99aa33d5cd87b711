"""The stretch of time that a condition looks at: back over what happened, or ahead at what will."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext, ngettext
from loyalty_core.i18n import lazy as _
from segmenter.calendar import Calendar
from segmenter.figures import NBSP, whole

LAST_DAYS_MAX = 36_500
FIRST_YEAR, LAST_YEAR = 1900, 2999

_PERIODS = {
    ("this", "day"): _("today"),
    ("this", "week"): _("this week"),
    ("this", "month"): _("this month"),
    ("this", "year"): _("this year"),
    ("previous", "day"): _("yesterday"),
    ("previous", "week"): _("in the previous week"),
    ("previous", "month"): _("in the previous month"),
    ("previous", "year"): _("in the previous year"),
}
UNITS = ("day", "week", "month", "year")


@dataclass(frozen=True)
class LastDays:
    """The last so many spans of 24 hours; no upper end, so that a till whose clock is ahead still counts."""

    days: int

    def bounds(self, calendar: Calendar) -> tuple[datetime, datetime | None]:
        """From this moment on."""
        return calendar.now - timedelta(days=self.days), None

    def sentence(self) -> str:
        """ "in the last 365 days"."""
        return ngettext("in the last %(days)s day", "in the last %(days)s days", self.days, days=whole(self.days))


@dataclass(frozen=True)
class Dates:
    """From the start of one day to the end of another, on the organisation's calendar."""

    first: date
    last: date

    def bounds(self, calendar: Calendar) -> tuple[datetime, datetime | None]:
        """From the first moment on, and before the second."""
        return calendar.start(self.first), calendar.start(self.last + timedelta(days=1))

    def sentence(self) -> str:
        """ "from 1 Jan 2026 to 31 Dec 2026"."""
        return gettext("from %(first)s to %(last)s", first=_written(self.first), last=_written(self.last))


@dataclass(frozen=True)
class Period:
    """The day, week (from Monday), month or year of the organisation's calendar that goes on, or the one before it."""

    which: str
    unit: str

    def bounds(self, calendar: Calendar) -> tuple[datetime, datetime | None]:
        """From the first moment on, and before the second."""
        first = calendar.first_day(self.unit, calendar.today)
        if self.which == "previous":
            return calendar.start(calendar.first_day(self.unit, first - timedelta(days=1))), calendar.start(first)
        following = calendar.first_day(self.unit, first + timedelta(days=_LONGER[self.unit]))
        return calendar.start(first), calendar.start(following)

    def sentence(self) -> str:
        """ "in the previous month"."""
        return str(_PERIODS[self.which, self.unit])


@dataclass(frozen=True)
class Ahead:
    """From now to the end of the local day that comes so many days after today; without days, ever."""

    days: int | None

    def bounds(self, calendar: Calendar) -> tuple[datetime, datetime | None]:
        """From the first moment on, and before the second."""
        end = None if self.days is None else calendar.start(calendar.today + timedelta(days=self.days + 1))
        return calendar.now, end

    def sentence(self) -> str:
        """ "within 7 days"."""
        days = self.days or 0
        return ngettext("within %(days)s day", "within %(days)s days", days, days=whole(days))


Window = LastDays | Dates | Period | Ahead

# So many days after the first day of a unit, the next one has begun and is not over.
_LONGER = {"day": 1, "week": 7, "month": 31, "year": 366}


def read_window(raw: Any) -> Window:
    """`{"last_days": n}`, `{"this": unit}`, `{"previous": unit}` or `{"from": date, "to": date}`.

    A unit is day, week, month or year. Refused with the path beneath the leaf.
    """
    fields = set(raw) if isinstance(raw, dict) else set()
    if fields == {"last_days"}:
        return LastDays(_days(raw["last_days"], "within.last_days", 1))
    if fields in ({"this"}, {"previous"}):
        (which,) = fields
        if raw[which] not in UNITS:
            raise Refused(f"within.{which}", gettext("Choose one of: %(choices)s", choices=", ".join(UNITS)))
        return Period(which, raw[which])
    if fields != {"from", "to"}:
        raise Refused("within", gettext("Write last_days, this, previous, or from and to; leave it out for all time"))
    first, last = read_day(raw["from"], "within.from"), read_day(raw["to"], "within.to")
    if last < first:
        raise Refused("within.to", gettext("Choose a last day that is not before the first"))
    return Dates(first, last)


def read_ahead(raw: Any) -> Window:
    """`{"next_days": n}`, where 0 is today; Refused with the path beneath the leaf."""
    if not isinstance(raw, dict) or set(raw) != {"next_days"}:
        raise Refused("within", gettext("Write next_days; leave it out for ever"))
    return Ahead(_days(raw["next_days"], "within.next_days", 0))


def _days(raw: Any, where: str, least: int) -> int:
    if type(raw) is not int or not least <= raw <= LAST_DAYS_MAX:
        most = whole(LAST_DAYS_MAX)
        raise Refused(where, gettext("Write a whole number of days from %(least)s to %(most)s", least=least, most=most))
    return raw


def read_day(raw: Any, where: str) -> date:
    """A day as "2026-12-31", or Refused."""
    if isinstance(raw, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw):
        try:
            day = date.fromisoformat(raw)
        except ValueError:
            raise Refused(where, gettext("There is no such day: write it as 2026-12-31")) from None
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
    raise Refused(where, gettext("Write a day as 2026-12-31"))


def _written(day: date) -> str:
    return format_date(day, "d MMM y", locale="en").replace(" ", NBSP)
