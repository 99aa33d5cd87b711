"""Who uses a saved segment."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from segmenter.nesting import asks_for
from segmenter.rfm.rows import RfmSettings
from segmenter.rows import Segment


class Use(NamedTuple):
    """One thing that asks for a segment; `kind` is campaign, promotion, rfm or segment, `id` its number."""

    kind: str
    id: int
    name: str


UsedBy = Callable[[Session, int], Sequence[Use]]


def uses_in_segmenter(session: Session, segment_id: int) -> list[Use]:
    """The segments that ask for this one, and the RFM that is calculated inside it."""
    saved = session.execute(select(Segment.id, Segment.name, Segment.tree).order_by(Segment.name))
    asking = [Use("segment", row.id, row.name) for row in saved if asks_for(row.tree, segment_id)]
    inside = select(RfmSettings.id, RfmSettings.name).where(RfmSettings.segment_id == segment_id)
    return [*asking, *(Use("rfm", row.id, row.name) for row in session.execute(inside))]
