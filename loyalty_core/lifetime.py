"""When an accrual becomes active and when it burns.

Rules: kilbil's page on burning bonuses (end of the local day), Loymax's on New-Year bonuses (a fixed day of the year).
"""

from calendar import monthrange
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext, lazy, ngettext
from loyalty_core.local_time import end_of_day, moment_at

if TYPE_CHECKING:
    from loyalty_core.bonus_types import BonusType

_ = lazy
MONTHS = (
    *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June")),
    *(_("July"), _("August"), _("September"), _("October"), _("November"), _("December")),
)
AMOUNT_MAX = {"after_hours": 24 * 366, "after_days": 36_500, "after_months": 1_200}
LEAP_YEAR = 2024


@dataclass(frozen=True)
class Lifetime:
    """How long a bonus lives; the fields and their values are those of `BonusType`.

    Spans of activation are of one hour and of 24 hours. Days and months of burning are counted on the local calendar
    from activation, to 23:59:59 of that day, or, `to_the_second`, in spans of 24 hours and to the same local time of a
    later month.
    """

    activation: str = "at_once"
    activation_amount: int | None = None
    burning: str = "never"
    burning_amount: int | None = None
    burning_month: int | None = None
    burning_day: int | None = None
    to_the_second: bool = False

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
        if self.activation not in ("at_once", "after_hours", "after_days"):
            raise Refused("activation", gettext("Choose when the bonuses become active"))
        if self.burning not in ("never", "after_days", "after_months", "day_of_year"):
            raise Refused("burning", gettext("Choose when the bonuses burn"))
        _check_amount("activation_amount", self.activation, self.activation_amount)
        _check_amount("burning_amount", self.burning, self.burning_amount)
        if self.burning == "day_of_year":
            if self.burning_month is None or not 1 <= self.burning_month <= 12:
                raise Refused("burning_month", gettext("Choose a month"))
            if self.burning_day is None or not 0 <= self.burning_day <= _last_day(LEAP_YEAR, self.burning_month):
                raise Refused("burning_day", gettext("Choose a day that the month has"))
        elif self.burning_month is not None or self.burning_day is not None:
            raise Refused("burning_day", gettext("Leave the day empty: only a fixed day of the year has one"))
        if self.to_the_second and self.burning not in ("after_days", "after_months"):
            raise Refused("to_the_second", gettext("Only days and months can be counted to the second"))

    @property
    def depends_on_zone(self) -> bool:
        """Whether customers of different zones get different moments."""
        return not (self.burning == "never" or (self.burning == "after_days" and self.to_the_second))

    def active_at(self, accrued_at: datetime) -> datetime:
        """The UTC moment from which the bonuses can be spent; spans are as long in every zone."""
        # Added to a local time, a span would be one of the wall clock.
        moment = accrued_at.astimezone(UTC)
        match self.activation:
            case "after_hours":
                return moment + timedelta(hours=self.activation_amount or 0)
            case "after_days":
                return moment + timedelta(hours=24 * (self.activation_amount or 0))
        return moment

    def expires_at(self, active_at: datetime, zone: ZoneInfo) -> datetime | None:
        """The UTC moment at which what is left burns, for a customer of this zone; None where it never does."""
        local = active_at.astimezone(zone)
        amount = self.burning_amount or 0
        match self.burning:
            case "after_days" if self.to_the_second:
                return active_at.astimezone(UTC) + timedelta(hours=24 * amount)
            case "after_days":
                return end_of_day(local.date() + timedelta(days=amount), zone)
            case "after_months" if self.to_the_second:
                return moment_at(_months_later(local.date(), amount), local.time(), zone)
            case "after_months":
                return end_of_day(_months_later(local.date(), amount), zone)
            case "day_of_year":
                ends = (end_of_day(self._day_in(local.year + years), zone) for years in (0, 1, 2))
                return next(end for end in ends if end > active_at)
        return None

    def sentence(self) -> str:
        """Both moments in words: "active at once, burns 31 January"."""
        return gettext("%(active)s, %(burns)s", active=self._activation_words(), burns=self._burning_words())

    def _day_in(self, year: int) -> date:
        month = self.burning_month or 1
        last = _last_day(year, month)
        return date(year, month, min(self.burning_day or last, last))

    def _activation_words(self) -> str:
        amount = self.activation_amount or 0
        match self.activation:
            case "after_hours":
                return ngettext("active after %(num)s hour", "active after %(num)s hours", amount)
            case "after_days":
                return gettext("active after %(amount)s × 24 hours", amount=amount)
        return gettext("active at once")

    def _burning_words(self) -> str:
        amount = self.burning_amount or 0
        match self.burning:
            case "after_days" if self.to_the_second:
                return gettext("burns after %(amount)s × 24 hours", amount=amount)
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


def _check_amount(where: str, unit: str, amount: int | None) -> None:
    most = AMOUNT_MAX.get(unit)
    if most is None and amount is not None:
        raise Refused(where, gettext("Leave this empty: only hours, days and months are counted"))
    if most is not None and (amount is None or not 1 <= amount <= most):
        raise Refused(where, gettext("Write a whole number from 1 to %(most)s", most=most))


def _last_day(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def _months_later(day: date, months: int) -> date:
    # Counted from the first day, so that a clamped month does not shorten the ones after it.
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, _last_day(year, month)))
