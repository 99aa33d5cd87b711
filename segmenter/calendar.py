"""Whole days and birthdays on the organisation's wall calendar, turned into bounds that SQL can compare with."""

import calendar
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
        """The first day of the day, week (a Monday), month or year that a day is in."""
        match unit:
            case "week":
                return day - timedelta(days=day.weekday())
            case "month":
                return day.replace(day=1)
            case "year":
                return day.replace(month=1, day=1)
        return day

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
            day = self.today + timedelta(days=ahead)
            stand_in = (2, 28) if self.leap_day == "feb28" else (3, 1)
            days.setdefault(day.month * 100 + day.day, ahead)
            if (day.month, day.day) == stand_in and not calendar.isleap(day.year):
                days.setdefault(229, ahead)
        return days

    def before_age(self, years: int) -> date:
        """Who was born before this date is at least so many years old today."""
        today, year = self.today, self.today.year - years
        birthday_passed_early = (
            self.leap_day == "feb28" and (today.month, today.day) == (2, 28) and not calendar.isleap(today.year)
        )
        if (today.month, today.day) == (2, 29) or birthday_passed_early:
            return date(year, 3, 1)
        return date(year, today.month, today.day) + timedelta(days=1)
