"""What a run does to its customers: once each, whatever fails."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from campaigns.editing import change, create, find
from campaigns.messages.rows import Message
from campaigns.node_types import Batch, Outcome
from campaigns.nodes.accrue_bonuses import AccrueBonuses
from campaigns.publication import pause, publish, resume
from campaigns.runtime.claims import Lost, claim, complete
from campaigns.runtime.reading import run_customers
from campaigns.runtime.rows import Enrollment, Run
from campaigns.runtime.starting import start_by_hand
from campaigns.runtime.work import work_once
from loyalty_core.customers.merging import merge
from tests.campaigns.town import NOON, Town, birthday, chain, sums_hold

TODAY = date(1990, 11, 21)
LETTER = {
    "type": "send_letter",
    "subject": "Happy birthday",
    "body": "Dear {{ customer.first_name }}, {{ bonuses }} for you.",
}


def accrue(town: Town, amount: str = "500.00") -> dict[str, Any]:
    return {"type": "accrue_bonuses", "amount": amount, "lifetime_days": 30, "legal_entity": town.company}


def start(town: Town, campaign: int, batch_size: int = 100) -> int:
    with town.database.begin() as session:
        run, _ = start_by_hand(session, campaign, NOON, batch_size)
        return run.id


def work(town: Town) -> int:
    done = 0
    while work_once(town.database, NOON, lease_s=30):
        done += 1
        assert done < 1000
    return done


def test_a_birthday_in_the_segment_pays_and_writes_once_and_nobody_else_gets_anything(town: Town) -> None:
    lucky = town.customers(3, born=TODAY)
    town.customers(2, born=TODAY, registered=NOON - timedelta(days=364))
    town.customers(2, born=date(1990, 11, 22))
    town.customers(1)
    segment = {"type": "customers_from_segment", "segment": town.loyal}
    campaign = town.publish(birthday(), segment, accrue(town), LETTER)

    run = start(town, campaign)
    work(town)

    assert town.lots() == [(customer, 50_000) for customer in lucky]
    with town.database.read() as session:
        assert list(session.scalars(select(Message.customer_id).order_by(Message.customer_id))) == lucky
        assert sums_hold(session, run)
    assert town.counts()["n2"] == {"in": 5, "out": {"out": 3, "end": 2}, "waiting": 0, "failed": 0, "granted": 0}
    assert town.counts()["n3"]["granted"] == 150_000


def test_who_is_merged_on_the_way_travels_on_as_who_they_are_now(town: Town) -> None:
    kept, gone, other = town.customers(3, born=TODAY)
    segment = {"type": "customers_from_segment", "segment": town.loyal}
    run = start(town, town.publish(birthday(), segment, accrue(town), LETTER))
    with town.database.begin() as session:
        merge(session, kept, gone, NOON, "Olga")
    work(town)
    assert town.lots() == [(kept, 50_000), (kept, 50_000), (other, 50_000)]
    with town.database.read() as session:
        assert list(session.scalars(select(Message.customer_id).order_by(Message.customer_id))) == [kept, kept, other]
        assert sums_hold(session, run)


def test_starting_again_adds_nothing(town: Town) -> None:
    town.customers(3, born=TODAY)
    campaign = town.publish(birthday(), accrue(town))
    start(town, campaign)
    work(town)

    with town.database.begin() as session:
        _, already = start_by_hand(session, campaign, NOON + timedelta(hours=3), 100)
    work(town)

    assert already
    assert len(town.lots()) == 3
    assert town.counts()["n1"]["in"] == 3


def test_a_filter_parts_everybody_by_exactly_one_way(town: Town) -> None:
    women = town.customers(250, born=TODAY, registered=NOON - timedelta(days=500))
    others = town.customers(150, born=TODAY, registered=NOON - timedelta(days=10))
    tree = {"all": [{"condition": "days_since_registration", "op": "ge", "value": 365}]}
    campaign = town.publish(birthday(), {"type": "filter_customers", "tree": tree}, accrue(town))

    run = start(town, campaign)
    work(town)

    assert town.counts()["n2"]["out"] == {"yes": 250, "no": 150}
    assert [customer for customer, _ in town.lots()] == women
    with town.database.read() as session:
        left = run_customers(session, run, "n2", "out:no", limit=500)
    assert [row["customer"]["id"] for row in left] == others


def test_where_branches_join_again_the_step_acts_once_for_each_customer(town: Town) -> None:
    town.customers(4, born=TODAY)
    graph = chain(birthday(), accrue(town, "1.00"), accrue(town, "10.00"), accrue(town, "100.00"))
    graph["edges"] = [
        {"source": "n1", "port": "out", "target": "n2"},
        {"source": "n1", "port": "out", "target": "n3"},
        {"source": "n2", "port": "out", "target": "n4"},
        {"source": "n3", "port": "out", "target": "n4"},
    ]
    with town.database.begin() as session:
        campaign = create(session, "Diamond", NOON, graph).id
        publish(session, campaign, NOON, "tests")

    run = start(town, campaign)
    work(town)

    assert sorted(amount for _, amount in town.lots()) == [100] * 4 + [1000] * 4 + [10_000] * 4
    with town.database.read() as session:
        assert sums_hold(session, run)


class _Poison:
    """Makes the accrual refuse batches that hold one customer."""

    def __init__(self, customer: int) -> None:
        self.customer = customer

    def __call__(self, step: AccrueBonuses, batch: Batch, settings: dict[str, Any]) -> Outcome:
        if self.customer in batch.enrollments.values():
            raise ValueError("this customer is poison")
        return _accrue(step, batch, settings)


_accrue = AccrueBonuses.run


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    def arm(customer: int) -> None:
        toxic = _Poison(customer)
        monkeypatch.setattr(AccrueBonuses, "run", lambda step, batch, settings: toxic(step, batch, settings))

    return arm


def test_one_bad_customer_fails_alone_with_the_reason_and_the_rest_go_on(
    town: Town, poison: Callable[[int], None]
) -> None:
    everybody = town.customers(50, born=TODAY)
    campaign = town.publish(birthday(), accrue(town), LETTER)
    poison(everybody[17])

    run = start(town, campaign)
    work(town)

    assert [customer for customer, _ in town.lots()] == [each for each in everybody if each != everybody[17]]
    with town.database.read() as session:
        (failed,) = session.scalars(select(Enrollment).where(Enrollment.status == "failed"))
        assert failed.customer_id == everybody[17]
        assert failed.failed_at_node == "n2"
        assert "this customer is poison" in (failed.reason or "")
        assert sums_hold(session, run)
        assert session.scalar(select(func.count()).select_from(Message)) == 49
    assert town.counts()["n2"] == {"in": 50, "out": {"out": 49}, "waiting": 0, "failed": 1, "granted": 2_450_000}


def test_a_worker_that_wakes_up_late_finds_its_token_gone_and_commits_nothing(town: Town) -> None:
    town.customers(1, born=TODAY)
    start(town, town.publish(birthday(), accrue(town)))
    with town.database.begin() as session:
        frozen = claim(session, NOON, lease_s=30)
    assert frozen is not None
    with town.database.begin() as session:
        assert claim(session, NOON + timedelta(seconds=29), lease_s=30) is None
    assert work_once(town.database, NOON + timedelta(seconds=31), lease_s=30)

    with pytest.raises(Lost), town.database.begin() as session:
        complete(session, frozen, NOON)
    assert len(town.lots()) == 1


def test_a_lease_of_a_killed_tick_for_another_year_holds_nothing_up_today(town: Town) -> None:
    town.customers(1, born=TODAY)
    start(town, town.publish(birthday(), accrue(town)))
    with town.database.begin() as session:
        assert claim(session, NOON.replace(year=2027), lease_s=30)
    assert work(town) == 1
    assert len(town.lots()) == 1


def test_a_paused_campaign_keeps_its_people_where_they_stand(town: Town) -> None:
    town.customers(3, born=TODAY)
    campaign = town.publish(birthday(), accrue(town))
    start(town, campaign)
    with town.database.begin() as session:
        pause(session, campaign, NOON)
    assert work(town) == 0
    assert town.counts()["n1"] == {"in": 3, "out": {}, "waiting": 3, "failed": 0, "granted": 0}

    with town.database.begin() as session:
        resume(session, campaign, NOON)
    work(town)
    assert len(town.lots()) == 3


def test_people_inside_a_version_finish_that_version(town: Town) -> None:
    town.customers(3, born=TODAY)
    campaign = town.publish(birthday(), accrue(town, "5.00"))
    start(town, campaign)
    with town.database.begin() as session:
        revision = find(session, campaign).revision
        change(session, campaign, revision, NOON, graph=chain(birthday(), accrue(town, "7.00")))
        publish(session, campaign, NOON, "tests")
    work(town)

    assert {amount for _, amount in town.lots()} == {500}
    with town.database.read() as session:
        assert session.scalars(select(Run.version_id)).one()


def test_who_went_a_way_is_asked_by_the_very_name_of_the_step_and_the_way(town: Town) -> None:
    town.customers(2, born=TODAY)
    run = start(town, town.publish(birthday(), accrue(town)))
    work(town)
    with town.database.read() as session:
        assert len(run_customers(session, run, "n2", "out")) == len(run_customers(session, run, "n2", "out:out")) == 2
        for node, way in (("%", "out"), ("n_", "out"), ("n2", "out:%"), ("2", "out"), ("n2", "out:o")):
            assert run_customers(session, run, node, way) == []
