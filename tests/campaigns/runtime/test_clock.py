"""The clock starts what is due: once, at the customer's own time, and late where an outage made it late."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from campaigns.runtime.clock import TickReport, drain, tick
from campaigns.runtime.reading import runs
from campaigns.runtime.rows import Enrollment, Run
from loyalty_core.ledger.balance import balance
from loyalty_core.ledger.rows import Lot
from loyalty_core.organisation import Organisation
from loyalty_core.settings import Settings
from loyalty_core.till.checkout import place
from loyalty_core.till.receipts import LineData, PurchaseData
from tests.campaigns.town import NOON, Town, birthday

TODAY = date(1990, 11, 21)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.fixture
def quiet(settings: Settings) -> Settings:
    """Settings whose mail server does not answer: letters stay queued."""
    return replace(settings, smtp_url="smtp://127.0.0.1:9")


def accrue(town: Town, amount: str = "500.00", days: int = 30) -> dict[str, Any]:
    return {"type": "accrue_bonuses", "amount": amount, "lifetime_days": days, "legal_entity": town.company}


def at(town: Town, quiet: Settings, now: datetime) -> TickReport:
    """What the clock does at a moment, with all that follows from it."""
    report = tick(town.database, now, quiet)
    drain(town.database, now, quiet)
    return report


def entered_at(town: Town) -> dict[int, datetime]:
    with town.database.read() as session:
        return dict(session.execute(select(Enrollment.customer_id, Enrollment.entered_at)).all())


def test_a_birthday_starts_at_nine_on_the_clock_of_each_customers_outlet(town: Town, quiet: Settings) -> None:
    (auckland,) = town.customers(1, born=TODAY, outlet="Auckland")
    (london,) = town.customers(1, born=TODAY, outlet="London")
    (nowhere,) = town.customers(1, born=TODAY)
    (honolulu,) = town.customers(1, born=TODAY, outlet="Honolulu")
    town.publish(birthday("09:00"), accrue(town), now=utc(2026, 11, 20, 0, 0))

    moment = utc(2026, 11, 20, 12, 0)
    while moment < utc(2026, 11, 22, 12, 0):
        at(town, quiet, moment)
        moment += timedelta(minutes=30)

    assert entered_at(town) == {
        auckland: utc(2026, 11, 20, 20, 0),
        london: utc(2026, 11, 21, 9, 0),
        nowhere: utc(2026, 11, 21, 9, 0),
        honolulu: utc(2026, 11, 21, 19, 0),
    }
    with town.database.read() as session:
        days = {run["occurrence"]: run["entered"] for run in runs(session)}
    assert days["2026-11-21"] == 4


def test_a_clock_that_ticks_twice_starts_nothing_twice(town: Town, quiet: Settings) -> None:
    town.customers(2, born=TODAY)
    town.publish(birthday(), accrue(town), now=utc(2026, 11, 21, 8, 0))
    for minute in (0, 0, 1, 2):
        at(town, quiet, utc(2026, 11, 21, 9, minute))
    assert len(town.lots()) == 2


def test_what_was_due_before_publication_does_not_start_by_itself(town: Town, quiet: Settings) -> None:
    town.customers(1, born=TODAY)
    town.publish(birthday("09:00"), accrue(town), now=utc(2026, 11, 21, 9, 30))
    at(town, quiet, utc(2026, 11, 21, 18, 0))
    assert town.lots() == []


@pytest.mark.parametrize(
    ("missed", "paid"), [("run", 2), ("skip", 1), ({"within_hours": 48}, 2), ({"within_hours": 12}, 1)]
)
def test_a_run_missed_in_an_outage_is_caught_up_as_the_campaign_says(
    town: Town, quiet: Settings, missed: Any, paid: int
) -> None:
    town.customers(1, born=date(1990, 11, 22))
    town.customers(1, born=date(1990, 11, 23))
    settings = {"missed": missed}
    town.publish(birthday(), accrue(town), settings=settings, now=utc(2026, 11, 21, 12, 0))
    at(town, quiet, utc(2026, 11, 21, 12, 1))

    at(town, quiet, utc(2026, 11, 23, 9, 1))

    assert len(town.lots()) == paid


@pytest.mark.parametrize(
    ("rule", "days"), [("feb28", {2027: (2, 28), 2028: (2, 29)}), ("mar1", {2027: (3, 1), 2028: (2, 29)})]
)
def test_a_birthday_of_29_february_comes_exactly_once_every_year_by_the_setting(
    town: Town, quiet: Settings, rule: str, days: dict[int, tuple[int, int]]
) -> None:
    town.customers(1, born=date(1992, 2, 29))
    # The clock rests from March to February; what it missed meanwhile need not be looked up day by day.
    town.publish(birthday("00:00"), accrue(town), settings={"missed": {"within_hours": 12}})
    with town.database.begin() as session:
        session.get_one(Organisation, 1).leap_day = rule
    for year in days:
        for day in range(26, 36):
            at(town, quiet, utc(year, 2, 1) + timedelta(days=day - 1, hours=1))
    with town.database.read() as session:
        fired = [
            moment.astimezone(ZoneInfo("Europe/London")).date() for moment in session.scalars(select(Lot.accrued_at))
        ]
    assert sorted(fired) == [date(year, month, day) for year, (month, day) in days.items()]


def test_a_local_time_that_the_clock_change_skips_starts_at_the_next_valid_moment(town: Town, quiet: Settings) -> None:
    town.customers(1, born=date(1990, 3, 29))
    town.publish(birthday("01:30"), accrue(town), now=utc(2026, 3, 28, 12, 0))
    at(town, quiet, utc(2026, 3, 29, 0, 59))
    assert town.lots() == []
    at(town, quiet, utc(2026, 3, 29, 1, 0))
    assert len(town.lots()) == 1


def test_a_local_time_that_comes_twice_starts_once(town: Town, quiet: Settings) -> None:
    town.customers(1, born=date(1990, 10, 25))
    town.publish(birthday("01:30"), accrue(town), now=utc(2026, 10, 24, 12, 0))
    for moment in (utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30), utc(2026, 10, 25, 2, 30)):
        at(town, quiet, moment)
    assert list(entered_at(town).values()) == [utc(2026, 10, 25, 0, 30)]


def test_a_week_before_the_birthday_counts_over_the_years_end(town: Town, quiet: Settings) -> None:
    town.customers(1, born=date(1990, 1, 3))
    town.publish(birthday(offset_days=-7), accrue(town), now=utc(2026, 12, 20, 0, 0))
    for day in range(21, 32):
        at(town, quiet, utc(2026, 12, day, 9, 0))
    assert list(entered_at(town).values()) == [utc(2026, 12, 27, 9, 0)]


def test_an_anniversary_of_registration_counts_the_local_day(town: Town, quiet: Settings) -> None:
    (late,) = town.customers(1, registered=utc(2024, 7, 14, 23, 30))  # 15 July in London
    town.publish(birthday(field="registered_at"), accrue(town), now=utc(2026, 7, 13, 0, 0))
    for day in range(13, 18):
        at(town, quiet, utc(2026, 7, day, 8, 0))
    assert entered_at(town) == {late: utc(2026, 7, 15, 8, 0)}


def test_a_plain_date_takes_the_customers_of_the_segment_that_follows_it(town: Town, quiet: Settings) -> None:
    loyal = town.customers(2)
    town.customers(3, registered=NOON - timedelta(days=1))
    segment = {"type": "customers_from_segment", "segment": town.loyal}
    town.publish({"type": "date_reached", "at": "2026-12-25T10:00"}, segment, accrue(town))
    at(town, quiet, utc(2026, 12, 25, 9, 59))
    assert town.lots() == []
    at(town, quiet, utc(2026, 12, 25, 10, 0))
    assert [customer for customer, _ in town.lots()] == loyal
    assert town.counts()["n1"]["in"] == 2


def test_kilbils_example_holds_through_the_whole_stack(town: Town, quiet: Settings) -> None:
    """Accrued 15.09.2023 14:45:33 local, 2 days, burns 17.09.2023 23:59:59 local (help page on burning bonuses)."""
    moscow = ZoneInfo("Europe/Moscow")
    with town.database.begin() as session:
        session.get_one(Organisation, 1).zone = "Europe/Moscow"
    (customer,) = town.customers(1, born=date(1990, 9, 15), registered=utc(2020, 1, 1))
    accrued = datetime(2023, 9, 15, 14, 45, 33, tzinfo=moscow)
    town.publish(birthday("14:45"), accrue(town, "100.00", days=2), now=accrued - timedelta(hours=1))
    at(town, quiet, accrued)

    burns = datetime(2023, 9, 17, 23, 59, 59, tzinfo=moscow)
    with town.database.read() as session:
        assert session.scalars(select(Lot.accrued_at)).one() == accrued
        assert session.scalars(select(Lot.expires_at)).one() == burns
    assert at(town, quiet, burns - timedelta(seconds=1)).burned == 0
    assert at(town, quiet, burns).burned == 1
    assert at(town, quiet, burns).burned == 0
    with town.database.read() as session:
        assert balance(session, customer, burns).active == 0
        assert session.scalars(select(Lot.remaining)).one() == 0


def buy(town: Town, customer: int, receipt: str, moment: datetime, pounds: int = 10) -> None:
    line = LineData(sku="tea", name="Tea", category="", quantity=Decimal(1), price=pounds * 100)
    with town.database.begin() as session:
        place(session, PurchaseData(receipt, customer, None, moment, (line,)), moment)


def test_each_purchase_starts_a_trip_in_the_run_of_its_day(town: Town, quiet: Settings) -> None:
    (ann,) = town.customers(1)
    town.publish({"type": "purchase_made"}, accrue(town, "1.00"))
    buy(town, ann, "r1", NOON)
    buy(town, ann, "r2", NOON)
    at(town, quiet, NOON + timedelta(minutes=1))
    buy(town, ann, "r2", NOON)  # the till sends it again
    at(town, quiet, NOON + timedelta(minutes=2))
    buy(town, ann, "r3", NOON + timedelta(days=1))
    at(town, quiet, NOON + timedelta(days=1))
    assert town.lots() == [(ann, 100)] * 3
    with town.database.read() as session:
        assert list(session.scalars(select(Run.occurrence).order_by(Run.id))) == ["2026-11-21", "2026-11-22"]


def test_purchases_below_the_least_amount_start_nothing(town: Town, quiet: Settings) -> None:
    (ann,) = town.customers(1)
    town.publish({"type": "purchase_made", "least_amount": "30.00"}, accrue(town))
    buy(town, ann, "r1", NOON, 29)
    buy(town, ann, "r2", NOON, 30)
    at(town, quiet, NOON)
    assert len(town.lots()) == 1


@pytest.mark.parametrize(("reentry", "trips"), [("each_time", 5), ("once", 1), ({"after_days": 10}, 2)])
def test_customers_enter_again_as_the_campaigns_rule_says(
    town: Town, quiet: Settings, reentry: Any, trips: int
) -> None:
    (ann,) = town.customers(1)
    town.publish({"type": "purchase_made"}, accrue(town), settings={"reentry": reentry})
    for index, day in enumerate((0, 0, 1, 9, 10)):
        moment = NOON + timedelta(days=day, minutes=index)
        buy(town, ann, f"r{index}", moment)
        if index:  # the first two are taken in as one set
            at(town, quiet, moment)
    assert len(town.lots()) == trips


def test_a_run_is_finished_when_nobody_travels_and_its_day_is_over_everywhere(town: Town, quiet: Settings) -> None:
    town.customers(1, born=TODAY)
    town.publish(birthday(), accrue(town), now=utc(2026, 11, 20, 19, 0))

    def status(now: datetime) -> str:
        at(town, quiet, now)
        with town.database.read() as session:
            return session.scalars(select(Run.status).where(Run.occurrence == "2026-11-21")).one()

    assert status(utc(2026, 11, 20, 20, 0)) == "going_on"
    assert status(utc(2026, 11, 21, 9, 0)) == "going_on"
    assert status(utc(2026, 11, 21, 18, 59)) == "going_on"
    assert status(utc(2026, 11, 21, 19, 0)) == "finished"
