"""RQ jobs, bells and processes. A job only wakes somebody up: the database says what there is to do.

Two queues: `short` for ticks, fresh events and small sets, `long` for the rest. A job works for a few seconds and
rings again, so that short work never waits behind a run of a million. Wiping Redis loses nothing: the next tick
rings for what is open.
"""

import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache, wraps
from time import monotonic, sleep
from typing import Any

import structlog
from redis import Redis
from redis.client import Pipeline
from redis.exceptions import ConnectionError as RedisConnectionError
from rq import Queue, Worker
from rq.cron import CronJob, CronScheduler
from rq.serializers import JSONSerializer
from sqlalchemy import exists, select
from sqlalchemy.exc import DBAPIError

from campaigns.messages import delivery
from campaigns.runtime import clock, entering, retrying
from campaigns.runtime.claims import any_free
from campaigns.runtime.crash_points import crash_point
from campaigns.runtime.starting import take_events
from campaigns.runtime.work import work_once
from loyalty_core.database import Database, is_passing
from loyalty_core.events import Event
from loyalty_core.settings import Settings
from segmenter import sizes
from segmenter.rfm.calculation import calculate_next
from segmenter.rfm.claims import any_free as any_free_calculation
from segmenter.selections import filling

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


def _outlives_outages(job: Callable[[], None]) -> Callable[[], None]:
    """Say in one line that the database or Redis was away: the next tick rings again for what is left."""

    @wraps(job)
    def attempt() -> None:
        try:
            job()
        except (DBAPIError, RedisConnectionError) as error:
            if isinstance(error, DBAPIError) and not is_passing(error):
                raise
            reason = str(error.orig if isinstance(error, DBAPIError) else error).splitlines()[0]
            log.warning("job.put_off", job=job.__name__, reason=reason)

    return attempt


@_outlives_outages
def tick_job() -> None:
    """What the clock does every few seconds."""
    report = clock.tick(_database(), now(), _settings())
    if any(vars(report).values()):
        log.info("clock.tick", **vars(report))
    ring_for_open_work(_settings())


@_outlives_outages
def events_job() -> None:
    """Hand fresh events to the chains that listen."""
    with _database().begin() as session:
        take_events(session, now(), _settings().batch_size)
    ring_for_open_work(_settings())


@_outlives_outages
def work_job() -> None:
    """Carry batches, for a stint."""
    stop = monotonic() + STINT_S
    while work_once(_database(), now(), _settings().lease_s):
        if monotonic() > stop:
            break
    ring_for_open_work(_settings())


@_outlives_outages
def deliver_job() -> None:
    """Deliver messages, for a stint."""
    stop = monotonic() + STINT_S
    while delivery.deliver_round(_database(), _settings(), now(), 50) and monotonic() < stop:
        pass
    ring_for_open_work(_settings())


@_outlives_outages
def rfm_job() -> None:
    """Calculate RFM: one calculation is one job."""
    calculate_next(_database(), now(), crash_point)
    ring_for_open_work(_settings())


@_outlives_outages
def sizes_job() -> None:
    """Count segments for the history of their sizes, for a stint."""
    stop = monotonic() + STINT_S
    while sizes.count_next(_database(), now()) and monotonic() < stop:
        pass
    ring_for_open_work(_settings())


@_outlives_outages
def filling_job() -> None:
    """Fill a selection, for a stint."""
    filling.fill_next(_database(), now(), crash_point)
    ring_for_open_work(_settings())


@_outlives_outages
def entering_job() -> None:
    """Take customers of selections into runs, for a stint."""
    stop = monotonic() + STINT_S
    while entering.enter_next(_database(), now(), _settings().batch_size) and monotonic() < stop:
        pass
    ring_for_open_work(_settings())


@_outlives_outages
def retry_job() -> None:
    """Take up those who try a step again, for a stint."""
    stop = monotonic() + STINT_S
    while retrying.retry_next(_database(), now(), _settings().batch_size) and monotonic() < stop:
        pass
    ring_for_open_work(_settings())


def ring_for_open_work(settings: Settings) -> None:
    """Ring for everything that the database says is open now."""
    with _database().read() as session:
        moment = now()
        if session.scalar(select(exists().where(Event.taken_at.is_(None)))):
            ring(settings, events_job, SHORT)
        for queue in (SHORT, LONG):
            if any_free(session, queue, moment):
                ring(settings, work_job, queue)
        if delivery.due(session, moment):
            ring(settings, deliver_job, LONG)
        if any_free_calculation(session, moment):
            ring(settings, rfm_job, LONG)
        if filling.any_free(session, moment):
            ring(settings, filling_job, LONG)
        if entering.any_open(session):
            ring(settings, entering_job, LONG)
        if retrying.any_open(session):
            ring(settings, retry_job, LONG)
        if sizes.any_due(session, moment):
            ring(settings, sizes_job, LONG)


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

    def register_death(self, pipeline: Pipeline | None = None) -> None:
        """Say goodbye, if there is anybody to say it to."""
        with suppress(RedisConnectionError):
            super().register_death(pipeline)


def run_clock(settings: Settings) -> None:
    """The clock's process: ticks until it is told to stop."""
    _with_redis(lambda: Clock(settings).start())  # type: ignore[no-untyped-call]


def run_worker(settings: Settings) -> None:
    """A worker's process: does what the bells ask for, short work first, until it is told to stop."""

    def work() -> None:
        connection = _redis(settings.redis_url)
        queues = [Queue(name, connection=connection, serializer=JSONSerializer) for name in (SHORT, LONG)]
        Worker(queues, connection=connection, serializer=JSONSerializer).work(logging_level="WARNING")

    _with_redis(work)


def _with_redis(process: Callable[[], None]) -> None:
    """Run a process of RQ's to its end; where Redis is away, again and again until it is back."""
    while True:
        try:
            return process()
        except RedisConnectionError as error:
            log.warning("redis.away", reason=str(error))
            # RQ's own handlers belong to the one that has just given up.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            sleep(TICK_S)
