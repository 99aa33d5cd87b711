"""What an operator reads of runs: the numbers, and who is behind each."""

from datetime import date, timedelta
from typing import Any

import pytest

from campaigns.runtime.reading import failures, latest_run, run_customers, run_view, runs, totals_by_campaign
from campaigns.runtime.starting import start_by_hand
from campaigns.runtime.work import work_once
from loyalty_core.errors import NotFound, Refused
from tests.campaigns.town import NOON, Town, birthday

TODAY = date(1990, 11, 21)
YEAR = {"all": [{"condition": "days_since_registration", "op": "ge", "value": 365}]}


@pytest.fixture
def run(town: Town) -> int:
    """A finished run: three pass the filter and are paid, two do not."""
    town.customers(3, born=TODAY)
    town.customers(2, born=TODAY, registered=NOON - timedelta(days=1))
    gift = {"type": "accrue_bonuses", "amount": "5.50", "lifetime_days": 30, "legal_entity": town.company}
    campaign = town.publish(birthday(), {"type": "filter_customers", "tree": YEAR}, gift)
    with town.database.begin() as session:
        started, _ = start_by_hand(session, campaign, NOON, 2)
    while work_once(town.database, NOON, 30):
        pass
    return started.id


def test_a_run_tells_its_totals_and_the_counts_of_each_step(town: Town, run: int) -> None:
    with town.database.read() as session:
        view = run_view(session, run)
    totals = {name: view[name] for name in ("entered", "finished", "waiting", "failed", "granted")}
    assert totals == {"entered": 5, "finished": 5, "waiting": 0, "failed": 0, "granted": 1650}
    assert view["nodes"]["n2"]["out"] == {"yes": 3, "no": 2}
    assert view["summaries"]["n3"].startswith("5.50 bonuses")


@pytest.mark.parametrize(
    ("node", "way", "count"),
    [
        ("n1", "in", 5),
        ("n1", "out:out", 5),
        ("n2", "in", 5),
        ("n2", "out:yes", 3),
        ("n2", "out:no", 2),
        ("n2", "out", 5),
        ("n3", "in", 3),
        ("n3", "out:out", 3),
        ("n3", "failed", 0),
        ("n1", "waiting", 0),
        ("n_", "in", 0),
    ],
)
def test_every_number_opens_the_customers_behind_it(town: Town, run: int, node: str, way: str, count: int) -> None:
    with town.database.read() as session:
        assert len(run_customers(session, run, node, way)) == count


def test_the_customers_behind_a_number_come_in_pages(town: Town, run: int) -> None:
    with town.database.read() as session:
        first = run_customers(session, run, "n2", "in", limit=3)
        rest = run_customers(session, run, "n2", "in", after=first[-1]["id"], limit=3)
    assert len({row["customer"]["id"] for row in first + rest}) == 5


@pytest.mark.parametrize("way", ["", "sideways", "in:yes", "out:' OR 1=1 --%"])
def test_a_way_that_is_none_is_refused_or_empty(town: Town, run: int, way: str) -> None:
    with town.database.read() as session:
        if way.startswith("out:"):
            assert run_customers(session, run, "n2", way) == []
        else:
            with pytest.raises(Refused):
                run_customers(session, run, "n2", way)


def test_runs_are_listed_newest_first_with_their_totals(town: Town, run: int) -> None:
    with town.database.read() as session:
        (only,) = runs(session)
        assert (only["id"], only["entered"], only["granted"]) == (run, 5, 1650)
        assert runs(session, before=run) == []
        assert latest_run(session, only["campaign"]["id"]) == run
        campaign: dict[str, Any] = totals_by_campaign(session, NOON - timedelta(days=1))[only["campaign"]["id"]]
    assert campaign == {"entered": 5, "inside": 0, "finished": 5, "failed": 0, "granted": 1650}


def test_a_run_without_failures_has_no_reasons_and_a_run_that_is_not_there_is_not_found(town: Town, run: int) -> None:
    with town.database.read() as session:
        assert failures(session, run) == []
        with pytest.raises(NotFound):
            run_view(session, run + 1)
