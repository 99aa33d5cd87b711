"""What pricing promises: percents by line, half up, an order of discounts, and parts that add up to the whole."""

import os
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from loyalty_core.programmes.rows import WHOLE
from loyalty_core.till.pricing import Effect, Gain, Price, PricedLine, Rates, payable, percent_of, price, shared_out

BASKETS = int(os.environ.get("CATENA_TEST_BASKETS", "20000"))
RATE = st.integers(0, WHOLE)
PRICES = st.lists(st.integers(0, 10**13), min_size=1, max_size=30)


def half_up(exact: Fraction) -> int:
    """The nearest whole number, as it is taught at school."""
    return int(exact) + (exact - int(exact) >= Fraction(1, 2))


def part_of(amount: int, rate: int) -> int:
    """So many hundredths of a percent of an amount, by an exact fraction."""
    return half_up(Fraction(amount * rate, WHOLE))


def check(prices: list[int], rates: Rates, redeem: int, found: Price, effects: Sequence[Effect] = ()) -> None:
    """Every part adds up to its whole, line by line and in all, and each percent is what an exact fraction says."""
    assert (found.subtotal, found.redeemed) == (sum(prices), redeem)
    assert found.subtotal == found.discounted + found.redeemed + found.to_pay
    gains = [Counter[int](), Counter[int]()]
    for gained in found.gains:
        for place, gain in gained.items():
            assert min(gain) >= 0
            gains[0][place] += gain.discounted
            gains[1][place] += gain.accrued
    for place, (line_price, line) in enumerate(zip(prices, found.lines, strict=True)):
        assert line.discounted + line.amount == line_price
        assert 0 <= line.redeemed <= line.amount
        left = line_price - gains[0][place]
        assert left >= 0
        assert line.discounted - gains[0][place] == part_of(left, rates.discount)
        assert line.accrued - gains[1][place] == part_of(line.amount - line.redeemed, rates.bonus)
        assert not line.redeemed or place not in found.closed
    check_effects(prices, found, effects)


def check_effects(prices: list[int], found: Price, effects: Sequence[Effect]) -> None:
    """Each effect gave what it says: special prices, then discounts in their order, and bonuses to the minor unit."""
    left = list(prices)
    special = []
    for effect in effects:
        special.append({place: max(0, left[place] - price) for place, price in effect.special.items()})
        left = [each - special[-1].get(place, 0) for place, each in enumerate(left)]
    for effect, by_price, gained in zip(effects, special, found.gains, strict=True):
        off = {place: gain.discounted - by_price.get(place, 0) for place, gain in gained.items()}
        percents = {place: part_of(left[place], effect.discount_rate) for place in effect.lines}
        rest = {place: left[place] - percents[place] for place in effect.lines}
        amounts = {place: off[place] - percents[place] for place in effect.lines}
        assert sum(amounts.values()) == min(effect.discount_amount, sum(rest.values()))
        assert all(0 <= amounts[place] <= rest[place] for place in effect.lines)
        assert sum(off.values()) == sum(percents.values()) + sum(amounts.values())
        left = [each - off.get(place, 0) for place, each in enumerate(left)]
        paid = [line.amount - line.redeemed for line in found.lines]
        by_percent = sum(part_of(paid[place], effect.bonus_rate) for place in effect.lines)
        assert sum(gain.accrued for gain in gained.values()) == by_percent + effect.bonus_amount


def promotions(chance: Random, prices: list[int]) -> list[Effect]:
    """Some effects on some of these lines."""
    effects = []
    for _effect in range(chance.choice((0, 1, 1, 2, 3))):
        lines = sorted(chance.sample(range(len(prices)), chance.randint(1, len(prices))))
        special = {place: chance.randrange(2 * prices[place] + 1) for place in lines if chance.random() < 0.3}
        percent = chance.random() < 0.5
        effects.append(
            Effect(
                lines=lines if chance.random() < 0.7 else range(len(prices)),
                special=special,
                discount_rate=chance.choice((0, 333, WHOLE, chance.randint(0, WHOLE))) if percent else 0,
                discount_amount=0 if percent else chance.choice((0, 1, chance.randrange(sum(prices) + 2))),
                bonus_rate=chance.choice((0, chance.randint(0, WHOLE))),
                bonus_amount=chance.choice((0, 1, chance.randrange(10**6))),
                forbids_redemption=chance.random() < 0.2,
            )
        )
    return effects


