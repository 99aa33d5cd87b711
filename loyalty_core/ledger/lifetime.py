"""When an accrual becomes active and when it burns.

Rules: kilbil's page on burning bonuses (end of the local day), Loymax's on New-Year bonuses (a fixed day of the year).
"""

from calendar import monthrange
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext, lazy, ngettext
from loyalty_core.local_time import end_of_day, moment_at

if TYPE_CHECKING:
    from loyalty_core.ledger.bonus_types import BonusType

_ = lazy
MONTHS = (
    *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June")),
    *(_("July"), _("August"), _("September"), _("October"), _("November"), _("December")),
)
ACTIVATIONS = ("at_once", "after_hours", "after_days", "on_date")
BURNINGS = ("never", "after_days", "after_weeks", "after_months", "end_of_month", "day_of_year", "on_date")
SPANS = ("after_days", "after_weeks", "after_months")
LATER = ("activation_time", "activation_date", "burning_date")
AMOUNT_MAX = {
    "after_hours": 24 * 366,
    "after_days": 36_500,
    "after_weeks": 5_200,
    "after_months": 1_200,
    "end_of_month": 1_200,
}
UTC_ZONE = ZoneInfo("UTC")
LEAP_YEAR = 2024


@dataclass(frozen=True)
class Lifetime:
    """How long a bonus lives; the fields and their values are those of `BonusType`.

    Spans of activation are of one hour and of 24 hours. Days, weeks and months of burning are counted on the local
    calendar from activation, to 23:59:59 of that day, or, `to_the_second`, in spans of 24 hours and to the same local
    time of a later month.
    """

    activation: str = "at_once"
    activation_amount: int | None = None
    burning: str = "never"
    burning_amount: int | None = None
    burning_month: int | None = None
    burning_day: int | None = None
    to_the_second: bool = False
    activation_time: time | None = None
    activation_date: date | None = None
    burning_date: date | None = None

    @classmethod
    def days(cls, count: int) -> "Lifetime":
        """Active at once, burns at the end of the local day `count` days later."""
        return cls(burning="after_days", burning_amount=count)

    @classmethod
    def of(cls, bonus_type: "BonusType") -> "Lifetime":
        """The lifetime that a bonus type names."""
        return cls(**{field.name: getattr(bonus_type, field.name) for field in fields(cls)})

    def check(self) -> None:
        """Raise Refused, at the field that has to be mended, where this is no lifetime."""
        if self.activation not in ACTIVATIONS:
            raise Refused("activation", gettext("Choose when the bonuses become active"))
        if self.burning not in BURNINGS:
            raise Refused("burning", gettext("Choose when the bonuses burn"))
        _check_amount("activation_amount", self.activation, self.activation_amount)
        _check_amount("burning_amount", self.burning, self.burning_amount)
        _check_date("activation_date", self.activation, self.activation_date)
        _check_date("burning_date", self.burning, self.burning_date)
        if self.activation_date and self.burning_date and self.burning_date < self.activation_date:
            raise Refused("burning_date", gettext("Choose a day on which the bonuses are active"))
        if self.burning == "day_of_year":
            if self.burning_month is None or not 1 <= self.burning_month <= 12:
                raise Refused("burning_month", gettext("Choose a month"))
            if self.burning_day is None or not 0 <= self.burning_day <= _last_day(LEAP_YEAR, self.burning_month):
                raise Refused("burning_day", gettext("Choose a day that the month has"))
        elif self.burning_month is not None or self.burning_day is not None:
            raise Refused("burning_day", gettext("Leave the day empty: only a fixed day of the year has one"))
        if self.to_the_second and self.burning not in SPANS:
            raise Refused("to_the_second", gettext("Only days, weeks and months can be counted to the second"))

    @property
    def depends_on_zone(self) -> bool:
        """Whether customers of different zones get different moments."""
        if self.activation_time is not None or self.activation == "on_date":
            return True
        spans = self.to_the_second and self.burning in ("after_days", "after_weeks")
        return not (self.burning == "never" or spans)

    def as_input(self) -> dict[str, Any]:
        """The fields in JSON. One that came later is left out while it is empty: kept hashes know nothing of it."""
        values = {name: value for name, value in asdict(self).items() if value is not None or name not in LATER}
        return {name: value.isoformat() if isinstance(value, date | time) else value for name, value in values.items()}

    def active_at(self, accrued_at: datetime, zone: ZoneInfo = UTC_ZONE) -> datetime:
        """The UTC moment from which the bonuses can be spent, for a customer of this zone.

        Spans are as long in every zone; a time of day is the first such one at or after them. A date that has passed
        is at once.
        """
        # Added to a local time, a span would be one of the wall clock.
        moment = accrued_at.astimezone(UTC)
        match self.activation:
            case "after_hours":
                moment += timedelta(hours=self.activation_amount or 0)
            case "after_days":
                moment += timedelta(hours=24 * (self.activation_amount or 0))
            case "on_date" if self.activation_date:
                return max(moment, moment_at(self.activation_date, self.activation_time or time(), zone))
        return moment if self.activation_time is None else next_time(moment, self.activation_time, zone)

    def expires_at(self, active_at: datetime, zone: ZoneInfo) -> datetime | None:
        """The UTC moment at which what is left burns, for a customer of this zone; None where it never does.

        Refused where that is a date that has passed before the bonuses are active.
        """
        local = active_at.astimezone(zone)
        amount = self.burning_amount or 0
        days = timedelta(days=7 * amount if self.burning == "after_weeks" else amount)
        match self.burning:
            case "after_days" | "after_weeks" if self.to_the_second:
                return active_at.astimezone(UTC) + days
            case "after_days" | "after_weeks":
                return end_of_day(local.date() + days, zone)
            case "after_months" if self.to_the_second:
                return moment_at(_months_later(local.date(), amount), local.time(), zone)
            case "after_months":
                return end_of_day(_months_later(local.date(), amount), zone)
            case "end_of_month":
                month = _months_later(local.date().replace(day=1), amount)
                ends = (end_of_day(_month_end(month, more), zone) for more in (0, 1))
                # Of the month's very last second, something is left only in the next month.
                return next(end for end in ends if end > active_at)
            case "on_date" if self.burning_date:
                end = end_of_day(self.burning_date, zone)
                if end <= active_at:
                    raise Refused("burning_date", gettext("The day on which these bonuses burn has passed"))
                return end
            case "day_of_year":
                ends = (end_of_day(self._day_in(local.year + years), zone) for years in (0, 1, 2))
                return next(end for end in ends if end > active_at)
        return None

    def sentence(self) -> str:
        """Both moments in words: "active at once, burns 31 January"."""
        return gettext("%(active)s, %(burns)s", active=self._activation_words(), burns=self._burning_words())

    def short(self) -> str:
        """The sentence without what goes without saying, for a card: "burns 31 January"."""
        return self._burning_words() if self.activation == "at_once" else self.sentence()

    def _day_in(self, year: int) -> date:
        month = self.burning_month or 1
        last = _last_day(year, month)
        return date(year, month, min(self.burning_day or last, last))

    def _activation_words(self) -> str:
        words = self._span_words()
        if self.activation_time is None:
            return words
        clock = f"{self.activation_time:%H:%M}"
        if self.activation == "on_date":
            return gettext("%(active)s at %(time)s", active=words, time=clock)
        return gettext("%(active)s, at the next %(time)s", active=words, time=clock)

    def _span_words(self) -> str:
        amount = self.activation_amount or 0
        match self.activation:
            case "after_hours":
                return ngettext("active after %(num)s hour", "active after %(num)s hours", amount)
            case "after_days":
                return gettext("active after %(amount)s × 24 hours", amount=amount)
            case "on_date" if self.activation_date:
                return gettext("active on %(day)s", day=_day_words(self.activation_date))
        return gettext("active at once")

    def _burning_words(self) -> str:
        amount = self.burning_amount or 0
        match self.burning:
            case "after_days" if self.to_the_second:
                return gettext("burns after %(amount)s × 24 hours", amount=amount)
            case "after_weeks" if self.to_the_second:
                return gettext("burns after %(amount)s × 24 hours", amount=7 * amount)
            case "after_weeks":
                return ngettext("burns after %(num)s week", "burns after %(num)s weeks", amount)
            case "end_of_month" if not amount:
                return gettext("burns at the end of the month")
            case "end_of_month":
                return ngettext(
                    "burns at the end of the month, %(num)s month later",
                    "burns at the end of the month, %(num)s months later",
                    amount,
                )
            case "on_date" if self.burning_date:
                return gettext("burns on %(day)s", day=_day_words(self.burning_date))
            case "after_days":
                return ngettext("burns after %(num)s day", "burns after %(num)s days", amount)
            case "after_months" if self.to_the_second:
                return ngettext(
                    "burns after %(num)s month, to the second", "burns after %(num)s months, to the second", amount
                )
            case "after_months":
                return ngettext("burns after %(num)s month", "burns after %(num)s months", amount)
            case "day_of_year":
                month = self.burning_month or 1
                if month == 2 and not self.burning_day:
                    return gettext("burns on the last day of February")
                day = self.burning_day or _last_day(LEAP_YEAR, month)
                return gettext("burns %(day)s %(month)s", day=day, month=MONTHS[month - 1])
        return gettext("never burns")


