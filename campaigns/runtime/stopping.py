"""Stops a run for good: those inside leave where they stand, nobody enters any more, nothing more is sent."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from campaigns.editing import find
from campaigns.messages.rows import Message
from campaigns.runtime.counts import Counts
from campaigns.runtime.rows import Batch, Enrollment, Run, RunEntering, RunRetry
from loyalty_core.errors import Conflict, NotFound
from loyalty_core.i18n import gettext

_UNSEEN = {"synchronize_session": False}


def stop_run(session: Session, run_id: int, now: datetime) -> Run:
    """Stop a run that is going on; stopping it again changes nothing. NotFound; Conflict where it is over already.

    What was granted and sent stays. Who was inside has `finished`, with the reason; a worker in the middle of a batch
    finds it gone and commits nothing of it. Queued messages are dropped.
    """
    found = session.get(Run, run_id)
    if found is None:
        raise NotFound("run", gettext("There is no run %(id)s", id=run_id))
    # Whoever takes in holds the campaign's row.
    campaign = find(session, found.campaign_id, lock=True)
    run = session.get_one(Run, run_id, populate_existing=True)
    if run.stopped_at is not None:
        return run
    if run.status != "going_on":
        raise Conflict("run", gettext("The run is over: there is nothing to stop"))
    run.status, run.finished_at, run.stopped_at = "finished", now, now
    if campaign.one_off:
        campaign.status = "finished"
    session.flush()
    counts = Counts()
    open_batches = (Batch.run_id == run_id, Batch.status != "done")
    for node in session.scalars(select(Batch.node).where(*open_batches).distinct().order_by(Batch.node)).all():
        left = _leave(session, run_id, node, now)
        counts.add(node, "waiting", -left)
        counts.add(node, "out:end", left)
    # In the order in which a worker writes: trips, counts, its batch. So each waits for the other, never in a circle.
    counts.write(session, run_id)
    session.execute(delete(RunRetry).where(RunRetry.run_id == run_id))
    session.execute(delete(RunEntering).where(RunEntering.run_id == run_id))
    ended = {"status": "done", "finished_at": now, "token": None, "lease_until": None, "error": None}
    session.execute(update(Batch).where(*open_batches).values(**ended), execution_options=_UNSEEN)
    drop_queued(session)
    return run


def drop_queued(session: Session) -> int:
    """Drop what is queued for runs that were stopped, also what came back to the queue since; how many."""
    stopped = select(Run.id).where(Run.stopped_at.is_not(None))
    dropped = {"status": "dropped", "reason": gettext("The run was stopped"), "token": None, "lease_until": None}
    queued = update(Message).where(Message.status == "queued", Message.run_id.in_(stopped)).values(**dropped)
    return len(session.scalars(queued.returning(Message.id), execution_options=_UNSEEN).all())


def _leave(session: Session, run_id: int, node: str, now: datetime) -> int:
    """End the trips that stand at a node in batches that are not done; how many."""
    numbers = select(Batch.number).where(Batch.run_id == run_id, Batch.node == node, Batch.status != "done")
    inside = update(Enrollment).where(
        Enrollment.run_id == run_id, Enrollment.status == "travelling", Enrollment.batch_number.in_(numbers)
    )
    values = {
        "status": "finished",
        "trail": Enrollment.trail + f"{node}:end ",
        "reason": gettext("The run was stopped"),
        "ended_at": now,
    }
    return len(session.scalars(inside.values(**values).returning(Enrollment.id), execution_options=_UNSEEN).all())
