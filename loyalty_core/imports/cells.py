"""Reads the cells of a file: numbers, moments, dates, yes and no. ValueError says what cannot be read."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from loyalty_core.i18n import gettext as _
from loyalty_core.local_time import moment_at

_DOTTED = re.compile(r"(\d{1,2})(\.)(\d{1,2})\.(\d{4})(?:[ T](.*))?")
_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:[ T](.*))?")
_YES = {"yes", "y", "true", "1"}
_NO = {"no", "n", "false", "0"}
_SEXES = {"female": "female", "f": "female", "male": "male", "m": "male"}


def identifier(text: str) -> str:
    """A number that stands for a thing; spreadsheets turn 17850 into 17850.0."""
    return text[:-2] if text.endswith(".0") and text[:-2].isdecimal() else text


def number(text: str) -> Decimal:
    """A finite decimal number, with a point."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(_("Not a number: %(text)s", text=text)) from None
    # Beyond this nothing here is that large, and arithmetic would fail.
    if not value.is_finite() or value.adjusted() > 20:
        raise ValueError(_("Not a number: %(text)s", text=text))
    return value


def minor_units(amount: Decimal) -> int:
    """An amount of money in minor units, half up."""
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))


def moment(text: str, zone: ZoneInfo, *, day_first: bool = False) -> datetime:
    """`2026-11-21 09:30`, any ISO 8601, or `21.11.2026 09:30`; without an offset, on the clocks of the zone.

    With `day_first` also `9/2/2026` and `20-02-2026`: which of the two is the day cannot be seen from the first.
    """
    wall = _wall_clock(text, day_first)
    return wall if wall.tzinfo else moment_at(wall.date(), wall.time(), zone)


def day(text: str, *, day_first: bool = False) -> date:
    """`1988-02-29` or `29.02.1988`; with `day_first` also `29/2/1988`."""
    return _wall_clock(text, day_first).date()


def yes_or_no(text: str) -> bool:
    """Yes, y, true, 1; no, n, false, 0."""
    word = text.lower()
    if word not in _YES | _NO:
        raise ValueError(_("Neither yes nor no: %(text)s", text=text))
    return word in _YES


def sex(text: str) -> str:
    """Female, f, male, m."""
    if text.lower() not in _SEXES:
        raise ValueError(_("Neither female nor male: %(text)s", text=text))
    return _SEXES[text.lower()]


def _wall_clock(text: str, day_first: bool) -> datetime:
    found = (_DAY_FIRST if day_first else _DOTTED).fullmatch(text)
    iso = f"{found[4]}-{found[3]:0>2}-{found[1]:0>2}T{found[5] or '00:00'}" if found else text
    try:
        return datetime.fromisoformat(iso)
    except ValueError:
        raise ValueError(_("Not a date: %(text)s", text=text)) from None