def next_time(moment: datetime, clock: time, zone: ZoneInfo) -> datetime:
    """The first moment, this one or a later, when the clocks of a zone show this time."""
    day = moment.astimezone(zone).date()
    found = (moment_at(day + timedelta(days=days), clock, zone) for days in (0, 1, 2))
    return next(each for each in found if each >= moment).astimezone(UTC)


def _check_amount(where: str, unit: str, amount: int | None) -> None:
    most = AMOUNT_MAX.get(unit)
    if most is None and amount is not None:
        raise Refused(where, gettext("Leave this empty: only hours, days, weeks and months are counted"))
    least = 0 if unit == "end_of_month" else 1
    if most is not None and (amount is None or not least <= amount <= most):
        raise Refused(where, gettext("Write a whole number from %(least)s to %(most)s", least=least, most=most))


def _check_date(where: str, kind: str, day: date | None) -> None:
    if kind == "on_date" and (day is None or not 2000 <= day.year <= 2200):
        raise Refused(where, gettext("Choose a day"))
    if kind != "on_date" and day is not None:
        raise Refused(where, gettext("Leave the day empty: another way is chosen"))


def _day_words(day: date) -> str:
    return gettext("%(day)s %(month)s %(year)s", day=day.day, month=MONTHS[day.month - 1], year=day.year)


def _month_end(first: date, months: int) -> date:
    day = _months_later(first, months)
    return day.replace(day=_last_day(day.year, day.month))


def _last_day(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def _months_later(day: date, months: int) -> date:
    # Counted from the first day, so that a clamped month does not shorten the ones after it.
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, _last_day(year, month)))
