"""`kill -9` of workers in the middle of a run, again and again: no customer has two, none has nothing."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from time import monotonic, sleep

import pytest
from redis import Redis
from sqlalchemy import func, select, update

from campaigns.acting.acting import act
from campaigns.acting.asked import Asked
from campaigns.messages.rows import Message
from campaigns.runtime import entering, jobs
from campaigns.runtime.jobs import now, ring_for_open_work
from campaigns.runtime.retrying import retry_failed
from campaigns.runtime.rows import Batch, Enrollment
from campaigns.runtime.starting import start_by_hand
from campaigns.runtime.work import work_once
from loyalty_core.database import Database
from loyalty_core.settings import Settings
from segmenter.segments import Segment
from segmenter.selections import members, opening
from segmenter.selections.rows import SelectionFilling
from segmenter.selections.wanted import Wanted
from tests.campaigns.town import Town, birthday, sums_hold
from tests.support.selections import ask, open_tree
from tests.support.valkey import Valkey

CUSTOMERS = 4372
KILLS = 20
IMPORTS = "from campaigns.runtime import jobs; from loyalty_core.settings import Settings; "
WORKER = IMPORTS + "jobs.run_worker(Settings.from_environment())"
CLOCK = IMPORTS + "jobs.run_clock(Settings.from_environment())"


@contextmanager
def process(settings: Settings, code: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the installation; its whole group is killed at the end."""
    known = {
        "CATENA_DATA": str(settings.data),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SMTP_URL": settings.smtp_url,
        "CATENA_LEASE_S": str(settings.lease_s),
        "CATENA_BATCH_SIZE": str(settings.batch_size),
    }
    command = [sys.executable, "-c", code]
    started = subprocess.Popen(command, env=os.environ | known | environment, start_new_session=True)
    try:
        yield started
    finally:
        _kill(started)


