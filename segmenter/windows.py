"""The stretch of time that a condition on purchases looks at."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext, ngettext
from segmenter.calendar import Calendar
from segmenter.figures import NBSP, whole

LAST_DAYS_MAX = 36_500
FIRST_YEAR, LAST_YEAR = 1900, 2999


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


Window = LastDays | Dates


def read_window(raw: Any) -> Window:
    """`{"last_days": n}` or `{"from": date, "to": date}`; Refused with the path beneath the leaf."""
    if not isinstance(raw, dict) or set(raw) not in ({"last_days"}, {"from", "to"}):
        raise Refused("within", gettext("Write last_days, or from and to; leave it out for all time"))
    if "last_days" in raw:
        days = raw["last_days"]
        if type(days) is not int or not 1 <= days <= LAST_DAYS_MAX:
            raise Refused(
                "within.last_days",
                gettext("Write a whole number of days from 1 to %(most)s", most=whole(LAST_DAYS_MAX)),
            )
        return LastDays(days)
    first, last = _date(raw["from"], "within.from"), _date(raw["to"], "within.to")
    if last < first:
        raise Refused("within.to", gettext("Choose a last day that is not before the first"))
    return Dates(first, last)


def _date(raw: Any, where: str) -> date:
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
