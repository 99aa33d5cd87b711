"""Bonuses about to burn: whom the trigger brings on which day, and that the same burning is told once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from campaigns.runtime.clock import drain, tick
from campaigns.runtime.review import review
from campaigns.runtime.rows import Enrollment
from campaigns.runtime.starting import start_by_hand
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.redemption import redeem
from loyalty_core.settings import Settings
from tests.campaigns.town import NOON, Town

LETTER = {"type": "send_letter", "subject": "They burn", "body": "Soon."}


@pytest.fixture
def quiet(settings: Settings) -> Settings:
    return replace(settings, smtp_url="smtp://127.0.0.1:9")


def burning(days: int = 7, amount: str | None = None, operator: str = "ge", **more: Any) -> dict[str, Any]:
    asked = {"within_days": days, "operator": operator, "at": "10:00", **more}
    return {"type": "bonuses_about_to_burn", **asked, **({} if amount is None else {"amount": amount})}


def grant(town: Town, customer: int, amount: int, days: int, at: datetime = NOON, source: str = "page") -> None:
    """A lot that burns at the end of the local day that is `days` after `at`."""
    with town.database.begin() as session:
        accrue_to_many(
            session,
            [Recipient(customer, f"{source}:{at.isoformat()}:{amount}:{days}")],
            amount=amount,
            lifetime=Lifetime.days(days),
            source=source,
            at=at,
        )


def tell(town: Town, quiet: Settings, *days: int) -> dict[int, list[int]]:
    """Let the clock look just after ten on these days from NOON's; who entered on each."""
    told: dict[int, list[int]] = {}
    with town.database.read() as session:
        seen = set(session.scalars(select(Enrollment.id)))
    for day in days:
        now = NOON.replace(hour=10, minute=2) + timedelta(days=day)
        tick(town.database, now, quiet)
        drain(town.database, now, quiet)
        with town.database.read() as session:
            rows = session.execute(select(Enrollment.id, Enrollment.customer_id).order_by(Enrollment.customer_id))
            new = {enrollment: customer for enrollment, customer in rows if enrollment not in seen}
        seen |= new.keys()
        if new:
            told[day] = list(new.values())
    return told


def test_more_than_500_within_7_days_500_no_and_500_01_yes_day_7_yes_and_day_8_no(town: Town, quiet: Settings) -> None:
    """Loymax, "Bonus expected expiration" (d32)."""
    exactly, more, day_seven, day_eight = town.customers(4)
    grant(town, exactly, 500_00, 5)
    grant(town, more, 500_01, 5)
    grant(town, day_seven, 900_00, 8)  # accrued on the day before the look: burns 7 days after it
    grant(town, day_eight, 900_00, 9)
    town.publish(burning(7, "500.00", "gt"), LETTER, now=NOON)
    assert tell(town, quiet, 1) == {1: [more, day_seven]}


def test_kilbil_minimum_of_100_99_99_no_100_yes_and_without_a_minimum_yes(town: Town, quiet: Settings) -> None:
    """kilbil, "Минимальная сумма сгорания для предупреждения" (d4)."""
    below, equal = town.customers(2)
    grant(town, below, 99_99, 5)
    grant(town, equal, 100_00, 5)
    town.publish(burning(7, "100.00"), LETTER, now=NOON)
    assert tell(town, quiet, 1) == {1: [equal]}
    town.publish(burning(7), LETTER, now=NOON + timedelta(days=1))
    assert tell(town, quiet, 2) == {2: [below, equal]}


def test_kilbil_accrued_15_09_2023_for_2_days_with_a_warning_of_1_day_is_told_on_16_09(
    town: Town, quiet: Settings
) -> None:
    """kilbil, "Сгорание бонусов": burns 17.09.2023 23:59:59 (0.2), told one day ahead (0.6)."""
    accrued = datetime(2023, 9, 15, 14, 45, 33, tzinfo=UTC)
    (anna,) = town.customers(1, registered=accrued - timedelta(days=9))
    grant(town, anna, 120_00, 2, at=accrued)
    town.publish(burning(1), LETTER, now=accrued)
    told = []
    for day in (15, 16, 17, 18):
        now = datetime(2023, 9, day, 20, tzinfo=UTC)
        told.append(tick(town.database, now, quiet).entered)
    assert told == [0, 1, 0, 0]


def test_only_what_burns_counts_not_the_balance(town: Town, quiet: Settings) -> None:
    (anna,) = town.customers(1)
    grant(town, anna, 5000_00, 300)
    grant(town, anna, 99_00, 3)
    town.publish(burning(7, "100.00"), LETTER, now=NOON)
    assert tell(town, quiet, 1, 2, 3) == {}