@given(PRICES, RATE, RATE, RATE, st.floats(0, 1))
def test_parts_add_up_to_the_whole(prices: list[int], bonus: int, discount: int, share: int, part: float) -> None:
    rates = Rates(bonus, discount, share)
    redeem = min(int(part * 10**15), payable(price(prices, rates).amount, rates))
    check(prices, rates, redeem, price(prices, rates, redeem))


@given(PRICES, RATE, RATE, RATE, st.randoms(use_true_random=False))
def test_parts_add_up_with_promotions_too(
    prices: list[int], bonus: int, discount: int, share: int, chance: Random
) -> None:
    rates, effects = Rates(bonus, discount, share), promotions(chance, prices)
    redeem = chance.randint(0, payable(price(prices, rates, effects=effects).open_amount, rates))
    check(prices, rates, redeem, price(prices, rates, redeem, effects), effects)


def test_many_baskets_at_random_add_up() -> None:
    """Of a million, run by hand with `CATENA_TEST_BASKETS=1000000`, as many as a suite has time for."""
    chance = Random(2026)
    for _basket in range(BASKETS):
        prices = [chance.randrange(10 ** chance.randint(1, 9)) for _line in range(chance.randint(1, 6))]
        rates, effects = Rates(*(chance.randint(0, WHOLE) for _rate in range(3))), promotions(chance, prices)
        redeem = chance.randint(0, payable(price(prices, rates, effects=effects).open_amount, rates))
        check(prices, rates, redeem, price(prices, rates, redeem, effects), effects)


def test_special_prices_go_before_discounts_and_these_before_the_programme() -> None:
    effects = [Effect([0, 1], discount_rate=1000), Effect([1], {1: 50_00}, discount_amount=5_00)]
    found = price([100_00, 80_00], Rates(discount=1000), 0, effects)
    # 100 → 90 → 81; 80 → 50 at its special price → 45 → 40 → 36.
    assert [line.amount for line in found.lines] == [81_00, 36_00]
    assert found.gains == [{0: Gain(10_00, 0), 1: Gain(5_00, 0)}, {1: Gain(35_00, 0)}]


def test_fixed_amounts_fall_on_the_lines_by_what_they_cost_and_on_gifts_evenly() -> None:
    effects = [Effect([0, 1, 2], discount_amount=1_00, bonus_amount=1_00)]
    found = price([10_00, 10_00, 10_00], Rates(), 0, effects)
    assert [line.discounted for line in found.lines] == [33, 34, 33]
    assert [line.accrued for line in found.lines] == [33, 34, 33]
    gifts = price([0, 0], Rates(), 0, [Effect([0, 1], discount_amount=5, bonus_amount=5)])
    assert gifts.lines == [PricedLine(0, 0, 0, 3), PricedLine(0, 0, 0, 2)]


def test_where_bonuses_may_not_pay_they_pay_the_other_lines_alone() -> None:
    effects = [Effect([1], forbids_redemption=True)]
    rates = Rates(payable=5000)
    assert payable(price([10_00, 90_00], rates, 0, effects).open_amount, rates) == 5_00
    assert [line.redeemed for line in price([10_00, 90_00], rates, 5_00, effects).lines] == [5_00, 0]


def test_percents_are_of_each_line_half_up() -> None:
    assert [percent_of(each, 500) for each in (9, 10, 11, 30, 50)] == [0, 1, 1, 2, 3]
    assert price([10, 10], Rates(bonus=500)).accrued == 2
    assert price([20], Rates(bonus=500)).accrued == 1


def test_what_bonuses_pay_falls_on_the_lines_by_their_amounts_and_earns_nothing() -> None:
    found = price([30_000, 10_000], Rates(bonus=1000, discount=1000), redeem=18_000)
    assert found.lines == [PricedLine(3_000, 27_000, 13_500, 1_350), PricedLine(1_000, 9_000, 4_500, 450)]
    assert (found.amount, found.to_pay, found.accrued) == (36_000, 18_000, 1_800)


def test_a_basket_that_costs_nothing_has_nothing_to_share() -> None:
    assert price([0, 0], Rates(500, 500)).lines == [PricedLine(0, 0, 0, 0)] * 2


def test_bonuses_never_pay_more_than_their_share() -> None:
    assert payable(100_000, Rates(payable=5000)) == 50_000
    assert [payable(each, Rates(payable=5000)) for each in (0, 1, 2, 3)] == [0, 0, 1, 1]


@given(st.lists(st.integers(0, 1000), min_size=1), st.data())
def test_a_share_is_never_more_than_its_weight(weights: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    shares = list(shared_out(total, weights))
    assert sum(shares) == total
    assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))
