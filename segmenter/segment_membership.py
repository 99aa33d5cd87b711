"""Whether one customer is in a saved segment."""

from datetime import datetime

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