def test_what_burns_on_several_days_ahead_counts_together(town: Town, quiet: Settings) -> None:
    (anna,) = town.customers(1)
    grant(town, anna, 300_00, 4)
    grant(town, anna, 300_00, 9)
    town.publish(burning(7, "500.00", "gt"), LETTER, now=NOON)
    assert tell(town, quiet, 1, 2, 3, 4, 5, 6, 7, 8, 9) == {2: [anna]}


def test_the_same_burning_is_told_once_and_a_later_accrual_on_its_own_day(town: Town, quiet: Settings) -> None:
    (anna,) = town.customers(1)
    grant(town, anna, 100_00, 5)
    grant(town, anna, 100_00, 9)
    town.publish(burning(7), LETTER, now=NOON)
    told = tell(town, quiet, 1, 2)
    grant(town, anna, 50_00, 2, at=NOON + timedelta(days=2))  # burns sooner than what was told already
    with town.database.begin() as session:
        redeem(session, anna, amount=20_00, key="x", at=NOON + timedelta(days=3, hours=1), source="page")
    assert told | tell(town, quiet, *range(3, 12)) == {1: [anna], 2: [anna], 3: [anna]}


def test_a_day_that_the_clock_missed_loses_nobody(town: Town, quiet: Settings) -> None:
    (anna,) = town.customers(1)
    grant(town, anna, 100_00, 6)
    town.publish(burning(5), LETTER, settings={"missed": "skip"}, now=NOON)
    assert tell(town, quiet, 0) == {}
    late = NOON + timedelta(days=1, hours=4)  # the look of day 1 was skipped
    assert tick(town.database, late, quiet).skipped
    assert tell(town, quiet, 2, 3, 4, 5, 6) == {2: [anna]}


def test_a_chain_that_goes_live_tells_what_is_in_view_already_once(town: Town, quiet: Settings) -> None:
    (anna,) = town.customers(1)
    grant(town, anna, 100_00, 3, at=NOON - timedelta(days=1))
    town.publish(burning(7), LETTER, now=NOON)
    assert tell(town, quiet, 1, 2) == {1: [anna]}


def test_only_the_welcome_bonus_counts_where_it_is_asked_for(town: Town, quiet: Settings) -> None:
    anna, boris = town.customers(2)
    grant(town, anna, 100_00, 3, source="welcome")
    grant(town, boris, 100_00, 3)
    town.publish(burning(7, source="welcome"), LETTER, now=NOON)
    assert tell(town, quiet, 1, 2) == {1: [anna]}


def test_each_outlets_own_day_decides(town: Town, quiet: Settings) -> None:
    (auckland,) = town.customers(1, outlet="Auckland")
    (london,) = town.customers(1)
    for customer in (auckland, london):
        grant(town, customer, 100_00, 2, at=datetime(2026, 11, 20, 20, tzinfo=UTC))  # the 21st in Auckland
    town.publish(burning(1), LETTER, now=datetime(2026, 11, 20, 20, tzinfo=UTC))
    told = {}
    for hour in range(72):
        now = datetime(2026, 11, 20, 20, 5, tzinfo=UTC) + timedelta(hours=hour)
        if tick(town.database, now, quiet).entered:
            told[now.replace(minute=0)] = True
    assert list(told) == [datetime(2026, 11, 21, 10, tzinfo=UTC), datetime(2026, 11, 21, 21, tzinfo=UTC)]


def test_a_start_by_hand_and_the_days_own_tell_once_together(town: Town, quiet: Settings) -> None:
    (anna,) = town.customers(1)
    grant(town, anna, 100_00, 3, at=NOON - timedelta(days=1))
    campaign = town.publish(burning(7), LETTER, now=NOON)
    with town.database.begin() as session:
        run, _again = start_by_hand(session, campaign, NOON + timedelta(minutes=5), 100)
        assert session.scalars(select(Enrollment.customer_id)).all() == [anna]
        assert run.occurrence == date(2026, 11, 21).isoformat()
    assert tell(town, quiet, 1, 2, 3) == {}


def test_the_review_counts_each_trip_of_the_days_to_come_once(town: Town) -> None:
    (anna,) = town.customers(1)
    grant(town, anna, 100_00, 9)
    campaign = town.publish(burning(7), LETTER, now=NOON)
    with town.database.read() as session:
        (entering, *_rest) = review(session, campaign, NOON)["facts"]
    assert (entering["today"], entering["in_30_days"]) == ("0", "1")
