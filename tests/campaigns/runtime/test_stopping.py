"""A run that is stopped: who was inside leaves, nobody enters any more, nothing more is sent."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from campaigns.campaigns import Campaign
from campaigns.messages import remedies
from campaigns.messages.rows import Message
from campaigns.node_types import Batch as Set
from campaigns.node_types import Outcome
from campaigns.nodes.accrue_bonuses import AccrueBonuses
from campaigns.runtime.claims import any_free
from campaigns.runtime.clock import drain, tick
from campaigns.runtime.reading import run_view
from campaigns.runtime.rows import Batch, Enrollment, Run
from campaigns.runtime.starting import start_by_hand
from campaigns.runtime.stopping import stop_run
from campaigns.runtime.work import work_once
from loyalty_core.errors import Conflict, NotFound
from loyalty_core.settings import Settings
from tests.campaigns.town import NOON, Town, birthday, sums_hold
from tests.support.smtp_sink import SmtpSink

TODAY = date(1990, 11, 21)
LETTER = {"type": "send_letter", "subject": "Happy birthday", "body": "Dear {{ customer.first_name }}"}


def accrue(town: Town) -> dict[str, Any]:
    return {"type": "accrue_bonuses", "amount": "5.00", "lifetime_days": 30, "legal_entity": town.company}


def start(town: Town, campaign: int, batch_size: int = 2) -> int:
    with town.database.begin() as session:
        return start_by_hand(session, campaign, NOON, batch_size)[0].id


def stop(town: Town, run: int) -> None:
    with town.database.begin() as session:
        stop_run(session, run, NOON)


def test_who_is_inside_leaves_and_what_was_done_stays(town: Town, settings: Settings, smtp_sink: SmtpSink) -> None:
    town.customers(5, born=TODAY)
    run = start(town, town.publish(birthday(), accrue(town), LETTER))
    assert work_once(town.database, NOON, lease_s=30)
    stop(town, run)
    stop(town, run)
    assert drain(town.database, NOON, replace(settings, smtp_url=smtp_sink.url)) == 0
    assert len(town.lots()) == 2
    assert smtp_sink.letters == []
    with town.database.read() as session:
        view = run_view(session, run)
        assert (view["status"], view["entered"], view["finished"], view["waiting"]) == ("stopped", 5, 5, 0)
        assert view["nodes"]["n1"]["out"] == {"out": 2, "end": 3}
        assert sums_hold(session, run)
        left = session.scalars(select(Enrollment).where(Enrollment.trail == " n1:end ")).all()
        assert {each.reason for each in left} == {"The run was stopped"}
        dropped = session.execute(select(Message.status, Message.reason)).all()
        assert dropped == [("dropped", "The run was stopped")] * 2
        assert not any_free(session, "short", NOON)


def test_nobody_enters_a_run_that_was_stopped_and_the_next_one_begins(town: Town, settings: Settings) -> None:
    town.customers(1, born=TODAY)
    campaign = town.publish(birthday(), accrue(town))
    run = start(town, campaign)
    stop(town, run)
    town.customers(1, born=TODAY)
    assert start(town, campaign) == run
    tick(town.database, NOON + timedelta(hours=12), settings)
    assert town.lots() == []
    town.customers(1, born=TODAY + timedelta(days=1))
    tick(town.database, NOON + timedelta(hours=22), settings)
    drain(town.database, NOON + timedelta(hours=22), settings)
    assert len(town.lots()) == 1


def test_a_worker_in_the_middle_of_a_batch_commits_nothing_of_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.customers(1, born=TODAY)
    run = start(town, town.publish(birthday(), accrue(town)))
    act = AccrueBonuses.run

    def stopped_meanwhile(step: AccrueBonuses, batch: Set, settings: dict[str, Any]) -> Outcome:
        # SQLite has one writer at a time: there the worker is frozen before it writes anything.
        batch.session.rollback()
        stop(town, run)
        return act(step, batch, settings)

    monkeypatch.setattr(AccrueBonuses, "run", stopped_meanwhile)
    assert work_once(town.database, NOON, lease_s=30)
    assert not work_once(town.database, NOON + timedelta(hours=1), lease_s=30)
    assert town.lots() == []
    with town.database.read() as session:
        assert session.scalars(select(Enrollment.trail)).all() == [" n1:end "]
        assert session.scalars(select(Batch.status)).all() == ["done"]
        assert sums_hold(session, run)


def test_what_comes_back_to_the_queue_is_dropped_and_not_sent_again(town: Town, settings: Settings) -> None:
    town.customers(1, born=TODAY)
    run = start(town, town.publish(birthday(), LETTER))
    assert work_once(town.database, NOON, lease_s=30)
    with town.database.begin() as session:
        session.scalars(select(Message)).one().status = "sending"
    stop(town, run)
    with town.database.begin() as session:
        (message,) = session.scalars(select(Message))
        assert message.status == "sending"
        message.status = "queued"
    tick(town.database, NOON, settings)
    with town.database.begin() as session:
        (message,) = session.scalars(select(Message))
        assert (message.status, message.reason) == ("dropped", "The run was stopped")
        with pytest.raises(Conflict, match="nothing more is sent"):
            remedies.send_again(session, message.id)


def test_only_a_run_that_goes_on_can_be_stopped(town: Town, settings: Settings) -> None:
    town.customers(1, born=TODAY)
    run = start(town, town.publish(birthday(), accrue(town)))
    drain(town.database, NOON, settings)
    with town.database.begin() as session, pytest.raises(Conflict, match="is over"):
        stop_run(session, run, NOON)
    with town.database.begin() as session, pytest.raises(NotFound):
        stop_run(session, run + 1, NOON)
    with town.database.read() as session:
        assert session.get_one(Run, run).stopped_at is None


def test_a_chain_that_was_drawn_for_one_run_is_over_with_it(town: Town) -> None:
    town.customers(1, born=TODAY)
    campaign = town.publish(birthday(), accrue(town))
    run = start(town, campaign)
    with town.database.begin() as session:
        session.get_one(Campaign, campaign).one_off = True
    stop(town, run)
    with town.database.read() as session:
        assert session.get_one(Campaign, campaign).status == "finished"
