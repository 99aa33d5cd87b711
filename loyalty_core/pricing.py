"""What a basket costs and earns: discount, payment with bonuses and bonuses earned, line by line, to the minor unit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from loyalty_core.programmes import WHOLE


class Rates(NamedTuple):
    """Hundredths of a percent: earned of what money pays, taken off the price, and at most payable with bonuses."""

    bonus: int = 0
    discount: int = 0
    payable: int = WHOLE


class PricedLine(NamedTuple):
    """A line's parts in minor units: price = discounted + amount, and amount = redeemed + what money pays."""

    discounted: int
    amount: int
    redeemed: int
    accrued: int


@dataclass(frozen=True, slots=True)
class Price:
    """A priced basket. Each figure is the sum of its lines, so the parts always add up to the whole."""

    lines: Sequence[PricedLine]

    @property
    def subtotal(self) -> int:
        """What the goods cost before discounts."""
        return self.discounted + self.amount

    @property
    def discounted(self) -> int:
        """What is taken off."""
        return sum(line.discounted for line in self.lines)

    @property
    def amount(self) -> int:
        """What the purchase comes to after discounts."""
        return sum(line.amount for line in self.lines)

    @property
    def redeemed(self) -> int:
        """What bonuses pay."""
        return sum(line.redeemed for line in self.lines)

    @property
    def to_pay(self) -> int:
        """What money pays."""
        return self.amount - self.redeemed

    @property
    def accrued(self) -> int:
        """The bonuses that the purchase earns."""
        return sum(line.accrued for line in self.lines)


def price(prices: Sequence[int], rates: Rates, redeem: int = 0) -> Price:
    """Price lines that cost `prices` (minor units), of which `redeem` is paid with bonuses: at most `payable`.

    Percents are taken of each line and rounded half up ("процент за каждый товар в чеке", kilbil). What bonuses pay
    falls on the lines by their amounts, and earns nothing.
    """
    discounts = [percent_of(each, rates.discount) for each in prices]
    amounts = [each - discount for each, discount in zip(prices, discounts, strict=True)]
    lines = []
    for discount, amount, redeemed in zip(discounts, amounts, shared_out(redeem, amounts), strict=True):
        lines.append(PricedLine(discount, amount, redeemed, percent_of(amount - redeemed, rates.bonus)))
    return Price(lines)


def payable(amount: int, rates: Rates) -> int:
    """How much of an amount bonuses may pay; rounded down, so that it is never more than the share."""
    return amount * rates.payable // WHOLE


def percent_of(amount: int, rate: int) -> int:
    """So many hundredths of a percent of an amount, half up."""
    return (2 * amount * rate + WHOLE) // (2 * WHOLE)


def shared_out(total: int, weights: Sequence[int]) -> Iterator[int]:
    """A total by weights, none of them more than its weight where the total is not more than their sum.

    Rounded where the shares so far add up to, half up: so all of them add up to the total.
    """
    whole, reached, given = sum(weights), 0, 0
    for weight in weights:
        reached += weight
        until_here = (2 * total * reached + whole) // (2 * whole) if whole else 0
        yield until_here - given
        given = until_here
