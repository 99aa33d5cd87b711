"""RQ jobs, bells and processes. A job only wakes somebody up: the database says what there is to do.

Two queues: `short` for ticks, fresh events and small sets, `long` for the rest. A job works for a few seconds and
rings again, so that short work never waits behind a run of a million. Wiping Redis loses nothing: the next tick
rings for what is open.
"""

from datetime import UTC, datetime
from functools import cache
from time import monotonic
from typing import Any

import structlog
from redis import Redis
from rq import Queue, Worker
from rq.cron import CronJob, CronScheduler
from rq.serializers import JSONSerializer
from sqlalchemy import exists, select

from campaigns.messages import delivery
from campaigns.runtime import clock
from campaigns.runtime.rows import Batch
from campaigns.runtime.starting import take_events
from campaigns.runtime.work import work_once
from loyalty_core.database import Database
from loyalty_core.events import Event
from loyalty_core.settings import Settings

log = structlog.get_logger()

SHORT, LONG = "short", "long"
TICK_S = 2
STINT_S = 5.0  # how long one job works before it lets others have their turn
BELLS_MAX = 8  # bells that wait in one queue: more would wake nobody earlier
JOB_TIMEOUT_S = 300


def now() -> datetime:
    """The moment, for the processes; everything below takes it as an argument."""
    return datetime.now(UTC)


@cache
def _settings() -> Settings:
    return Settings.from_environment()


@cache
def _database() -> Database:
    # Made anew in every forked job: a connection must not be shared with the parent.
    return Database(_settings().database_url)


@cache
def _redis(url: str) -> Redis:
    return Redis.from_url(url)


def ring(settings: Settings, job: Any, queue: str = SHORT) -> None:
    """Wake a worker up for this job, unless enough bells are ringing already."""
    bell = Queue(queue, connection=_redis(settings.redis_url), serializer=JSONSerializer)
    if bell.count < BELLS_MAX:
        bell.enqueue(job, job_timeout=JOB_TIMEOUT_S, result_ttl=0, failure_ttl=3600)


def tick_job() -> None:
    """What the clock does every few seconds."""
    report = clock.tick(_database(), now(), _settings())
    if any(vars(report).values()):
        log.info("clock.tick", **vars(report))
    ring_for_open_work(_settings())


def events_job() -> None:
    """Hand fresh events to the chains that listen."""
    with _database().begin() as session:
        take_events(session, now(), _settings().batch_size)
    ring_for_open_work(_settings())


def work_job() -> None:
    """Carry batches, for a stint."""
    stop = monotonic() + STINT_S
    while work_once(_database(), now(), _settings().lease_s):
        if monotonic() > stop:
            break
    ring_for_open_work(_settings())


def deliver_job() -> None:
    """Deliver letters, for a stint."""
    stop = monotonic() + STINT_S
    while delivery.deliver_some(_database(), _settings(), now(), 50) and monotonic() < stop:
        pass
    ring_for_open_work(_settings())


def ring_for_open_work(settings: Settings) -> None:
    """Ring for everything that the database says is open now."""
    with _database().read() as session:
        moment = now()
        if session.scalar(select(exists().where(Event.taken_at.is_(None)))):
            ring(settings, events_job, SHORT)
        for queue in (SHORT, LONG):
            open_batch = exists().where(
                Batch.queue == queue,
                Batch.status != "done",
                (Batch.lease_until.is_(None)) | (Batch.lease_until <= moment),
            )
            if session.scalar(select(open_batch)):
                ring(settings, work_job, queue)
        if delivery.due(session, moment):
            ring(settings, deliver_job, LONG)


class Clock(CronScheduler):
    """RQ's cron, ringing our bells: its own queue would write pickles."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(_redis(settings.redis_url), logging_level="WARNING")
        self.settings = settings
        self.register(tick_job, SHORT, interval=TICK_S)

    def enqueue_jobs(self) -> list[CronJob]:
        """Ring for the jobs that are due."""
        due = [job for job in self.get_jobs() if job.should_run()]
        for job in due:
            ring(self.settings, job.func, job.queue_name)
            job.set_enqueue_time(now())
        return due


def run_clock(settings: Settings) -> None:
    """The clock's process: ticks until it is told to stop."""
    Clock(settings).start()  # type: ignore[no-untyped-call]


def run_worker(settings: Settings) -> None:
    """A worker's process: does what the bells ask for, short work first, until it is told to stop."""
    queues = [Queue(name, connection=_redis(settings.redis_url), serializer=JSONSerializer) for name in (SHORT, LONG)]
    Worker(queues, connection=_redis(settings.redis_url), serializer=JSONSerializer).work(logging_level="WARNING")
