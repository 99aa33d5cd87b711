"""Takes customers into a run: enrollments, cut into batches, in one transaction.

Whoever takes in holds the campaign's row until the commit, so that two never look at
a customer's earlier trips at once.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, literal, or_, select, true
from sqlalchemy.orm import Session

from campaigns.campaigns import CampaignVersion
from campaigns.runtime.counts import Counts
from campaigns.runtime.rows import Batch, Enrollment, Run, RunIntake
from loyalty_core.database import insert_into

SHORT_MAX = 500  # a set up to this size goes by the short queue


def open_run(
    session: Session,
    version: CampaignVersion,
    occurrence: str,
    moment: datetime,
    now: datetime,
    *,
    part: str | None = None,
    by_hand: bool = False,
) -> tuple[Run, bool]:
    """The run of this occurrence, and whether it is new: the unique key lets it start once.

    New entries take the newest version, so a version that was published in the middle of an occurrence gets a run of
    its own beside the earlier one's. A `part` that an earlier version's run has taken in stays with that run.
    """
    earlier = _runs_of(session, version.campaign_id, occurrence)
    for run in earlier:
        taken_in = None if part is None else session.get(RunIntake, (run.id, part))
        if run.version_id == version.id or taken_in is not None:
            return run, False
    if earlier:
        occurrence = f"{occurrence} v{version.number}"
    created = session.scalar(
        insert_into(session, Run)
        .values(
            campaign_id=version.campaign_id,
            version_id=version.id,
            occurrence=occurrence,
            moment=moment,
            status="going_on",
            by_hand=by_hand,
            started_at=now,
        )
        .on_conflict_do_nothing(index_elements=["campaign_id", "occurrence"])
        .returning(Run.id)
    )
    run = session.scalars(select(Run).where(Run.campaign_id == version.campaign_id, Run.occurrence == occurrence)).one()
    return run, created is not None


def _runs_of(session: Session, campaign_id: int, occurrence: str) -> Sequence[Run]:
    same = or_(Run.occurrence == occurrence, Run.occurrence.like(f"{occurrence} v%"))
    return session.scalars(select(Run).where(Run.campaign_id == campaign_id, same).order_by(Run.id)).all()


def enroll(
    session: Session, run: Run, trigger: str, entering: Select[int, str, int], now: datetime, batch_size: int
) -> int:
    """Enrol those whom `entering` (customer id, entry key, event id) names, if they may enter; how many did.

    Batches are numbered on from the run's last; each set is cut in order of customers. Nobody enters a run that was
    stopped.
    """
    if run.stopped_at is not None:
        return 0
    first = session.scalar(select(func.coalesce(func.max(Batch.number) + 1, 0)).where(Batch.run_id == run.id)) or 0
    those = entering.subquery("entering")
    customer, entry_key, event = those.c
    place = func.row_number().over(order_by=[customer, entry_key]) - 1
    columns = {
        "run_id": literal(run.id),
        "campaign_id": literal(run.campaign_id),
        "customer_id": customer,
        "entry_key": entry_key,
        "event_id": event,
        "batch_number": first + place // batch_size,
        "status": literal("travelling"),
        "trail": literal(" "),
        "entered_at": literal(now, Enrollment.entered_at.type),
    }
    insert = insert_into(session, Enrollment).from_select(list(columns), select(*columns.values()).where(true()))
    session.execute(insert.on_conflict_do_nothing(index_elements=["customer_id", "campaign_id", "entry_key"]))
    sizes = session.execute(
        select(Enrollment.batch_number, func.count())
        .where(Enrollment.run_id == run.id, Enrollment.batch_number >= first)
        .group_by(Enrollment.batch_number)
        .order_by(Enrollment.batch_number)
    ).all()
    entered = sum(size for _, size in sizes)
    queue = "short" if entered <= SHORT_MAX else "long"
    session.add_all(
        Batch(run_id=run.id, number=number, queue=queue, node=trigger, size=size, created_at=now)
        for number, size in sizes
    )
    counts = Counts()
    counts.add(trigger, "in", entered)
    counts.add(trigger, "waiting", entered)
    counts.write(session, run.id)
    if entered:
        run.status, run.finished_at = "going_on", None
    session.flush()
    return entered
