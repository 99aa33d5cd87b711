"""How cards and panels of the canvas write amounts, days and moments (the table in the design's look)."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal, get_currency_symbol
from sqlalchemy.orm import Session

from loyalty_core.organisation import organisation

NO_BREAK_SPACE = "\u00a0"


def bonuses(minor: int) -> str:
    """Bonuses without a unit: `500` when whole, else `500.50`."""
    pattern = "#,##0" if minor % 100 == 0 else "#,##0.00"
    return _number(minor, pattern)


def amount_in(minor: int) -> str:
    """An amount without its currency: always with two decimals, `1 240.50`."""
    return _number(minor, "#,##0.00")


def money(session: Session, minor: int) -> str:
    """An amount in the organisation's currency, `£1 240.50`."""
    symbol = get_currency_symbol(organisation(session).currency, locale="en")
    return f"{symbol}{_number(minor, '#,##0.00')}"


def count(number: int) -> str:
    """A whole number with its thousands apart."""
    return format_decimal(number, "#,##0", locale="en").replace(",", NO_BREAK_SPACE)


def day(value: date) -> str:
    """`18 Nov 2026`."""
    return f"{value.day} {value:%b} {value.year}"


def moment(value: datetime, zone: ZoneInfo) -> str:
    """`18 Nov 2026, 10:00` on the zone's wall clock, with seconds where they are not zero."""
    local = value.astimezone(zone)
    return f"{day(local)}, {local:%H:%M:%S}" if local.second else f"{day(local)}, {local:%H:%M}"


def city(zone: str) -> str:
    """The zone as people say it: the city."""
    return zone.rpartition("/")[2].replace("_", " ")


def _number(minor: int, pattern: str) -> str:
    return format_decimal(Decimal(minor) / 100, pattern, locale="en").replace(",", NO_BREAK_SPACE)
