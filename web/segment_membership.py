"""What the loyalty core asks about segments, answered for the moment of this request."""

from sqlalchemy.orm import Session

from segmenter import segment_membership
from segmenter.segments import Segment
from web.session import moment


def in_segment(session: Session, segment_id: int, customer_id: int) -> bool:
    """Whether a customer is in a segment now."""
    return segment_membership.in_segment(session, segment_id, customer_id, moment())


def segment_exists(session: Session, segment_id: int) -> bool:
    """Whether there is such a segment."""
    return session.get(Segment, segment_id) is not None
