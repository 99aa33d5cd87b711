"""Which saved segments one customer is in."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.errors import Refused
from segmenter.compiler import customers
from segmenter.rows import Segment


def in_segment(session: Session, segment_id: int, customer_id: int, now: datetime) -> bool:
    """Whether a customer is in a segment at `now`; nobody is in one that is gone, or that names what is gone."""
    found = session.get(Segment, segment_id)
    if found is None:
        return False
    try:
        wanted = customers(session, found.tree, now=now, among=[customer_id])
    except Refused:
        return False
    return session.scalar(wanted) is not None


def among_segments(session: Session, segments: list[Segment], customer_id: int, now: datetime) -> dict[int, bool]:
    """Whether a customer is in each of these segments at `now`, by the segments' ids; asked in one statement."""
    asked = {}
    for each in segments:
        try:
            wanted = customers(session, each.tree, now=now, among=[customer_id])
        except Refused:
            continue
        asked[each.id] = wanted.exists()
    answers = session.execute(select(*asked.values())).one() if asked else ()
    inside = dict(zip(asked, map(bool, answers), strict=True))
    return {each.id: inside.get(each.id, False) for each in segments}
