"""What a receipt may say, and its amounts: the checks that every purchase passes before it is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _

QUANTITY_MAX = 10_000_000
PRICE_MAX = 10_000_000_000
AMOUNT_MAX = 1_000_000_000_000_000
LINES_MAX = 10_000


@dataclass(frozen=True, slots=True)
class LineData:
    """One line of a receipt: `quantity` in pieces, with at most three decimals; `price` of one in minor units."""

    sku: str
    name: str
    category: str
    quantity: Decimal
    price: int


@dataclass(frozen=True, slots=True)
class PurchaseData:
    """A receipt as the till tells it; `external_id` is its number, by which a repeated one is known."""

    external_id: str
    customer_id: int
    outlet_id: int | None
    at: datetime
    lines: Sequence[LineData]


class Line(NamedTuple):
    """A line, checked: `quantity` in thousandths, `amount` in minor units, after what was `discounted`.

    `redeemed` of the amount is paid with bonuses; `accrued` is earned.
    """

    sku: str
    name: str
    category: str
    quantity: int
    price: int
    amount: int
    discounted: int = 0
    redeemed: int = 0
    accrued: int = 0


def line_amount(quantity: int, price: int) -> int:
    """The amount of a line in minor units, half up: `quantity` in thousandths, `price` of one in minor units."""
    return (quantity * price + 500) // 1000


def checked_lines(data: PurchaseData) -> list[Line]:
    """The lines of a receipt with their amounts. Refused, with the place, where a value cannot be taken."""
    if not data.external_id or len(data.external_id) > 100:
        raise Refused("external_id", _("A receipt needs its number, of at most %(number)s letters", number=100))
    if data.at.tzinfo is None:
        raise Refused("at", _("A moment needs a time zone"))
    return checked_basket(data.lines)


def checked_basket(told: Sequence[LineData]) -> list[Line]:
    """The lines of a basket, bought or not yet, with their amounts. Refused as above."""
    if not told:
        raise Refused("lines", _("A purchase has at least one line"))
    if len(told) > LINES_MAX:
        raise Refused("lines", _("A purchase has at most %(number)s lines", number=LINES_MAX))
    lines = [checked_line(f"lines.{place}", line) for place, line in enumerate(told)]
    if sum(line.amount for line in lines) > AMOUNT_MAX:
        raise Refused("lines", _("The amount of this purchase is too large"))
    return lines


def checked_line(where: str, line: LineData) -> Line:
    """One line with its amount; `where` is its place, for the refusal."""
    if not line.sku or len(line.sku) > 100:
        raise Refused(f"{where}.sku", _("A line needs its product's code, of at most %(number)s letters", number=100))
    if len(line.name) > 300:
        raise Refused(f"{where}.name", _("At most %(number)s letters, please", number=300))
    if len(line.category) > 100:
        raise Refused(f"{where}.category", _("At most %(number)s letters, please", number=100))
    quantity = thousandths(f"{where}.quantity", line.quantity)
    if not 0 <= line.price <= PRICE_MAX:
        raise Refused(f"{where}.price", _("A price is at least 0, and not that large"))
    return Line(line.sku, line.name, line.category, quantity, line.price, line_amount(quantity, line.price))


def thousandths(where: str, quantity: Decimal) -> int:
    """A quantity of pieces as the whole number of thousandths that the database keeps."""
    if not quantity.is_finite() or not 0 < quantity <= QUANTITY_MAX:
        raise Refused(where, _("A quantity is above 0, and not that large"))
    scaled = quantity * 1000
    if scaled != int(scaled):
        raise Refused(where, _("A quantity has at most three decimals"))
    return int(scaled)
