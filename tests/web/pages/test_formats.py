"""The table "Numbers, money, dates" of the look."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from web import formats

MOSCOW = ZoneInfo("Europe/Moscow")
MORNING = datetime(2026, 11, 18, 7, 0, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "written"), [(0, "0"), (999, "999"), (1000, "1\u00a0000"), (1234567, "1\u00a0234\u00a0567"), (None, "–")]
)
def test_thousands_stand_apart_by_a_no_break_space(value: int | None, written: str) -> None:
    assert formats.number(value) == written


def test_amounts_have_two_decimals_and_a_true_minus() -> None:
    assert formats.amount(174000) == "1\u00a0740.00"
    assert formats.amount(-36005) == "−360.05"
    assert formats.amount(174000, "ru") == "1\u00a0740,00"
    assert formats.movement(50000) == "+500.00"
    assert formats.movement(-36000) == "−360.00"


def test_bonuses_in_lists_lose_decimals_only_when_whole() -> None:
    assert formats.short_amount(50000) == "500"
    assert formats.short_amount(50050) == "500.50"


def test_money_stands_on_the_side_where_its_sign_belongs() -> None:
    assert formats.money(124050, "GBP") == "£1\u00a0240.50"
    assert formats.money(-4885, "GBP") == "−£48.85"
    assert formats.money(624050, "RUB") == "6\u00a0240.50\u00a0₽"


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [(124, 1000, "12.4\u00a0%"), (1, 10000, "< 0.1\u00a0%"), (0, 5, "0.0\u00a0%"), (0, 0, "–")],
)
def test_a_share_has_one_decimal_and_a_base(part: int, whole: int, written: str) -> None:
    assert formats.share(part, whole) == written


def test_moments_are_written_on_the_wall_clock() -> None:
    assert formats.moment(MORNING, MOSCOW) == "18 Nov 2026, 10:00"
    assert formats.exact_moment(MORNING, MOSCOW) == "18 Nov 2026, 10:00:04"
    assert formats.day(date(2027, 1, 31)) == "31 Jan 2027"


def test_lists_leave_out_the_year_only_inside_the_current_one() -> None:
    assert formats.list_moment(MORNING, MORNING, MOSCOW) == "18 Nov, 10:00"
    assert formats.list_moment(MORNING, datetime(2027, 1, 1, tzinfo=UTC), MOSCOW) == "18 Nov 2026, 10:00"


def test_a_run_is_named_by_its_occurrence() -> None:
    assert formats.occurrence("2026-11-21") == "21 November 2026"
    assert formats.occurrence("2026-12-31T10:00") == "31 December 2026, 10:00"
    assert formats.occurrence("2026-11-21 v2") == "21 November 2026"


def test_a_duration_is_in_the_units_that_people_use() -> None:
    assert formats.duration(0.41) == "0.4 s"
    assert formats.duration(171) == "2 min 51 s"
    assert formats.duration(7300) == "2 h 1 min"


def test_initials_are_those_of_the_first_and_the_last_name() -> None:
    assert formats.initials("Елена Воронцова") == "ЕВ"
    assert formats.initials("Cher") == "C"
    assert formats.initials("") == "?"
