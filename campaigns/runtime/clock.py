"""The clock: starts what is due, catches up after an outage, and puts right what was left undone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import exists, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from campaigns.acting.acting import acted_on
from campaigns.campaign_settings import lateness_allowed
from campaigns.campaigns import Campaign, CampaignVersion
from campaigns.editing import find
from campaigns.graph import read_graph
from campaigns.messages import delivery
from campaigns.node_types import ClockTrigger
from campaigns.publication import newest_version
from campaigns.runtime.crash_points import crash_point
from campaigns.runtime.entering import enter_next
from campaigns.runtime.intake import open_run
from campaigns.runtime.retrying import retry_next
from campaigns.runtime.rows import Batch, Run, RunEntering, RunIntake, RunRetry
from campaigns.runtime.starting import take_events, take_in
from campaigns.runtime.stopping import drop_queued
from campaigns.runtime.work import work_once
from campaigns.wall_clock import zones_in_use
from loyalty_core.database import Database
from loyalty_core.ledger.burning import burn_due
from loyalty_core.settings import Settings
from segmenter.rfm.calculation import calculate_next
from segmenter.rfm.claims import request_stale
from segmenter.selections.cleaning import clear_old
from segmenter.selections.filling import fill_next
from segmenter.sizes import count_next

log = structlog.get_logger()

GRACE = timedelta(minutes=5)  # a start this late is on time: ticks come every few seconds, restarts take a moment
BURN_MAX = 5000
DAY_OVER = timedelta(days=1, hours=26)  # after its first zone's start, a day has ended everywhere


@dataclass
class TickReport:
    """What a tick did; `failed`: campaigns that could not be looked at, `rfm`: calculations asked for."""

    started: int = 0
    skipped: int = 0
    entered: int = 0
    events: int = 0
    burned: int = 0
    finished: int = 0
    in_doubt: int = 0
    failed: int = 0
    rfm: int = 0


def tick(database: Database, now: datetime, settings: Settings) -> TickReport:
    """Everything the clock has to do at `now`; each part commits by itself and is harmless when done twice."""
    report = TickReport()
    with database.read() as session:
        live = list(session.scalars(select(Campaign.id).where(Campaign.status == "live").order_by(Campaign.id)))
    for campaign_id in live:
        try:
            with database.begin() as session:
                _start_due(session, campaign_id, now, settings.batch_size, report)
        except OperationalError:
            raise
        except Exception as error:
            # What is due there stays due, until it is mended; the other campaigns start meanwhile.
            log.error("clock.campaign", campaign=campaign_id, error=repr(error))
            report.failed += 1
    report.events += _take_all_events(database, now, settings.batch_size)
    report.burned += _burn_all(database, now)
    with database.begin() as session:
        report.in_doubt += delivery.rescue(session, now, settings.in_doubt)
        drop_queued(session)
        report.finished += _finish(session, now)
        report.rfm += request_stale(session, now)
        clear_old(session, now, acted_on())
    return report


def drain(database: Database, now: datetime, settings: Settings) -> int:
    """Work off RFM, sizes, batches, letters and events here, until none is left; how many batches were done."""
    batches = 0
    while calculate_next(database, now, crash_point) or count_next(database, now):
        pass
    while fill_next(database, now, crash_point) or enter_next(database, now, settings.batch_size):
        pass
    while retry_next(database, now, settings.batch_size):
        pass
    while True:
        busy = _take_all_events(database, now, settings.batch_size)
        while work_once(database, now, settings.lease_s):
            batches += 1
            busy += 1
        busy += delivery.deliver_round(database, settings, now, 1000)
        if not busy:
            break
    with database.begin() as session:
        _finish(session, now)
    return batches


def _start_due(session: Session, campaign_id: int, now: datetime, batch_size: int, report: TickReport) -> None:
    """Start what fell due since the clock last looked at the campaign, and remember that it has looked."""
    campaign = find(session, campaign_id, lock=True)
    version = newest_version(session, campaign_id)
    if campaign.status != "live" or version is None:
        return
    graph = read_graph(version.graph)
    (trigger,) = graph.triggers
    since = campaign.clock_at or version.published_at
    if now <= since or not isinstance(trigger.type, ClockTrigger):
        return
    allowed = lateness_allowed(version.settings, GRACE)
    for part in trigger.type.occurrences(session, trigger.type.load(trigger.settings), since, now):
        if allowed is not None and now - part.due > allowed:
            report.skipped += 1
            continue
        run, created = open_run(session, version, part.key, part.due, now, part=part.part)
        report.started += created
        report.entered += take_in(session, run, graph, version.settings, part, now, batch_size)
    campaign.clock_at = now


def _take_all_events(database: Database, now: datetime, batch_size: int) -> int:
    taken = 0
    while True:
        with database.begin() as session:
            some = take_events(session, now, batch_size)
        taken += some
        if not some:
            return taken


def _burn_all(database: Database, now: datetime) -> int:
    burned = 0
    while True:
        with database.begin() as session:
            some = burn_due(session, now, BURN_MAX)
        burned += some
        if some < BURN_MAX:
            return burned


def _finish(session: Session, now: datetime) -> int:
    """Mark the runs finished in which nobody travels and nobody can enter any more."""
    still_open = or_(
        exists().where(Batch.run_id == Run.id, Batch.status != "done"),
        exists().where(RunEntering.run_id == Run.id),
        exists().where(RunRetry.run_id == Run.id),
    )
    quiet = session.execute(
        select(Run, CampaignVersion)
        .join(CampaignVersion, CampaignVersion.id == Run.version_id)
        .where(Run.status == "going_on", ~still_open)
    ).all()
    over = [run.id for run, version in quiet if _nobody_can_enter(session, run, version, now)]
    # Asked again: somebody may have entered since the runs were read.
    ended = update(Run).where(Run.id.in_(over), ~still_open).values(status="finished", finished_at=now)
    campaigns = session.scalars(ended.returning(Run.campaign_id)).all()
    # A chain that was drawn for one run is over with it: the clock need not look at it any more.
    session.execute(
        update(Campaign)
        .where(Campaign.id.in_(campaigns), Campaign.one_off, Campaign.status == "live")
        .values(status="finished")
    )
    return len(campaigns)


def _nobody_can_enter(session: Session, run: Run, version: CampaignVersion, now: datetime) -> bool:
    """Whether the run has seen its last customer.

    By hand all enter at once, and nobody enters an older version; a run of the clock is over with its last zone, one
    of events with its day.
    """
    newest = newest_version(session, run.campaign_id)
    if run.by_hand or newest is None or newest.id != version.id:
        return True
    (trigger,) = read_graph(version.graph).triggers
    if not isinstance(trigger.type, ClockTrigger):
        return now >= run.moment + timedelta(days=1)
    taken = session.scalars(select(RunIntake.part).where(RunIntake.run_id == run.id))
    # A zone that came into use after its part of the run was due never enters it.
    return set(zones_in_use(session)) <= set(taken) or now >= run.moment + DAY_OVER
