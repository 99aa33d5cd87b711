"""When the database is busy, Redis away or a chain broken: nobody is blamed for it, and the others go on."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, OperationalError

from campaigns.campaigns import Campaign
from campaigns.node_types import Batch as Set
from campaigns.node_types import Outcome
from campaigns.nodes import NODE_TYPES
from campaigns.nodes.accrue_bonuses import AccrueBonuses
from campaigns.publication import pause
from campaigns.runtime.claims import any_free
from campaigns.runtime.clock import tick
from campaigns.runtime.rows import Batch, Enrollment
from campaigns.runtime.starting import start_by_hand
from campaigns.runtime.work import work_once
from loyalty_core.database import is_passing
from loyalty_core.organisation import LegalEntity
from loyalty_core.settings import Settings
from segmenter.segments import Segment
from tests.campaigns.town import NOON, Town, birthday

TODAY = date(1990, 11, 21)


def accrue(town: Town) -> dict[str, Any]:
    return {"type": "accrue_bonuses", "amount": "5.00", "lifetime_days": 30, "legal_entity": town.company}


def start(town: Town, campaign: int) -> None:
    with town.database.begin() as session:
        start_by_hand(session, campaign, NOON, 100)


def test_a_busy_database_fails_no_customer(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.customers(1, born=TODAY)
    start(town, town.publish(birthday(), accrue(town)))
    run, troubles = AccrueBonuses.run, 7

    def busy_at_first(step: AccrueBonuses, batch: Set, settings: dict[str, Any]) -> Outcome:
        nonlocal troubles
        if troubles:
            troubles -= 1
            raise _busy()
        return run(step, batch, settings)

    monkeypatch.setattr(AccrueBonuses, "run", busy_at_first)
    while work_once(town.database, NOON, lease_s=30):
        pass

    assert len(town.lots()) == 1
    with town.database.read() as session:
        assert session.scalars(select(Enrollment.status)).all() == ["finished"]
        assert session.execute(select(Batch.claims, Batch.failures)).all() == [(1, 0)]


def _busy() -> OperationalError:
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return OperationalError("UPDATE", {}, busy)


def test_a_statement_that_can_never_be_done_is_no_passing_trouble(town: Town) -> None:
    with town.database.read() as session, pytest.raises(DBAPIError) as caught:
        session.execute(text("SELECT nothing FROM nowhere"))
    assert not is_passing(caught.value)
    assert is_passing(_busy())


def test_who_fails_at_a_step_whose_segment_is_gone_is_told_so_by_its_number(town: Town) -> None:
    town.customers(1, born=TODAY)
    start(town, town.publish(birthday(), {"type": "customers_from_segment", "segment": town.loyal}))
    with town.database.begin() as session:
        session.delete(session.get_one(Segment, town.loyal))
    while work_once(town.database, NOON, lease_s=30):
        pass
    with town.database.read() as session:
        (failed,) = session.scalars(select(Enrollment))
        assert (failed.status, failed.failed_at_node) == ("failed", "n2")
        assert failed.reason == f"The step could not be done: There is no segment {town.loyal}"


def test_what_the_database_refuses_is_told_without_the_statement(town: Town) -> None:
    town.customers(1, born=TODAY)
    start(town, town.publish(birthday(), accrue(town)))
    with town.database.begin() as session:
        session.delete(session.get_one(LegalEntity, town.company))
    while work_once(town.database, NOON, lease_s=30):
        pass
    with town.database.read() as session:
        (failed,) = session.scalars(select(Enrollment))
        assert "foreign key" in (failed.reason or "").lower()
        assert "INSERT" not in (failed.reason or "")


def test_a_batch_that_fails_after_another_worker_took_it_over_is_left_to_that_one(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.customers(1, born=TODAY)
    start(town, town.publish(birthday(), accrue(town)))

    def slow_to_fail(step: AccrueBonuses, batch: Set, settings: dict[str, Any]) -> Outcome:
        batch.session.rollback()
        with town.database.begin() as session:
            session.execute(update(Batch).values(token="another worker's"))
        raise ValueError("too late")

    monkeypatch.setattr(AccrueBonuses, "run", slow_to_fail)
    assert work_once(town.database, NOON, lease_s=30)
    with town.database.read() as session:
        assert session.execute(select(Batch.token, Batch.failures)).all() == [("another worker's", 0)]


def test_batches_of_a_paused_campaign_wake_nobody(town: Town) -> None:
    town.customers(1, born=TODAY)
    campaign = town.publish(birthday(), accrue(town))
    start(town, campaign)
    with town.database.begin() as session:
        assert any_free(session, "short", NOON)
        assert not any_free(session, "long", NOON)
        pause(session, campaign, NOON)
        assert not any_free(session, "short", NOON)


@contextmanager
def _step_type_gone(key: str) -> Iterator[None]:
    """What an operator has who uninstalled the package that brought a step type."""
    gone = NODE_TYPES.pop(key)
    try:
        yield
    finally:
        NODE_TYPES[key] = gone


def test_a_chain_that_cannot_be_read_does_not_keep_the_others_from_starting(town: Town, settings: Settings) -> None:
    town.customers(1, born=TODAY)
    broken = town.publish(birthday("11:30"), {"type": "filter_customers", "tree": {"all": []}}, accrue(town))
    sound = town.publish(birthday("11:30"), accrue(town))
    purchases = town.publish({"type": "purchase_made"}, {"type": "filter_customers", "tree": {"all": []}}, accrue(town))
    with _step_type_gone("filter_customers"):
        report = tick(town.database, NOON, settings)
    with town.database.read() as session:
        looked_at = {campaign.id: campaign.clock_at for campaign in session.scalars(select(Campaign))}
    assert (report.started, report.failed) == (1, 2)
    assert looked_at[sound] == NOON
    assert looked_at[broken] == looked_at[purchases] == NOON - timedelta(hours=1)

    # Mended, it is caught up with.
    assert tick(town.database, NOON + timedelta(minutes=1), settings).started == 1
