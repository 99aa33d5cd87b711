"""RFM is calculated by the processes: the clock asks, a worker does it, and one that is killed leaves nothing seen."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.runtime import jobs
from campaigns.runtime.clock import drain, tick
from loyalty_core.database import Database
from loyalty_core.settings import Settings
from segmenter.rfm.claims import LEASE, request
from segmenter.rfm.rows import RfmCalculation
from segmenter.rfm.settings import begun
from tests.segmenter.rfm.buyers import NOW, ago, scores, settle
from tests.support.valkey import Valkey


def catena(settings: Settings, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {"CATENA_DATA": str(settings.data), "DATABASE_URL": settings.database_url}
    command = [sys.executable, "-m", "web.cli", *arguments]
    return subprocess.run(command, env=os.environ | known | environment, capture_output=True, text=True, check=False)


def ask(database: Database, now: datetime) -> None:
    with database.begin() as session:
        request(session, begun(session), now)


def statuses(database: Database) -> list[Any]:
    with database.read() as session:
        return list(session.scalars(select(RfmCalculation.status).order_by(RfmCalculation.id)))


def test_a_killed_calculation_leaves_nothing_seen_and_is_done_when_its_lease_has_lapsed(
    database: Database, session: Session, settings: Settings
) -> None:
    settle(session, [[(ago(n), 1000)] for n in range(1, 8)])
    ask(database, NOW)
    killed = catena(settings, "tick", "--now", NOW.isoformat(), "--drain", CATENA_CRASH_AT="scored")
    assert killed.returncode == -signal.SIGKILL
    assert statuses(database) == ["going_on"]
    assert scores(database) == {}
    later = (NOW + LEASE).isoformat()
    done = catena(settings, "tick", "--now", later, "--drain")
    assert done.returncode == 0, done.stderr
    assert statuses(database) == ["current"]
    assert len(scores(database)) == 7


def test_a_tick_of_the_next_day_calculates_again(database: Database, session: Session, settings: Settings) -> None:
    settle(session, [[(ago(n), 1000)] for n in range(1, 8)])
    ask(database, NOW)
    for day in range(3):
        now = NOW + timedelta(days=day)
        assert tick(database, now, settings).rfm == (1 if day else 0)
        drain(database, now, settings)
    assert statuses(database) == ["previous", "current"]


def test_a_bell_rings_for_what_waits_and_its_job_does_it(
    database: Database, session: Session, settings: Settings, valkey: Valkey, monkeypatch: Any
) -> None:
    settle(session, [[(ago(n), 1000)] for n in range(1, 8)])
    ask(database, jobs.now())
    served = replace(settings, redis_url=valkey.url)
    monkeypatch.setattr(jobs, "_settings", lambda: served)
    monkeypatch.setattr(jobs, "_database", lambda: database)
    jobs.ring_for_open_work(served)
    queue = Queue(jobs.LONG, connection=jobs._redis(valkey.url), serializer=JSONSerializer)
    assert [job.func_name for job in queue.jobs] == ["campaigns.runtime.jobs.rfm_job"]
    jobs.rfm_job()
    assert statuses(database) == ["current"]
