"""A version that is published in the middle of an occurrence: new entries take it, those inside finish theirs."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from campaigns.editing import change, find
from campaigns.publication import publish
from campaigns.runtime.clock import drain, tick
from campaigns.runtime.rows import Run
from campaigns.runtime.starting import start_by_hand
from loyalty_core.organisation import Outlet
from loyalty_core.settings import Settings
from loyalty_core.till.checkout import place
from loyalty_core.till.receipts import LineData, PurchaseData
from tests.campaigns.town import NOON, Town, birthday, chain, sums_hold

TODAY = date(1990, 11, 21)
PURCHASE = {"type": "purchase_made"}


def accrue(town: Town, amount: str) -> dict[str, Any]:
    return {"type": "accrue_bonuses", "amount": amount, "lifetime_days": 30, "legal_entity": town.company}


def buy(town: Town, customer: int, receipt: str) -> None:
    line = LineData(sku="tea", name="Tea", category="", quantity=Decimal(1), price=1000)
    with town.database.begin() as session:
        place(session, PurchaseData(receipt, customer, None, NOON, (line,)), NOON)


def pass_time(town: Town, settings: Settings, minutes: float = 0) -> None:
    now = NOON + timedelta(minutes=minutes)
    tick(town.database, now, settings)
    while drain(town.database, now, settings):
        pass


def republish(
    town: Town, campaign: int, *steps: dict[str, Any], settings: dict[str, Any] | None = None, trigger: str = "fresh"
) -> None:
    """Publish another chain, whose trigger is another step than before."""
    graph = chain(*steps)
    graph["nodes"][0]["id"] = graph["edges"][0]["source"] = trigger
    with town.database.begin() as session:
        change(session, campaign, find(session, campaign).revision, NOON, graph=graph, settings=settings)
        publish(session, campaign, NOON, "tests")


def runs(town: Town) -> list[tuple[str, str]]:
    with town.database.read() as session:
        assert all(sums_hold(session, run) for run in session.scalars(select(Run.id)))
        return [tuple(row) for row in session.execute(select(Run.occurrence, Run.status).order_by(Run.id))]


def test_events_after_a_publication_take_the_new_version_on_the_same_day(town: Town, settings: Settings) -> None:
    ann, ben = town.customers(2)
    campaign = town.publish(PURCHASE, accrue(town, "5.00"))
    buy(town, ann, "r1")
    pass_time(town, settings)
    republish(town, campaign, PURCHASE, accrue(town, "7.00"))
    buy(town, ben, "r2")
    buy(town, ben, "r3")
    pass_time(town, settings, 1)
    buy(town, ann, "r4")
    pass_time(town, settings, 2)

    assert sorted(town.lots()) == [(ann, 500), (ann, 700), (ben, 700), (ben, 700)]
    # Nobody enters an older version any more, so its run is over.
    assert runs(town) == [("2026-11-21", "finished"), ("2026-11-21 v2", "going_on")]


def test_time_zones_that_come_later_take_the_new_version_and_the_others_do_not_enter_again(
    town: Town, settings: Settings
) -> None:
    (in_london,), (in_honolulu,) = town.customers(1, born=TODAY), town.customers(1, born=TODAY, outlet="Honolulu")
    campaign = town.publish(birthday("09:00"), accrue(town, "5.00"), now=NOON - timedelta(hours=4))
    pass_time(town, settings)
    republish(town, campaign, birthday("09:00"), accrue(town, "7.00"))
    pass_time(town, settings, 60 * 7)  # nine in Honolulu

    assert sorted(town.lots()) == [(in_london, 500), (in_honolulu, 700)]
    assert [occurrence for occurrence, _ in runs(town)] == ["2026-11-21", "2026-11-21 v2"]


def test_an_occurrence_started_by_hand_is_not_started_again_after_a_publication(town: Town, settings: Settings) -> None:
    town.customers(2, born=TODAY)
    campaign = town.publish(birthday(), accrue(town, "5.00"))
    with town.database.begin() as session:
        first, _ = start_by_hand(session, campaign, NOON, 100)
    republish(town, campaign, birthday(), accrue(town, "7.00"))
    with town.database.begin() as session:
        again, already_started = start_by_hand(session, campaign, NOON, 100)
    pass_time(town, settings)

    assert (again.id, already_started) == (first.id, True)
    assert {amount for _, amount in town.lots()} == {500}


def test_a_run_goes_on_when_customers_of_a_new_zone_enter_it(town: Town, settings: Settings) -> None:
    campaign = town.publish(birthday(), accrue(town, "5.00"))
    town.customers(1, born=TODAY)
    with town.database.begin() as session:
        start_by_hand(session, campaign, NOON, 100)
    pass_time(town, settings)
    assert runs(town) == [("2026-11-21", "finished")]

    with town.database.begin() as session:
        tokyo = Outlet(external_id="Tokyo", name="Tokyo", zone="Asia/Tokyo")
        session.add(tokyo)
        session.flush()
        town.outlets["Tokyo"] = tokyo.id
    town.customers(1, born=TODAY, outlet="Tokyo")
    with town.database.begin() as session:
        start_by_hand(session, campaign, NOON, 100)
    assert runs(town) == [("2026-11-21", "going_on")]


@pytest.mark.parametrize("rule", ["once", {"after_days": 3}])
def test_the_re_entry_rule_counts_trips_through_earlier_versions(town: Town, settings: Settings, rule: Any) -> None:
    ann, ben = town.customers(2)
    campaign = town.publish(PURCHASE, accrue(town, "5.00"))
    buy(town, ann, "r1")
    pass_time(town, settings)
    republish(town, campaign, PURCHASE, accrue(town, "7.00"), settings={"reentry": rule})
    buy(town, ann, "r2")
    buy(town, ben, "r3")
    pass_time(town, settings, 1)
    assert sorted(town.lots()) == [(ann, 500), (ben, 700)]


@pytest.mark.parametrize(("rule", "trips"), [("each_time", 3), ("once", 1), ({"after_days": 500}, 2)])
def test_the_re_entry_rule_holds_for_dates_too(town: Town, settings: Settings, rule: Any, trips: int) -> None:
    town.customers(1, born=TODAY)
    punctual = {"reentry": rule, "missed": {"within_hours": 24}}
    town.publish(birthday(), accrue(town, "5.00"), settings=punctual, now=NOON - timedelta(days=1))
    for year in (2026, 2027, 2028):
        pass_time(town, settings, (NOON.replace(year=year) - NOON).total_seconds() / 60)
    assert len(town.lots()) == trips
