"""Reads what people type into forms: names, amounts, percents, whole numbers, times. Refused at the field otherwise."""

import re
from datetime import date, time
from decimal import Decimal, InvalidOperation

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _

NAME_MAX = 200
_DECIMAL = re.compile(r"(\d{1,10})(?:[.,](\d{1,2}))?", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0\u202f]")


def name(where: str, text: str) -> str:
    """A name, with single spaces."""
    found = " ".join(text.split())
    if not 1 <= len(found) <= NAME_MAX or "\0" in found:
        raise Refused(where, _("Write a name"))
    return found


def amount(where: str, text: str) -> int:
    """An amount in minor units: 1000, 1 000.5, 12,30."""
    return _hundredths(where, text, _("Write an amount such as 1 000.00"))


def decimal(hundredths: int) -> str:
    """Hundredths as somebody would type them: 2, 33.33."""
    whole, part = divmod(hundredths, 100)
    return f"{whole}.{part:02}" if part else str(whole)


def percent(where: str, text: str) -> int:
    """A percent in hundredths of one: 2, 2.5, 33,33; nothing is 0."""
    refusal = _("Write a percent from 0 to 100, with at most two decimals")
    found = _hundredths(where, text, refusal) if text.strip() else 0
    if found > 10_000:
        raise Refused(where, refusal)
    return found


def whole(where: str, text: str) -> int | None:
    """A whole number; None where nothing is typed."""
    digits = _SPACES.sub("", text)
    if not digits:
        return None
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise Refused(where, _("Write a whole number"))
    return int(digits)


def quantity(where: str, text: str) -> Decimal:
    """How many pieces: 2, 0.25, 0,25."""
    try:
        return Decimal(_SPACES.sub("", text).replace(",", "."))
    except InvalidOperation:
        raise Refused(where, _("Write a quantity such as 2 or 0.25")) from None


def clock(where: str, text: str) -> time | None:
    """A time of day; None where nothing is typed."""
    try:
        return time.fromisoformat(text.strip()).replace(tzinfo=None) if text.strip() else None
    except ValueError:
        raise Refused(where, _("Write a time such as 09:00")) from None


def day(where: str, text: str) -> date:
    """A day as a date field sends it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(where, _("Choose a day")) from None


def _hundredths(where: str, text: str, refusal: str) -> int:
    match = _DECIMAL.fullmatch(_SPACES.sub("", text))
    if match is None:
        raise Refused(where, refusal)
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
