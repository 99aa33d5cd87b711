"""What pricing promises: percents by line, half up, and parts that always add up to the whole."""

from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from loyalty_core.pricing import Price, PricedLine, Rates, payable, percent_of, price, shared_out
from loyalty_core.programmes import WHOLE

BASKETS = 20_000
RATE = st.integers(0, WHOLE)
PRICES = st.lists(st.integers(0, 10**13), min_size=1, max_size=30)


def half_up(exact: Fraction) -> int:
    """The nearest whole number, as it is taught at school."""
    return int(exact) + (exact - int(exact) >= Fraction(1, 2))


def check(prices: list[int], rates: Rates, redeem: int, found: Price) -> None:
    """Every part adds up to its whole, line by line and in all, and each percent is what an exact fraction says."""
    assert (found.subtotal, found.redeemed) == (sum(prices), redeem)
    assert found.subtotal == found.discounted + found.redeemed + found.to_pay
    for line_price, line in zip(prices, found.lines, strict=True):
        assert line.discounted + line.amount == line_price
        assert 0 <= line.redeemed <= line.amount
        assert line.discounted == half_up(Fraction(line_price * rates.discount, WHOLE))
        assert line.accrued == half_up(Fraction((line.amount - line.redeemed) * rates.bonus, WHOLE))


@given(PRICES, RATE, RATE, RATE, st.floats(0, 1))
def test_parts_add_up_to_the_whole(prices: list[int], bonus: int, discount: int, share: int, part: float) -> None:
    rates = Rates(bonus, discount, share)
    redeem = min(int(part * 10**15), payable(price(prices, rates).amount, rates))
    check(prices, rates, redeem, price(prices, rates, redeem))


def test_many_baskets_at_random_add_up() -> None:
    chance = Random(2026)
    for _basket in range(BASKETS):
        prices = [chance.randrange(10 ** chance.randint(1, 9)) for _line in range(chance.randint(1, 6))]
        rates = Rates(*(chance.randint(0, WHOLE) for _rate in range(3)))
        redeem = chance.randint(0, payable(price(prices, rates).amount, rates))
        check(prices, rates, redeem, price(prices, rates, redeem))


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
