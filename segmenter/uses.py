"""Who uses a saved segment, a list of customers, an attribute, a calculation of RFM."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.promotions.changes import conditions_of_promotions
from segmenter.nesting import asks_for
from segmenter.rfm.rows import RfmSettings
from segmenter.rows import Segment


class Use(NamedTuple):
    """One thing that asks for a segment; `kind` is campaign, promotion, rfm or segment, `id` its number."""

    kind: str
    id: int
    name: str


UsedBy = Callable[[Session, int], Sequence[Use]]
# The trees of conditions that are kept somewhere above, with what keeps them.
Trees = Callable[[Session], Iterable[tuple[Use, Any]]]


def uses_in_segmenter(session: Session, segment_id: int) -> list[Use]:
    """The segments and promotions that ask for this one, and the RFM that is calculated inside it."""
    asking = [use for use, tree in kept_trees(session) if asks_for(tree, segment_id)]
    inside = select(RfmSettings.id, RfmSettings.name).where(RfmSettings.segment_id == segment_id)
    return [*asking, *(Use("rfm", row.id, row.name) for row in session.execute(inside))]


def uses_in_trees(
    session: Session, things: Collection[int], key: str, trees_above: Trees, place: str = "value"
) -> dict[int, list[Use]]:
    """What asks for each of these things by the condition `key`: segments, promotions, and what keeps trees above."""
    trees = [*kept_trees(session), *trees_above(session)]
    return {
        thing: list(dict.fromkeys(use for use, tree in trees if asks_for(tree, thing, key, place))) for thing in things
    }


def kept_trees(session: Session) -> list[tuple[Use, Any]]:
    """The trees of conditions of saved segments and of promotions, with what keeps them, each by their names."""
    saved = session.execute(select(Segment.id, Segment.name, Segment.tree).order_by(Segment.name))
    segments = [(Use("segment", row.id, row.name), row.tree) for row in saved]
    promotions = conditions_of_promotions(session)
    return [*segments, *((Use("promotion", number, name), tree) for number, name, tree in promotions)]
