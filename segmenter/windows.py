"""The stretch of time that a condition looks at: back over what happened, or ahead at what will."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_date

from loyalty_core.i18n import gettext, ngettext
from loyalty_core.i18n import lazy as _
from segmenter.calendar import Calendar
from segmenter.figures import NBSP, whole

FIRST_YEAR, LAST_YEAR = 1900, 2999

# Moments from the first on and before the second; days from the first to the second. None: without an end.
Moments = tuple[datetime | None, datetime | None]
Days = tuple[date | None, date | None]

_PERIODS = {
    ("this", "day"): _("today"),
    ("this", "week"): _("this week"),
    ("this", "month"): _("this month"),
    ("this", "quarter"): _("this quarter"),
    ("this", "year"): _("this year"),
    ("previous", "day"): _("yesterday"),
    ("previous", "week"): _("in the previous week"),
    ("previous", "month"): _("in the previous month"),
    ("previous", "quarter"): _("in the previous quarter"),
    ("previous", "year"): _("in the previous year"),
    ("next", "day"): _("tomorrow"),
    ("next", "week"): _("in the next week"),
    ("next", "month"): _("in the next month"),
    ("next", "quarter"): _("in the next quarter"),
    ("next", "year"): _("in the next year"),
}
UNITS = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True)
class Last:
    """The last so many spans of 24 hours, or weeks of seven of those, or months back from this hour of this day.

    It has no upper end, so that a till whose clock is ahead still counts.
    """

    number: int
    unit: str = "day"

    def bounds(self, calendar: Calendar) -> Moments:
        """From this moment on."""
        if self.unit == "month":
            return calendar.months_before(self.number), None
        return calendar.now - timedelta(days=self._days), None

    def days(self, calendar: Calendar) -> Days:
        """From so long ago to today."""
        if self.unit == "month":
            return calendar.months_before(self.number).astimezone(calendar.zone).date(), calendar.today
        return calendar.today - timedelta(days=self._days), calendar.today

    @property
    def _days(self) -> int:
        return self.number * (7 if self.unit == "week" else 1)

    def sentence(self) -> str:
        """ "in the last 365 days"."""
        number, told = self.number, {"n": whole(self.number)}
        match self.unit:
            case "week":
                return ngettext("in the last %(n)s week", "in the last %(n)s weeks", number, **told)
            case "month":
                return ngettext("in the last %(n)s month", "in the last %(n)s months", number, **told)
        return ngettext("in the last %(n)s day", "in the last %(n)s days", number, **told)


@dataclass(frozen=True)
class Dates:
    """From the start of one day to the end of another, on the organisation's calendar; one of the ends may be open."""

    first: date | None
    last: date | None

    def bounds(self, calendar: Calendar) -> Moments:
        """From the first moment on, and before the second."""
        return _moments(calendar, self.first, self.last)

    def days(self, calendar: Calendar) -> Days:
        """As they stand."""
        return self.first, self.last

    def sentence(self) -> str:
        """ "from 1 Jan 2026 to 31 Dec 2026"."""
        if self.last is None:
            return gettext("since %(first)s", first=written(self.first))
        if self.first is None:
            return gettext("until %(last)s", last=written(self.last))
        return gettext("from %(first)s to %(last)s", first=written(self.first), last=written(self.last))


@dataclass(frozen=True)
class Period:
    """The day, week (from Monday), month, quarter or year of the calendar that goes on, the one before or after it."""

    which: str
    unit: str

    def bounds(self, calendar: Calendar) -> Moments:
        """From the first moment on, and before the second."""
        return _moments(calendar, *self.days(calendar))

    def days(self, calendar: Calendar) -> Days:
        """Its first day and its last."""
        first = calendar.first_day(self.unit, calendar.today)
        following = self._following(calendar, first)
        if self.which == "previous":
            return calendar.first_day(self.unit, first - timedelta(days=1)), first - timedelta(days=1)
        if self.which == "next":
            return following, self._following(calendar, following) - timedelta(days=1)
        return first, following - timedelta(days=1)

    def _following(self, calendar: Calendar, first: date) -> date:
        return calendar.first_day(self.unit, first + timedelta(days=_LONGEST[self.unit]))

    def sentence(self) -> str:
        """ "in the previous month"."""
        return str(_PERIODS[self.which, self.unit])


@dataclass(frozen=True)
class Ahead:
    """From now to the end of the local day that comes so many days after today; without days, ever."""

    number: int | None

    def bounds(self, calendar: Calendar) -> Moments:
        """From the first moment on, and before the second."""
        last = self.days(calendar)[1]
        return calendar.now, None if last is None else calendar.start(last + timedelta(days=1))

    def days(self, calendar: Calendar) -> Days:
        """From today to the last of them."""
        return calendar.today, None if self.number is None else calendar.today + timedelta(days=self.number)

    def sentence(self) -> str:
        """ "within 7 days"."""
        number = self.number or 0
        return ngettext("within %(n)s day", "within %(n)s days", number, n=whole(number))


Window = Last | Dates | Period | Ahead

# So many days after the first day of a unit, the next one has begun and is not over.
_LONGEST = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}


def _moments(calendar: Calendar, first: date | None, last: date | None) -> Moments:
    start = None if first is None else calendar.start(first)
    return start, None if last is None else calendar.start(last + timedelta(days=1))


def written(day: date | None) -> str:
    """ "31 Dec 2026", on one line."""
    return format_date(day, "d MMM y", locale="en").replace(" ", NBSP)
