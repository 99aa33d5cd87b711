"""Whole days and birthdays on the organisation's wall calendar, turned into bounds that SQL can compare with."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from loyalty_core.organisation import organisation


@dataclass(frozen=True)
class Calendar:
    """A moment on the organisation's calendar; `leap_day` says when those born on 29 February have birthdays."""

    now: datetime
    zone: ZoneInfo
    leap_day: str

    @classmethod
    def of(cls, session: Session, now: datetime) -> "Calendar":
        """The organisation's calendar at `now` (aware)."""
        owner = organisation(session)
        return cls(now, ZoneInfo(owner.zone), owner.leap_day)

    @property
    def today(self) -> date:
        """The local date."""
        return self.now.astimezone(self.zone).date()

    def start(self, day: date) -> datetime:
        """The moment at which a local day begins; where a clock change skips midnight, the first moment after it."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def first_day(self, unit: str, day: date) -> date:
        """The first day of the day, week (a Monday), month, quarter or year that a day is in."""
        match unit:
            case "week":
                return day - timedelta(days=day.weekday())
            case "month":
                return day.replace(day=1)
            case "quarter":
                return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
            case "year":
                return day.replace(month=1, day=1)
        return day

    def months_before(self, months: int) -> datetime:
        """This hour so many months ago: on the same day of the month, or on its last where there is none."""
        local = self.now.astimezone(self.zone)
        year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
        day = min(local.day, calendar.monthrange(year, month + 1)[1])
        return local.replace(year=year, month=month + 1, day=day).astimezone(UTC)

    def days_since(self, moment: datetime) -> int:
        """Whole local calendar days from a moment to today: yesterday evening is 1."""
        return (self.today - moment.astimezone(self.zone).date()).days

    def before_days(self, days: int) -> datetime:
        """What lies before this moment lies at least so many days back."""
        return self.start(self.today - timedelta(days=days - 1))

    def age(self, born: date) -> int:
        """Completed years today."""
        years = self.today.year - born.year
        return years if born < self.before_age(years) else years - 1

    def days_to_birthday(self) -> dict[int, int]:
        """How many days it is until each birthday (month × 100 + day, as `Customer.birth_day`): 0 is today.

        Who was born on 29 February has it in other years when the organisation's rule says.
        """
        days: dict[int, int] = {}
        for ahead in range(366):
            for birth_day in self._celebrated(self.today + timedelta(days=ahead)):
                days.setdefault(birth_day, ahead)
        return days

    def anniversaries(self, first: date, last: date) -> dict[int, set[int]]:
        """What is celebrated from one day to another (month × 100 + day), by the year in which it is."""
        years: dict[int, set[int]] = {}
        for ahead in range((last - first).days + 1):
            day = first + timedelta(days=ahead)
            years.setdefault(day.year, set()).update(self._celebrated(day))
        return years

    def _celebrated(self, day: date) -> list[int]:
        stand_in = (2, 28) if self.leap_day == "feb28" else (3, 1)
        leap_day = [229] if (day.month, day.day) == stand_in and not calendar.isleap(day.year) else []
        return [day.month * 100 + day.day, *leap_day]

    def before_age(self, years: int) -> date:
        """Who was born before this date is at least so many years old today."""
        today, year = self.today, self.today.year - years
        birthday_passed_early = (
            self.leap_day == "feb28" and (today.month, today.day) == (2, 28) and not calendar.isleap(today.year)
        )
        if (today.month, today.day) == (2, 29) or birthday_passed_early:
            return date(year, 3, 1)
        return date(year, today.month, today.day) + timedelta(days=1)


_YEAR = [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]
_PLACES = {day.month * 100 + day.day: place for place, day in enumerate(_YEAR)}


def stretches(days: Iterable[int]) -> list[tuple[int, int]]:
    """Days of the year (month × 100 + day) as first and last days of stretches without a gap."""
    found: list[tuple[int, int]] = []
    for day in sorted(days):
        follows = found and _PLACES[found[-1][1]] + 1 == _PLACES[day]
        found[-1:] = [(found[-1][0], day)] if follows else [*found[-1:], (day, day)]
    return found
