"""Numbers as people read them: no-break spaces between thousands, two decimals, the currency's sign."""

from fractions import Fraction

from babel.numbers import get_currency_symbol

NBSP = "\u00a0"


def whole(number: int) -> str:
    """2846 → "2 846"."""
    return f"{number:,}".replace(",", NBSP)


def amount(minor: int) -> str:
    """Minor units with both decimals: 481250 → "4 812.50"."""
    sign = "\u2212" if minor < 0 else ""
    return f"{sign}{whole(abs(minor) // 100)}.{abs(minor) % 100:02d}"


def amount_if_not_whole(minor: int) -> str:
    """Minor units, decimals only where there are any: 500000 → "5 000", 50050 → "500.50"."""
    return amount(minor).removesuffix(".00")


def currency_sign(currency: str) -> str:
    """The sign of a currency by its ISO code: "£", "₽"; the code itself where it has none."""
    signs = (get_currency_symbol(currency, locale) for locale in ("en", "ru"))
    return next((sign for sign in signs if not sign.isalpha()), currency)


def with_currency(text: str, currency: str) -> str:
    """ "1 240.50" → "£1 240.50" where English writes a sign, "1 240.50 ₽" for other currencies."""
    sign = currency_sign(currency)
    return f"{sign}{text}" if get_currency_symbol(currency, "en") == sign != currency else f"{text}{NBSP}{sign}"


def exact(minor: Fraction, decimals: int = 2) -> str:
    """A fraction of minor units with that many decimals, rounded half up: an average of receipts."""
    scale = 10 ** (decimals - 2)
    units = (2 * minor * scale + 1) // 2
    major, rest = divmod(int(units), 100 * scale)
    return f"{whole(major)}.{rest:0{decimals}d}"
