"""Lets customers who failed at a step of a run try it again, once whatever made them fail is mended.

They go on from where they failed: what they have passed is not done again, and the keys of (enrollment, step) hold as
ever. Thousands are taken up at once, the others by workers, piece by piece.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign
from campaigns.editing import find
from campaigns.runtime.counts import Counts
from campaigns.runtime.intake import SHORT_MAX
from campaigns.runtime.rows import Batch, Enrollment, Run, RunRetry
from loyalty_core.database import Database, id_set, insert_into
from loyalty_core.errors import Conflict, NotFound
from loyalty_core.i18n import gettext

PIECE = 5_000


def retry_failed(session: Session, run_id: int, node: str | None, now: datetime, batch_size: int) -> int:
    """Let those who failed at a step of a run (None: at any step) try it again; how many they are.

    Asked again at once, it finds nobody. NotFound; Conflict where the run was stopped.
    """
    run = _locked(session, run_id)
    if run.stopped_at is not None:
        raise Conflict("run", gettext("The run was stopped: nobody goes on in it"))
    failed = select(Enrollment.failed_at_node, func.count()).where(*_failed(run_id))
    found = session.execute(failed.group_by(Enrollment.failed_at_node).order_by(Enrollment.failed_at_node)).all()
    counted = {step: count for step, count in found if node in (None, step)}
    for step in counted:
        asked = insert_into(session, RunRetry).values(run_id=run_id, node=step, asked_at=now)
        again = asked.on_conflict_do_update(index_elements=["run_id", "node"], set_={"asked_at": now})
        session.execute(again)
        _take_up(session, run, session.get_one(RunRetry, (run_id, step)), now, batch_size)
    return sum(counted.values())


def any_open(session: Session) -> bool:
    """Whether somebody is still to be taken up."""
    return session.scalar(select(RunRetry.run_id).limit(1)) is not None


def retry_next(database: Database, now: datetime, batch_size: int) -> bool:
    """Take up the next piece of those who are to try again; False where there is none."""
    with database.begin() as session:
        waiting = session.execute(select(RunRetry.run_id, RunRetry.node).order_by(RunRetry.asked_at).limit(1)).first()
        if waiting is None:
            return False
        run = _locked(session, waiting.run_id)
        # Asked again, now that no other worker can take them up.
        retry = session.get(RunRetry, (waiting.run_id, waiting.node), populate_existing=True)
        if retry is not None:
            _take_up(session, run, retry, now, batch_size)
    return True


def _locked(session: Session, run_id: int) -> Run:
    found = session.get(Run, run_id)
    if found is None:
        raise NotFound("run", gettext("There is no run %(id)s", id=run_id))
    # Whoever puts people onto a chain holds the campaign's row.
    find(session, found.campaign_id, lock=True)
    return session.get_one(Run, run_id, populate_existing=True)


def _take_up(session: Session, run: Run, retry: RunRetry, now: datetime, batch_size: int) -> None:
    """Put the next piece of them before the step once more, in batches of their own."""
    here = Enrollment.failed_at_node == retry.node, Enrollment.ended_at <= retry.asked_at
    ids = session.scalars(
        select(Enrollment.id).where(*_failed(run.id), *here).order_by(Enrollment.id).limit(PIECE)
    ).all()
    first = session.scalars(select(func.max(Batch.number) + 1).where(Batch.run_id == run.id)).one()
    again = {"status": "travelling", "failed_at_node": None, "reason": None, "ended_at": None}
    for number, start in enumerate(range(0, len(ids), batch_size), first):
        some = ids[start : start + batch_size]
        those = update(Enrollment).where(Enrollment.id.in_(id_set(session, some)))
        session.execute(those.values(batch_number=number, **again), execution_options={"synchronize_session": False})
        queue = "short" if len(some) <= SHORT_MAX else "long"
        session.add(Batch(run_id=run.id, number=number, queue=queue, node=retry.node, size=len(some), created_at=now))
    counts = Counts()
    counts.add(retry.node, "failed", -len(ids))
    counts.add(retry.node, "waiting", len(ids))
    counts.write(session, run.id)
    if ids:
        run.status, run.finished_at = "going_on", None
        campaign = session.get_one(Campaign, run.campaign_id)
        if campaign.one_off and campaign.status == "finished":
            campaign.status = "live"
    if len(ids) < PIECE:
        session.delete(retry)
    session.flush()


def _failed(run_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Enrollment.run_id == run_id, Enrollment.status == "failed"