def _kill(started: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(started.pid, signal.SIGKILL)
    started.wait()


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something that the database will show."""
    deadline = monotonic() + seconds
    while not true():
        assert monotonic() < deadline, "it did not happen"
        # Asking without a pause would take a core from those who are to do it.
        sleep(0.02)


def batches(database: Database, status: str) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Batch).where(Batch.status == status)) or 0


def kill_inside_batches(town: Town, installation: Settings, times: int) -> None:
    """Let so many workers, one after another, die inside a batch, just before its commit."""
    for _time in range(times):
        ring_for_open_work(installation)
        with process(installation, WORKER, CATENA_CRASH_AT="before_commit"):
            wait_until(lambda: batches(town.database, "working") > 0)


@pytest.fixture
def installation(settings: Settings, valkey: Valkey, database: Database, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation whose leases lapse soon and whose mail server does not answer."""
    # Bells that this process rings are for this test's database, not for the one that was kept before it.
    monkeypatch.setattr(jobs, "_database", lambda: database)
    return replace(settings, redis_url=valkey.url, smtp_url="smtp://127.0.0.1:9", lease_s=1, batch_size=25)


def test_twenty_kills_in_the_middle_of_a_run_pay_everybody_once(town: Town, installation: Settings) -> None:
    ids = town.customers(CUSTOMERS, born=date(1990, 11, 21))
    gift = {"type": "accrue_bonuses", "amount": "500.00", "lifetime_days": 30, "legal_entity": town.company}
    letter = {"type": "send_letter", "subject": "For you", "body": "{{ bonuses }}"}
    moment = now()
    campaign = town.publish(birthday(), gift, letter, now=moment)
    with town.database.begin() as session:
        run, _ = start_by_hand(session, campaign, moment.replace(month=11, day=21), installation.batch_size)

    redis = Redis.from_url(installation.redis_url)
    for kill in range(KILLS):
        done = batches(town.database, "done")
        # Every other worker dies inside a batch, just before its commit; the others wherever they are.
        crash = {"CATENA_CRASH_AT": "before_commit"} if kill % 2 else {}
        ring_for_open_work(installation)
        with process(installation, WORKER, **crash):
            if crash:
                wait_until(lambda: batches(town.database, "working") > 0)
            else:
                wait_until(lambda done=done: batches(town.database, "done") > done)
        if kill == KILLS // 2:
            redis.flushall()  # the bells are lost too
    assert batches(town.database, "done") < CUSTOMERS // installation.batch_size, "the run was over too soon"

    with process(installation, CLOCK), process(installation, WORKER):
        wait_until(lambda: batches(town.database, "ready") + batches(town.database, "working") == 0, 180)

    assert town.lots() == [(customer, 50_000) for customer in ids]
    with town.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == CUSTOMERS
        assert session.scalar(select(func.count()).where(Enrollment.status != "finished")) == 0
        assert sums_hold(session, run.id)


def test_workers_killed_while_a_selection_is_paid_double_nothing(town: Town, installation: Settings) -> None:
    ids = town.customers(300)
    asked = Asked("accrue_bonuses", {"amount": "500.00", "lifetime_days": 30, "legal_entity": town.company})
    with town.database.begin() as session:
        selection = open_tree(session, {"all": []}, now(), "Anna").id
        members.tick(session, selection, ids[:1], False)
        act(session, selection, asked, "once", now(), "Anna", installation.batch_size)
    kill_inside_batches(town, installation, 4)
    with process(installation, CLOCK), process(installation, WORKER):
        wait_until(lambda: batches(town.database, "ready") + batches(town.database, "working") == 0, 180)
    assert town.lots() == [(customer, 50_000) for customer in ids[1:]]


def test_workers_killed_while_a_large_selection_is_opened_and_paid_double_nothing(
    town: Town, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = town.customers(300)
    monkeypatch.setattr(opening, "AT_ONCE_MAX", 100)
    monkeypatch.setattr(entering, "PIECE", 100)
    asked = Asked("accrue_bonuses", {"amount": "500.00", "lifetime_days": 30, "legal_entity": town.company})
    with town.database.begin() as session:
        selection = ask(town.database, session, Wanted("tree", tree={"all": []}), now(), "Anna").id
    ring_for_open_work(installation)
    with process(installation, WORKER, CATENA_CRASH_AT="piece"):
        wait_until(lambda: _chosen(town.database))
    with town.database.begin() as session:
        # Its lease is of minutes: here it has lapsed.
        session.execute(update(SelectionFilling).values(lease_until=now()))
    ring_for_open_work(installation)
    with process(installation, WORKER):
        wait_until(lambda: not _chosen(town.database))
    with town.database.begin() as session:
        assert members.figures(session, selection) == (300, 300)
        act(session, selection, asked, "once", now(), "Anna", installation.batch_size)
    kill_inside_batches(town, installation, 2)
    with process(installation, CLOCK), process(installation, WORKER):
        wait_until(lambda: len(town.lots()) == 300, 180)
    assert town.lots() == [(customer, 50_000) for customer in ids]


def _chosen(database: Database) -> bool:
    with database.read() as session:
        return session.scalar(select(SelectionFilling.total)) is not None


def test_workers_killed_while_those_who_failed_try_again_double_nothing(town: Town, installation: Settings) -> None:
    ids = town.customers(60, born=date(1990, 11, 21))
    gift = {"type": "accrue_bonuses", "amount": "500.00", "lifetime_days": 30, "legal_entity": town.company}
    moment = now()
    campaign = town.publish(
        birthday(), gift, {"type": "customers_from_segment", "segment": town.loyal}, gift, now=moment
    )
    with town.database.begin() as session:
        run, _ = start_by_hand(session, campaign, moment.replace(month=11, day=21), installation.batch_size)
        loyal = session.get_one(Segment, town.loyal)
        kept = {"id": loyal.id, "name": loyal.name, "tree": loyal.tree, "created_at": moment, "updated_at": moment}
        session.delete(loyal)
    while work_once(town.database, moment, installation.lease_s):
        pass
    assert town.lots() == [(customer, 50_000) for customer in ids]
    with town.database.begin() as session:
        session.add(Segment(**kept))
        assert retry_failed(session, run.id, "n3", now(), installation.batch_size) == len(ids)
    kill_inside_batches(town, installation, 3)
    with process(installation, CLOCK), process(installation, WORKER):
        wait_until(lambda: batches(town.database, "ready") + batches(town.database, "working") == 0, 180)
    assert town.lots() == [(customer, 50_000) for customer in ids for _ in range(2)]
    with town.database.read() as session:
        assert session.scalar(select(func.count()).where(Enrollment.status != "finished")) == 0
        assert sums_hold(session, run.id)


def test_workers_and_clock_wait_for_a_redis_that_is_away(
    town: Town, installation: Settings, valkey: Valkey, capfd: pytest.CaptureFixture[str]
) -> None:
    town.customers(3, born=date(1990, 11, 21))
    gift = {"type": "accrue_bonuses", "amount": "500.00", "lifetime_days": 30, "legal_entity": town.company}
    campaign = town.publish(birthday(), gift, now=now())
    with town.database.begin() as session:
        start_by_hand(session, campaign, now().replace(month=11, day=21), installation.batch_size)
    said: list[str] = []

    def waiting() -> int:
        said.append(capfd.readouterr().out)
        return "".join(said).count("redis.away")

    valkey.stop()
    with process(installation, CLOCK) as clock:
        wait_until(lambda: waiting() > 0)
        with process(installation, WORKER) as worker:
            before = waiting()
            wait_until(lambda: waiting() > before + 2)
            valkey.start()
            wait_until(lambda: batches(town.database, "done") == 1)
            assert clock.poll() is None
            assert worker.poll() is None
    assert len(town.lots()) == 3
