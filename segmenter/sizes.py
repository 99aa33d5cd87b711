"""How many customers each saved segment had, day by day: counted once a day, and when it is saved."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from time import monotonic

from sqlalchemy import Select, delete, exists, select, update
from sqlalchemy.orm import Session

from loyalty_core.database import Database, id_set, insert_into
from loyalty_core.errors import Refused
from loyalty_core.stopping import Stopped, while_wanted
from segmenter.calendar import Calendar
from segmenter.preview import size
from segmenter.rows import Segment, SegmentSize

KEPT_DAYS = 400
SECONDS_MAX = 60  # for one segment: one that takes longer has no number that day


def record(session: Session, segment_id: int, count: int, now: datetime) -> None:
    """Write the size that a segment has at `now`, in place of what was counted earlier that day."""
    row = {"segment_id": segment_id, "day": Calendar.of(session, now).today, "count": count, "counted_at": now}
    key = [SegmentSize.segment_id, SegmentSize.day]
    written = insert_into(session, SegmentSize).values(row)
    session.execute(written.on_conflict_do_update(index_elements=key, set_={"count": count, "counted_at": now}))


def history(session: Session, segments: Collection[int], since: date) -> dict[int, list[SegmentSize]]:
    """The days on which each of these segments was counted, oldest first, from a day on."""
    wanted = select(SegmentSize).where(
        SegmentSize.segment_id.in_(id_set(session, segments)),
        SegmentSize.day >= since,
        SegmentSize.count.is_not(None),
    )
    found: dict[int, list[SegmentSize]] = defaultdict(list)
    for row in session.scalars(wanted.order_by(SegmentSize.day)):
        found[row.segment_id].append(row)
    return found


def any_due(session: Session, now: datetime) -> bool:
    """Whether a segment has not been counted yet on the day of the organisation."""
    return bool(session.scalar(select(exists(_due(Calendar.of(session, now).today)))))


def count_next(database: Database, now: datetime) -> bool:
    """Count one of the segments that are due, in a transaction that only reads; False where there is none.

    The day's row is written first, so that a segment which takes too long, or the worker with it, is tried once a day.
    """
    with database.begin() as session:
        today = Calendar.of(session, now).today
        segment = session.scalar(_due(today).order_by(Segment.id).limit(1).with_for_update(skip_locked=True))
        if segment is None:
            return False
        begun = insert_into(session, SegmentSize).values(segment_id=segment.id, day=today, counted_at=now)
        session.execute(begun.on_conflict_do_nothing())
        old = SegmentSize.day < today - timedelta(days=KEPT_DAYS)
        session.execute(delete(SegmentSize).where(SegmentSize.segment_id == segment.id, old))
    count = _size(database, segment, now)
    with database.begin() as session:
        this_one = SegmentSize.segment_id == segment.id, SegmentSize.day == today
        # Who saved it meanwhile has counted it anew.
        session.execute(update(SegmentSize).where(*this_one, SegmentSize.count.is_(None)).values(count=count))
    return True


def _size(database: Database, segment: Segment, now: datetime) -> int | None:
    ends_at = monotonic() + SECONDS_MAX
    try:
        with database.read() as session, while_wanted(session, lambda: monotonic() < ends_at):
            return size(session, segment.tree, now)
    except (Stopped, Refused):
        # Too slow; or it asks for what there is no more.
        return None


def _due(today: date) -> Select[Segment]:
    counted = exists().where(SegmentSize.segment_id == Segment.id, SegmentSize.day == today)
    return select(Segment).where(~counted)
