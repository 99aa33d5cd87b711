"""The example of a promotion's form: a basket that has what it wants, priced by the code that the till asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from loyalty_core.i18n import gettext as _
from loyalty_core.promotions.acting import effect_of, own_lifetime, why_not
from loyalty_core.promotions.changes import PromotionData
from loyalty_core.promotions.rows import Promotion
from loyalty_core.till.pricing import Price, Rates, price
from loyalty_core.till.receipts import Line, line_amount
from web.pages.frame import zone

EXAMPLE = 100_000


@dataclass(frozen=True, slots=True)
class Example:
    """A basket and what a promotion makes of it; `why` says what it lacks, where even it lacks something.

    `active_at` and `expires_at` are those of the promotion's bonuses; both None where the programme decides.
    """

    lines: Sequence[Line]
    price: Price
    why: str | None
    own_life: bool
    active_at: datetime | None
    expires_at: datetime | None


def example(promotion: Promotion, data: PromotionData, now: datetime) -> Example:
    """What a purchase of 1 000.00, or of more where the promotion wants more, would get by it alone."""
    lines = _basket(data)
    places = [0] if data.skus or data.categories else None
    effect = effect_of(promotion, lines, places)
    lifetime = own_lifetime(promotion) if effect.bonus_rate or effect.bonus_amount else None
    active_at = lifetime.active_at(now, zone()) if lifetime else None
    return Example(
        lines=lines,
        price=price([line.amount for line in lines], Rates(), 0, [effect]),
        why=why_not(promotion, lines, places),
        own_life=lifetime is not None,
        active_at=active_at,
        expires_at=lifetime.expires_at(active_at, zone()) if lifetime and active_at else None,
    )


def _basket(data: PromotionData) -> list[Line]:
    """Its products, where it is about some, at the least quantity, and other goods that make up what is wanted."""
    left, quantity = max(EXAMPLE, data.least_sum), max(data.least_quantity, Decimal(1))
    if not (data.skus or data.categories):
        return [_line(_("Goods"), quantity, left)]
    own = max(data.products_least, Decimal(1))
    each = 10_000 if data.special_price is None else max(2 * data.special_price, 100)
    cost = line_amount(int(own * 1000), each)
    lines = [_line((*data.skus, *data.categories)[0], own, cost)]
    if left > cost or quantity > own:
        lines.append(_line(_("Other goods"), max(quantity - own, Decimal(1)), max(left - cost, 0)))
    return lines


def _line(name: str, quantity: Decimal, amount: int) -> Line:
    return Line(name, name, "", int(quantity * 1000), amount, amount)
