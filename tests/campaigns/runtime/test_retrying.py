"""Trying again: who failed at a step goes on from there once it is mended, and nothing that was done is done twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from campaigns.campaigns import Campaign
from campaigns.editing import create
from campaigns.messages.rows import Message
from campaigns.node_types import Batch, Outcome
from campaigns.nodes.accrue_bonuses import AccrueBonuses
from campaigns.nodes.send_letter import SendLetter
from campaigns.publication import publish
from campaigns.runtime import retrying
from campaigns.runtime.claims import claim
from campaigns.runtime.clock import drain
from campaigns.runtime.reading import failures, run_customers, run_view
from campaigns.runtime.retrying import retry_failed, retry_next
from campaigns.runtime.rows import Enrollment, Run, RunRetry
from campaigns.runtime.starting import start_by_hand
from campaigns.runtime.stopping import stop_run
from campaigns.runtime.work import work_once
from loyalty_core.errors import Conflict, NotFound
from loyalty_core.settings import Settings
from tests.campaigns.town import NOON, Town, birthday, sums_hold
from tests.support.smtp_sink import SmtpSink

TODAY = date(1990, 11, 21)
LATER = NOON + timedelta(hours=1)
LETTER = {"type": "send_letter", "subject": "For you", "body": "{{ bonuses }}"}
Trouble = Callable[[type, Callable[[Batch], object]], Callable[[], None]]


def accrue(town: Town) -> dict[str, Any]:
    return {"type": "accrue_bonuses", "amount": "5.00", "lifetime_days": 30, "legal_entity": town.company}


def start(town: Town, campaign: int) -> int:
    with town.database.begin() as session:
        return start_by_hand(session, campaign, NOON, 100)[0].id


def work(town: Town) -> None:
    while work_once(town.database, LATER, lease_s=30):
        pass


def retry(town: Town, run: int, node: str | None = None, batch_size: int = 100) -> int:
    with town.database.begin() as session:
        return retry_failed(session, run, node, LATER, batch_size)


@pytest.fixture
def break_down(monkeypatch: pytest.MonkeyPatch) -> Trouble:
    """Make a step type fail for the batches that `bad` raises at; the answer heals it."""

    def arm(step: Any, bad: Callable[[Batch], object]) -> Callable[[], None]:
        sound = step.run

        def broken(step: Any, batch: Batch, settings: dict[str, Any]) -> Outcome:
            done: Outcome = sound(step, batch, settings)
            bad(batch)
            return done

        monkeypatch.setattr(step, "run", broken)
        return lambda: monkeypatch.setattr(step, "run", sound)

    return arm


def unfit(*customers: int) -> Callable[[Batch], None]:
    """Trouble with any batch that one of these customers is in."""

    def check(batch: Batch) -> None:
        if set(customers) & set(batch.enrollments.values()):
            raise ValueError("the gift shop is closed")

    return check


def test_who_failed_goes_on_from_there_once_the_step_is_mended(town: Town, break_down: Trouble) -> None:
    ids = town.customers(20, born=TODAY)
    heal = break_down(SendLetter, unfit(*ids[3:6]))
    run = start(town, town.publish(birthday(), accrue(town), LETTER))
    work(town)
    assert town.counts()["n3"] == {"in": 20, "out": {"out": 17}, "waiting": 0, "failed": 3, "granted": 0}
    heal()

    assert retry(town, run, "n3", batch_size=2) == 3
    assert retry(town, run, "n3") == 0
    assert town.counts()["n3"] == {"in": 20, "out": {"out": 17}, "waiting": 3, "failed": 0, "granted": 0}
    with town.database.read() as session:
        assert sums_hold(session, run)
        waiting = [each["customer"]["id"] for each in run_customers(session, run, "n3", "waiting")]
        assert waiting == ids[3:6]
        assert run_customers(session, run, "n1", "waiting") == []
    work(town)

    assert town.counts()["n3"] == {"in": 20, "out": {"out": 20}, "waiting": 0, "failed": 0, "granted": 0}
    assert town.lots() == [(customer, 500) for customer in ids], "the step before was not done again"
    with town.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 20
        assert set(session.scalars(select(Enrollment.trail))) == {" n1:out n2:out n3:out "}
        assert set(session.scalars(select(Enrollment.reason))) == {None}


def test_what_is_not_mended_fails_again_with_its_reason(town: Town, break_down: Trouble) -> None:
    ids = town.customers(5, born=TODAY)
    break_down(AccrueBonuses, unfit(*ids[:2]))
    run = start(town, town.publish(birthday(), accrue(town), LETTER))
    work(town)
    assert retry(town, run) == 2
    work(town)
    with town.database.read() as session:
        assert [(each["node"], each["count"]) for each in failures(session, run)] == [("n2", 2)]
        assert sums_hold(session, run)
    assert town.counts()["n2"] == {"in": 5, "out": {"out": 3}, "waiting": 0, "failed": 2, "granted": 1500}


def test_only_the_step_that_was_named_is_tried_again(town: Town, break_down: Trouble) -> None:
    ids = town.customers(4, born=TODAY)
    heal_gifts, heal_letters = break_down(AccrueBonuses, unfit(ids[0])), break_down(SendLetter, unfit(ids[1]))
    run = start(town, town.publish(birthday(), accrue(town), LETTER))
    work(town)
    heal_gifts()
    heal_letters()
    assert (retry(town, run, "n3"), retry(town, run, "n9")) == (1, 0)
    work(town)
    with town.database.read() as session:
        assert [each["node"] for each in failures(session, run)] == ["n2"]
    assert retry(town, run) == 1
    work(town)
    assert town.lots() == [(customer, 500) for customer in ids]
    with town.database.read() as session:
        assert sums_hold(session, run)


def test_of_two_branches_the_one_that_was_done_is_not_done_again(town: Town, break_down: Trouble) -> None:
    """n1 leads to a gift and to a letter; both lead to a second gift, which waits for whoever failed on the way."""
    ids = town.customers(6, born=TODAY)
    steps = [birthday(), accrue(town), LETTER, accrue(town) | {"amount": "7.00"}]
    nodes = [
        {
            "id": f"n{n}",
            "type": step["type"],
            "settings": {name: value for name, value in step.items() if name != "type"},
            "position": {"x": 0, "y": 0},
        }
        for n, step in enumerate(steps, 1)
    ]
    lines = [("n1", "n2"), ("n1", "n3"), ("n2", "n4"), ("n3", "n4")]
    edges = [{"source": source, "port": "out", "target": target} for source, target in lines]
    with town.database.begin() as session:
        campaign = create(session, "Test", NOON, {"nodes": nodes, "edges": edges}, None).id
        publish(session, campaign, NOON, "tests")
    heal = break_down(SendLetter, unfit(ids[0], ids[4]))
    run = start(town, campaign)
    work(town)
    assert town.counts()["n4"]["in"] == 4
    heal()
    assert retry(town, run, "n3") == 2
    work(town)
    assert sorted(town.lots()) == sorted((customer, amount) for customer in ids for amount in (500, 700))
    with town.database.read() as session:
        assert sums_hold(session, run)
        assert session.scalar(select(func.count()).select_from(Message)) == 6


def test_a_worker_that_dies_while_they_try_again_leaves_nothing_half_done(town: Town, break_down: Trouble) -> None:
    ids = town.customers(3, born=TODAY)
    heal = break_down(AccrueBonuses, unfit(*ids))
    run = start(town, town.publish(birthday(), accrue(town)))
    work(town)
    heal()
    retry(town, run)
    with town.database.begin() as session:
        dead = claim(session, LATER, 1)
    assert dead is not None
    while work_once(town.database, LATER + timedelta(seconds=2), lease_s=30):
        pass
    assert town.lots() == [(customer, 500) for customer in ids]


def test_more_than_a_piece_are_taken_up_by_workers_and_the_run_is_not_over_before(
    town: Town, break_down: Trouble, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = town.customers(11, born=TODAY)
    heal = break_down(AccrueBonuses, unfit(*ids))
    run = start(town, town.publish(birthday(), accrue(town)))
    drain(town.database, NOON, settings)
    heal()
    monkeypatch.setattr(retrying, "PIECE", 4)
    assert retry(town, run, batch_size=3) == 11
    assert (town.counts()["n2"]["waiting"], town.counts()["n2"]["failed"]) == (4, 7)
    work(town)
    assert len(town.lots()) == 4
    assert retry_next(town.database, LATER, 3)
    with town.database.read() as session:
        assert run_view(session, run)["status"] == "going_on"
    drain(town.database, LATER, settings)
    assert town.lots() == [(customer, 500) for customer in ids]
    assert not retry_next(town.database, LATER, 3)
    with town.database.read() as session:
        assert run_view(session, run)["status"] == "finished"
        assert sums_hold(session, run)


def test_a_letter_in_doubt_stays_in_doubt(
    town: Town, break_down: Trouble, settings: Settings, smtp_sink: SmtpSink
) -> None:
    ids = town.customers(3, born=TODAY)
    heal = break_down(SendLetter, unfit(ids[0]))
    run = start(town, town.publish(birthday(), LETTER))
    work(town)
    with town.database.begin() as session:
        session.execute(update(Message).where(Message.customer_id == ids[1]).values(status="in_doubt"))
    heal()
    retry(town, run)
    drain(town.database, LATER, replace(settings, smtp_url=smtp_sink.url))
    assert len(smtp_sink.letters) == 2
    with town.database.read() as session:
        told = dict(session.execute(select(Message.customer_id, Message.status)).all())
    assert told == {ids[0]: "sent", ids[1]: "in_doubt", ids[2]: "sent"}


def test_nobody_tries_again_in_a_run_that_was_stopped_or_is_not_there(
    town: Town, break_down: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = town.customers(3, born=TODAY)
    break_down(AccrueBonuses, unfit(*ids))
    run = start(town, town.publish(birthday(), accrue(town)))
    work(town)
    monkeypatch.setattr(retrying, "PIECE", 1)
    retry(town, run)
    with town.database.begin() as session:
        stop_run(session, run, LATER)
        assert session.scalar(select(func.count()).select_from(RunRetry)) == 0
        assert sums_hold(session, run)
        trails = select(Enrollment.trail).order_by(Enrollment.customer_id)
        assert session.scalars(trails).all() == [" n1:out n2:end ", " n1:out ", " n1:out "]
    with pytest.raises(Conflict):
        retry(town, run)
    with pytest.raises(NotFound):
        retry(town, 77)


def test_the_chain_of_an_action_runs_once_more_for_them_and_is_over_again(
    town: Town, break_down: Trouble, settings: Settings
) -> None:
    ids = town.customers(2, born=TODAY)
    heal = break_down(AccrueBonuses, unfit(ids[0]))
    campaign = town.publish(birthday(), accrue(town))
    with town.database.begin() as session:
        session.get_one(Campaign, campaign).one_off = True
    run = start(town, campaign)
    drain(town.database, NOON, settings)
    heal()
    retry(town, run)
    drain(town.database, LATER, settings)
    assert town.lots() == [(customer, 500) for customer in ids]
    with town.database.read() as session:
        assert session.get_one(Campaign, campaign).status == "finished"
        assert session.get_one(Run, run).status == "finished"
