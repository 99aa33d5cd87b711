"""What a basket costs and earns: discounts, payment with bonuses, bonuses earned; line by line, to the minor unit."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from loyalty_core.programmes.rows import WHOLE


class Rates(NamedTuple):
    """Hundredths of a percent: earned of what money pays, taken off the price, and at most payable with bonuses."""

    bonus: int = 0
    discount: int = 0
    payable: int = WHOLE


class Effect(NamedTuple):
    """What a promotion does to the lines at these places of a basket.

    `special` are the amounts of lines at a special price, by place: a line that costs less already keeps its price. The
    rates are in hundredths of a percent, the amounts in minor units, for all the lines together.
    """

    lines: Sequence[int]
    special: Mapping[int, int] = {}
    discount_rate: int = 0
    discount_amount: int = 0
    bonus_rate: int = 0
    bonus_amount: int = 0
    forbids_redemption: bool = False


class Gain(NamedTuple):
    """What an effect takes off a line, and the bonuses that it adds to it; in minor units."""

    discounted: int
    accrued: int


class PricedLine(NamedTuple):
    """A line's parts in minor units: price = discounted + amount, and amount = redeemed + what money pays."""

    discounted: int
    amount: int
    redeemed: int
    accrued: int


@dataclass(frozen=True, slots=True)
class Price:
    """A priced basket. Each figure is the sum of its lines, so the parts always add up to the whole.

    `gains` say for each effect what is its own of the lines' `discounted` and `accrued`, by place; the rest is the
    programme's. `closed` are the places of lines that bonuses may not pay.
    """

    lines: Sequence[PricedLine]
    gains: Sequence[Mapping[int, Gain]] = ()
    closed: Collection[int] = ()

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
    def open_amount(self) -> int:
        """The part of the amount of which bonuses may pay a share."""
        return sum(line.amount for place, line in enumerate(self.lines) if place not in self.closed)

    @property
    def accrued(self) -> int:
        """The bonuses that the purchase earns."""
        return sum(line.accrued for line in self.lines)

    @property
    def promoted(self) -> int:
        """The bonuses of these that effects add."""
        return sum(gain.accrued for gains in self.gains for gain in gains.values())


def price(prices: Sequence[int], rates: Rates, redeem: int = 0, effects: Sequence[Effect] = ()) -> Price:
    """Price lines that cost `prices` (minor units), of which `redeem` is paid with bonuses: at most `payable`.

    What is taken off is taken in this order, each of what the one before left, never below 0: special prices, then the
    effects' discounts in their order, then the programme's percent. Percents are taken of each line and rounded half up
    ("процент за каждый товар в чеке", kilbil); a fixed amount falls on its lines by what they come to.

    What bonuses pay falls on the lines that are open to them by their amounts, and earns no percents; an effect's fixed
    bonuses do not depend on it.
    """
    left, taken = list(prices), [dict.fromkeys((*effect.lines, *effect.special), 0) for effect in effects]
    for effect, off in zip(effects, taken, strict=True):
        for place, special in effect.special.items():
            _take_off(left, off, place, left[place] - special)
    for effect, off in zip(effects, taken, strict=True):
        for place in effect.lines:
            _take_off(left, off, place, percent_of(left[place], effect.discount_rate))
        open_to_it = [left[place] for place in effect.lines]
        amount = min(effect.discount_amount, sum(open_to_it))
        for place, share in zip(effect.lines, shared_out(amount, open_to_it), strict=True):
            _take_off(left, off, place, share)
    amounts = [each - percent_of(each, rates.discount) for each in left]
    closed = {place for effect in effects if effect.forbids_redemption for place in effect.lines}
    payables = [0 if place in closed else amount for place, amount in enumerate(amounts)]
    redeemed = list(shared_out(redeem, payables))
    paid = [amount - share for amount, share in zip(amounts, redeemed, strict=True)]
    gains = [_gains(effect, off, amounts, paid) for effect, off in zip(effects, taken, strict=True)]
    accrued = [percent_of(each, rates.bonus) for each in paid]
    for gained in gains:
        for place, gain in gained.items():
            accrued[place] += gain.accrued
    discounted = [each - amount for each, amount in zip(prices, amounts, strict=True)]
    return Price(
        [PricedLine(*parts) for parts in zip(discounted, amounts, redeemed, accrued, strict=True)], gains, closed
    )


def _take_off(left: list[int], off: dict[int, int], place: int, amount: int) -> None:
    if amount > 0:
        left[place] -= amount
        off[place] += amount


def _gains(effect: Effect, off: Mapping[int, int], amounts: Sequence[int], paid: Sequence[int]) -> dict[int, Gain]:
    """What an effect did: the bonuses of its fixed amount fall on its lines by what these cost, or evenly on gifts."""
    weights = [amounts[place] for place in effect.lines]
    shares = shared_out(effect.bonus_amount, weights if any(weights) else [1] * len(weights))
    accrued = dict(zip(effect.lines, shares, strict=True))
    for place in effect.lines:
        accrued[place] += percent_of(paid[place], effect.bonus_rate)
    return {place: Gain(discounted, accrued.get(place, 0)) for place, discounted in off.items()}


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
