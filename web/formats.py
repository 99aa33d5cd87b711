"""Numbers, money and moments as readers see them (the table "Numbers, money, dates" of the look)."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import get_currency_symbol, get_decimal_symbol

from loyalty_core.i18n import gettext

SPACE = "\u00a0"
MINUS = "\u2212"
DASH = "–"

# Signs that stand before the amount; the others follow it.
BEFORE = ("£", "$", "€", "¥")


def number(value: int | None) -> str:
    """A whole number with no-break spaces between thousands; "–" where there is none."""
    if value is None:
        return DASH
    return f"{value:,}".replace(",", SPACE).replace("-", MINUS)


def amount(minor: int | None, locale: str = "en") -> str:
    """Minor units with two decimals, as ledgers show them: 1 740.00."""
    if minor is None:
        return DASH
    whole, part = divmod(abs(minor), 100)
    sign = MINUS if minor < 0 else ""
    return f"{sign}{number(whole)}{get_decimal_symbol(locale)}{part:02d}"


def short_amount(minor: int | None, locale: str = "en") -> str:
    """Minor units without decimals when whole, as lists and the canvas show bonuses: 500, 500.50."""
    return number(minor // 100) if minor is not None and minor % 100 == 0 else amount(minor, locale)


def movement(minor: int, locale: str = "en") -> str:
    """A signed amount: +500.00, −360.00."""
    return f"+{amount(minor, locale)}" if minor > 0 else amount(minor, locale)


def money(minor: int | None, currency: str, locale: str = "en") -> str:
    """Minor units with the currency's sign: £1 240.50, 6 240.50 ₽."""
    if minor is None:
        return DASH
    sign = currency_sign(currency, locale)
    text = amount(minor, locale)
    if sign in BEFORE:
        return f"{MINUS}{sign}{text[1:]}" if minor < 0 else f"{sign}{text}"
    return f"{text}{SPACE}{sign}"


def currency_sign(currency: str, locale: str = "en") -> str:
    """£ for GBP, ₽ for RUB, the code itself where there is no sign."""
    return "₽" if currency == "RUB" else get_currency_symbol(currency, locale)


def rate(hundredths: int, locale: str = "en") -> str:
    """Hundredths of a percent as they were set: 2 %, 2.5 %."""
    text = f"{(Decimal(hundredths) / 100).normalize():f}"
    return text.replace(".", get_decimal_symbol(locale)) + f"{SPACE}%"


def share(part: int, whole: int, locale: str = "en") -> str:
    """A percentage with one decimal and a no-break space: 12.4 %; "–" of nothing."""
    if whole == 0:
        return DASH
    percent = Decimal(part) * 100 / Decimal(whole)
    if 0 < percent < Decimal("0.05"):
        return f"< 0{get_decimal_symbol(locale)}1{SPACE}%"
    return f"{percent:.1f}".replace(".", get_decimal_symbol(locale)) + f"{SPACE}%"


def day(value: date | None, locale: str = "en") -> str:
    """18 Nov 2026."""
    return DASH if value is None else format_date(value, "d MMM y", locale=locale)


def local_day(at: datetime | None, zone: ZoneInfo, locale: str = "en") -> str:
    """The day of a moment on the wall calendar of a zone."""
    return DASH if at is None else day(at.astimezone(zone).date(), locale)


def moment(at: datetime | None, zone: ZoneInfo, locale: str = "en") -> str:
    """18 Nov 2026, 10:00."""
    return DASH if at is None else format_datetime(at, "d MMM y, HH:mm", tzinfo=zone, locale=locale)


def exact_moment(at: datetime | None, zone: ZoneInfo, locale: str = "en") -> str:
    """A ledger's moment, with seconds: 31 Jan 2027, 23:59:59."""
    return DASH if at is None else format_datetime(at, "d MMM y, HH:mm:ss", tzinfo=zone, locale=locale)


def list_moment(at: datetime | None, now: datetime, zone: ZoneInfo, locale: str = "en") -> str:
    """In lists the current year is left out: 18 Nov, 10:00."""
    if at is None:
        return DASH
    same_year = at.astimezone(zone).year == now.astimezone(zone).year
    return format_datetime(at, "d MMM, HH:mm" if same_year else "d MMM y, HH:mm", tzinfo=zone, locale=locale)


def list_day(at: datetime | None, now: datetime, zone: ZoneInfo, locale: str = "en") -> str:
    """In lists the current year is left out: 18 Nov."""
    if at is None:
        return DASH
    same_year = at.astimezone(zone).year == now.astimezone(zone).year
    return format_date(at.astimezone(zone).date(), "d MMM" if same_year else "d MMM y", locale=locale)


def occurrence(text: str, locale: str = "en") -> str:
    """What a run is of, from the key of its occurrence, a wall clock's: 21 November 2026, or with its time.

    A version that was published in the middle of the occurrence is told apart on the page by its own mark.
    """
    wall, _, _ = text.partition(" ")
    at = datetime.fromisoformat(wall)
    return format_datetime(at, "d MMMM y" if len(wall) == 10 else "d MMMM y, HH:mm", locale=locale)


def clock_time(at: datetime, zone: ZoneInfo, locale: str = "en") -> str:
    """18:30."""
    return format_datetime(at, "HH:mm", tzinfo=zone, locale=locale)


def clock_seconds(at: datetime, zone: ZoneInfo, locale: str = "en") -> str:
    """18:30:04."""
    return format_datetime(at, "HH:mm:ss", tzinfo=zone, locale=locale)


def named_day(at: datetime, now: datetime, zone: ZoneInfo, locale: str = "en") -> str:
    """A heading of a list by days: Today, Fri 20 November; the year where it is another."""
    that, today = at.astimezone(zone).date(), now.astimezone(zone).date()
    if that == today:
        return gettext("Today")
    return format_date(that, "EEE d MMMM" if that.year == today.year else "EEE d MMMM y", locale=locale)


def duration(seconds: float) -> str:
    """2 min 51 s; under ten seconds with one decimal: 0.4 s."""
    if seconds < 10:
        return gettext("%(n)s s", n=f"{seconds:.1f}")
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return gettext("%(h)s h %(m)s min", h=hours, m=minutes)
    return gettext("%(m)s min %(s)s s", m=minutes, s=rest) if minutes else gettext("%(n)s s", n=rest)


def zone_name(zone: ZoneInfo) -> str:
    """The zone's city: Europe/London → London."""
    return zone.key.rsplit("/", 1)[-1].replace("_", " ")


def initials(name: str) -> str:
    """EV for Elena Vorontsova; a question mark for somebody without a name."""
    words = name.split()
    return "".join(word[0].upper() for word in words[:1] + words[1:][-1:]) or "?"
