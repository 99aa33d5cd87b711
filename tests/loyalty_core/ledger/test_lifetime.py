"""When bonuses become active and when they burn, on the wall clocks of several zones."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_core.errors import Refused
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.local_time import end_of_day, moment_at

MOSCOW = ZoneInfo("Europe/Moscow")
LONDON = ZoneInfo("Europe/London")
ZONES = (
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Africa/Cairo",
    "UTC",
)
MOMENTS = st.integers(1_100_000_000, 2_100_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
END_OF_JANUARY = Lifetime(burning="day_of_year", burning_month=1, burning_day=0)


def local(zone: ZoneInfo, *numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=zone)  # type: ignore[arg-type]


def burns(lifetime: Lifetime, accrued_at: datetime, zone: ZoneInfo = MOSCOW) -> datetime:
    """The wall clock at which an accrual burns."""
    expires_at = lifetime.expires_at(lifetime.active_at(accrued_at), zone)
    assert expires_at is not None
    assert expires_at.tzinfo is UTC or expires_at.utcoffset() == timedelta()
    return expires_at.astimezone(zone)


def test_two_days_from_15_september_burn_at_the_end_of_the_17th() -> None:
    accrued_at = local(MOSCOW, 2023, 9, 15, 14, 45, 33)
    assert burns(Lifetime.days(2), accrued_at) == local(MOSCOW, 2023, 9, 17, 23, 59, 59)


def test_the_day_is_the_zones_own() -> None:
    accrued_at = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert burns(Lifetime.days(1), accrued_at, LONDON) == local(LONDON, 2026, 11, 22, 23, 59, 59)
    assert burns(Lifetime.days(1), accrued_at, MOSCOW) == local(MOSCOW, 2026, 11, 23, 23, 59, 59)


def test_a_lifetime_is_counted_from_activation() -> None:
    later = Lifetime(activation="after_days", activation_amount=2, burning="after_days", burning_amount=1)
    accrued_at = local(MOSCOW, 2026, 3, 10, 18, 30)
    assert later.active_at(accrued_at) == local(MOSCOW, 2026, 3, 12, 18, 30)
    assert burns(later, accrued_at) == local(MOSCOW, 2026, 3, 13, 23, 59, 59)


def test_a_delay_in_days_is_spans_of_24_hours_whatever_the_clocks_do() -> None:
    later = Lifetime(activation="after_days", activation_amount=1)
    before_the_change = local(LONDON, 2026, 3, 28, 18, 30)
    assert later.active_at(before_the_change).astimezone(LONDON) == local(LONDON, 2026, 3, 29, 19, 30)


def test_hours_and_nothing_are_delays_too() -> None:
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert Lifetime(activation="after_hours", activation_amount=6).active_at(noon) == noon + timedelta(hours=6)
    assert Lifetime().active_at(noon) == noon
    assert Lifetime().expires_at(noon, MOSCOW) is None


@pytest.mark.parametrize(
    ("accrued", "burnt"),
    [
        ((2026, 11, 21, 12), (2027, 1, 31)),
        ((2027, 1, 30, 12), (2027, 1, 31)),
        ((2027, 1, 31, 0), (2027, 1, 31)),
        ((2027, 1, 31, 23, 59, 58), (2027, 1, 31)),
        ((2027, 1, 31, 23, 59, 59), (2028, 1, 31)),
        ((2027, 2, 1, 0), (2028, 1, 31)),
    ],
)
def test_the_last_day_of_january_is_the_next_one(accrued: tuple[int, ...], burnt: tuple[int, ...]) -> None:
    assert burns(END_OF_JANUARY, local(MOSCOW, *accrued)) == local(MOSCOW, *burnt, 23, 59, 59)


@pytest.mark.parametrize(("year", "day"), [(2027, 28), (2028, 29)])
def test_the_last_day_of_february_is_the_years_own(year: int, day: int) -> None:
    for burning_day in (0, 29):
        february = replace(END_OF_JANUARY, burning_month=2, burning_day=burning_day)
        assert burns(february, local(MOSCOW, year, 1, 10)) == local(MOSCOW, year, 2, day, 23, 59, 59)


def test_months_stop_at_their_last_day_and_do_not_drift() -> None:
    def after(months: int) -> datetime:
        lifetime = Lifetime(burning="after_months", burning_amount=months)
        return burns(lifetime, local(MOSCOW, 2027, 1, 31, 10))

    assert after(1) == local(MOSCOW, 2027, 2, 28, 23, 59, 59)
    assert after(2) == local(MOSCOW, 2027, 3, 31, 23, 59, 59)
    assert after(13) == local(MOSCOW, 2028, 2, 29, 23, 59, 59)
    assert after(24) == local(MOSCOW, 2029, 1, 31, 23, 59, 59)


def test_to_the_second_keeps_the_time_of_day() -> None:
    accrued_at = local(MOSCOW, 2027, 1, 31, 14, 45, 33)
    days = Lifetime(burning="after_days", burning_amount=2, to_the_second=True)
    months = Lifetime(burning="after_months", burning_amount=1, to_the_second=True)
    assert burns(days, accrued_at) == local(MOSCOW, 2027, 2, 2, 14, 45, 33)
    assert burns(months, accrued_at) == local(MOSCOW, 2027, 2, 28, 14, 45, 33)


def test_a_skipped_local_time_is_the_next_valid_moment() -> None:
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)
    for minute in (0, 1, 30, 59):
        assert moment_at(date(2026, 3, 29), time(1, minute), LONDON) == change
    assert moment_at(date(2026, 3, 29), time(0, 59, 59), LONDON) == change - timedelta(seconds=1)
    assert moment_at(date(2026, 3, 29), time(2), LONDON) == change
    months = Lifetime(burning="after_months", burning_amount=2, to_the_second=True)
    assert months.expires_at(local(LONDON, 2026, 1, 29, 1, 30), LONDON) == change


def test_a_local_time_that_comes_twice_is_its_first_and_a_day_ends_with_its_second() -> None:
    assert moment_at(date(2026, 10, 25), time(1, 30), LONDON) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    assert end_of_day(date(2018, 2, 17), sao_paulo) == datetime(2018, 2, 18, 2, 59, 59, tzinfo=UTC)


def test_a_day_that_a_zone_skips_ends_where_the_next_begins() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert end_of_day(date(2011, 12, 30), apia) == moment_at(date(2011, 12, 31), time(0), apia)


@given(st.sampled_from(ZONES), MOMENTS, st.integers(1, 800))
def test_every_lifetime_outlives_its_activation(zone: str, active_at: datetime, amount: int) -> None:
    month = amount % 12 + 1
    for lifetime in (
        Lifetime.days(amount),
        Lifetime(burning="after_months", burning_amount=amount),
        Lifetime(burning="after_days", burning_amount=amount, to_the_second=True),
        Lifetime(burning="after_months", burning_amount=amount, to_the_second=True),
        Lifetime(burning="day_of_year", burning_month=month, burning_day=amount % 29),
    ):
        lifetime.check()
        expires_at = lifetime.expires_at(active_at, ZoneInfo(zone))
        assert expires_at is not None
        assert expires_at > active_at


@given(st.sampled_from(ZONES), MOMENTS)
def test_a_local_time_is_shown_by_the_clock_unless_it_is_skipped(zone: str, any_time: datetime) -> None:
    wall = any_time.replace(tzinfo=None)
    moment = moment_at(wall.date(), wall.time(), ZoneInfo(zone))
    shown = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert shown >= wall
    if shown > wall:
        second_before = (moment - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert second_before < wall


@pytest.mark.parametrize(
    ("lifetime", "sentence"),
    [
        (Lifetime(), "active at once, never burns"),
        (END_OF_JANUARY, "active at once, burns 31 January"),
        (replace(END_OF_JANUARY, burning_month=2), "active at once, burns on the last day of February"),
        (Lifetime.days(1), "active at once, burns after 1 day"),
        (
            Lifetime("after_days", 2, "after_days", 3, to_the_second=True),
            "active after 2 × 24 hours, burns after 3 × 24 hours",
        ),
        (Lifetime("after_hours", 6, "after_months", 2), "active after 6 hours, burns after 2 months"),
        (
            Lifetime(burning="after_months", burning_amount=1, to_the_second=True),
            "active at once, burns after 1 month, to the second",
        ),
    ],
)
def test_a_lifetime_says_itself_in_words(lifetime: Lifetime, sentence: str) -> None:
    lifetime.check()
    assert lifetime.sentence() == sentence


@pytest.mark.parametrize(
    ("lifetime", "where"),
    [
        (Lifetime(activation="tomorrow"), "activation"),
        (Lifetime(burning="soon"), "burning"),
        (Lifetime(activation="after_days"), "activation_amount"),
        (Lifetime(activation="after_hours", activation_amount=0), "activation_amount"),
        (Lifetime(activation_amount=3), "activation_amount"),
        (Lifetime(burning="after_days"), "burning_amount"),
        (Lifetime.days(0), "burning_amount"),
        (Lifetime.days(36_501), "burning_amount"),
        (Lifetime(burning_amount=3), "burning_amount"),
        (Lifetime(burning="day_of_year", burning_day=1), "burning_month"),
        (Lifetime(burning="day_of_year", burning_month=13, burning_day=1), "burning_month"),
        (Lifetime(burning="day_of_year", burning_month=2, burning_day=30), "burning_day"),
        (Lifetime(burning="day_of_year", burning_month=2), "burning_day"),
        (Lifetime(burning_month=2, burning_day=1), "burning_day"),
        (replace(END_OF_JANUARY, to_the_second=True), "to_the_second"),
    ],
)
def test_what_is_no_lifetime_is_refused_at_its_place(lifetime: Lifetime, where: str) -> None:
    with pytest.raises(Refused) as refusal:
        lifetime.check()
    assert refusal.value.where == where


def test_a_delay_with_a_time_of_day_ends_at_the_first_such_time_at_or_after_it() -> None:
    """kilbil: bought on 10 March at 18:30, two days, 09:00: active on 13 March at 09:00."""
    nine = Lifetime("after_days", 2, activation_time=time(9))
    assert nine.active_at(local(MOSCOW, 2026, 3, 10, 18, 30), MOSCOW) == local(MOSCOW, 2026, 3, 13, 9)
    assert nine.active_at(local(MOSCOW, 2026, 3, 10, 9), MOSCOW) == local(MOSCOW, 2026, 3, 12, 9)
    assert nine.active_at(local(MOSCOW, 2026, 3, 10, 9, 0, 1), MOSCOW) == local(MOSCOW, 2026, 3, 13, 9)
    assert Lifetime(activation_time=time(9)).active_at(local(LONDON, 2026, 3, 10, 8), LONDON) == local(
        LONDON, 2026, 3, 10, 9
    )


def test_bonuses_become_active_on_a_date_in_each_zone_and_at_once_when_it_has_passed() -> None:
    opening = Lifetime("on_date", activation_date=date(2026, 12, 1))
    accrued_at = local(MOSCOW, 2026, 11, 21, 12)
    assert opening.active_at(accrued_at, MOSCOW) == local(MOSCOW, 2026, 12, 1)
    assert opening.active_at(accrued_at, LONDON) == local(LONDON, 2026, 12, 1)
    assert replace(opening, activation_time=time(10)).active_at(accrued_at, LONDON) == local(LONDON, 2026, 12, 1, 10)
    late = local(MOSCOW, 2026, 12, 5, 12)
    assert opening.active_at(late, MOSCOW) == late


@pytest.mark.parametrize(
    ("lifetime", "ends"),
    [
        (Lifetime(burning="after_weeks", burning_amount=2), (2026, 2, 14, 23, 59, 59)),
        (Lifetime(burning="after_weeks", burning_amount=2, to_the_second=True), (2026, 2, 14, 10, 30)),
        (Lifetime(burning="end_of_month", burning_amount=0), (2026, 1, 31, 23, 59, 59)),
        (Lifetime(burning="end_of_month", burning_amount=1), (2026, 2, 28, 23, 59, 59)),
        (Lifetime(burning="end_of_month", burning_amount=13), (2027, 2, 28, 23, 59, 59)),
        (Lifetime(burning="on_date", burning_date=date(2026, 5, 9)), (2026, 5, 9, 23, 59, 59)),
    ],
)
def test_bonuses_accrued_on_the_last_day_of_january_burn(lifetime: Lifetime, ends: tuple[int, ...]) -> None:
    assert burns(lifetime, local(MOSCOW, 2026, 1, 31, 10, 30)) == local(MOSCOW, *ends)


def test_what_is_accrued_in_the_last_second_of_a_month_burns_with_the_next() -> None:
    month = Lifetime(burning="end_of_month", burning_amount=0)
    assert burns(month, local(MOSCOW, 2026, 1, 31, 23, 59, 59)) == local(MOSCOW, 2026, 2, 28, 23, 59, 59)


def test_nothing_is_accrued_that_would_burn_on_a_day_that_has_passed() -> None:
    until = Lifetime(burning="on_date", burning_date=date(2026, 5, 9))
    with pytest.raises(Refused) as refusal:
        until.expires_at(local(MOSCOW, 2026, 5, 10), MOSCOW)
    assert refusal.value.where == "burning_date"


@pytest.mark.parametrize(
    ("lifetime", "where"),
    [
        (Lifetime("on_date"), "activation_date"),
        (Lifetime(activation_date=date(2026, 1, 1)), "activation_date"),
        (Lifetime(burning="on_date"), "burning_date"),
        (Lifetime(burning_date=date(2026, 1, 1)), "burning_date"),
        (Lifetime(burning="after_weeks"), "burning_amount"),
        (Lifetime(burning="end_of_month", burning_amount=-1), "burning_amount"),
        (Lifetime(burning="end_of_month", burning_amount=1, to_the_second=True), "to_the_second"),
        (
            Lifetime("on_date", burning="on_date", activation_date=date(2026, 2, 1), burning_date=date(2026, 1, 1)),
            "burning_date",
        ),
    ],
)
def test_what_is_no_lifetime_of_dates_and_weeks_is_refused(lifetime: Lifetime, where: str) -> None:
    with pytest.raises(Refused) as refusal:
        lifetime.check()
    assert refusal.value.where == where


@pytest.mark.parametrize(
    ("lifetime", "words"),
    [
        (
            Lifetime("after_days", 2, "after_weeks", 1, activation_time=time(9)),
            "active after 2 × 24 hours, at the next 09:00, burns after 1 week",
        ),
        (
            Lifetime("on_date", None, "on_date", activation_date=date(2026, 12, 1), burning_date=date(2027, 1, 31)),
            "active on 1 December 2026, burns on 31 January 2027",
        ),
        (Lifetime(burning="end_of_month", burning_amount=0), "active at once, burns at the end of the month"),
        (
            Lifetime(burning="end_of_month", burning_amount=2),
            "active at once, burns at the end of the month, 2 months later",
        ),
    ],
)
def test_dates_weeks_and_times_say_themselves_in_words(lifetime: Lifetime, words: str) -> None:
    assert lifetime.sentence() == words


def test_fields_that_came_later_are_no_part_of_the_input_while_they_are_empty() -> None:
    assert set(Lifetime.days(2).as_input()) == {
        *("activation", "activation_amount", "burning", "burning_amount", "burning_month", "burning_day"),
        "to_the_second",
    }
    assert Lifetime(activation_time=time(9)).as_input()["activation_time"] == "09:00:00"
