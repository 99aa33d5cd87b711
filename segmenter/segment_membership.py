"""Which trees of conditions, and which saved segments, one customer meets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import Session

from loyalty_core.errors import Refused
from segmenter.compiler import facts_for, meets
from segmenter.facts import Facts
from segmenter.rows import Segment
from segmenter.trees import read


def meeting(session: Session, trees: Sequence[Any], customer_id: int, now: datetime) -> list[bool]:
    """Whether a customer meets each of these trees at `now`, in their order; asked in one statement.

    Nobody meets a tree that cannot be read any more, or that asks for a segment which asks for itself.
    """
    if not trees:
        return []
    facts = facts_for(session, now, [customer_id])
    # Two trees may be the same; numbered, each keeps its own place in the row.
    asked = [_met(tree, facts).label(f"met_{place}") for place, tree in enumerate(trees)]
    row = session.execute(facts.select(*asked, where=true())).one_or_none()
    return [False] * len(trees) if row is None else [bool(met) for met in row]


def among_segments(session: Session, segments: list[Segment], customer_id: int, now: datetime) -> dict[int, bool]:
    """Whether a customer is in each of these segments at `now`, by the segments' ids; asked in one statement."""
    inside = meeting(session, [each.tree for each in segments], customer_id, now)
    return {each.id: is_in for each, is_in in zip(segments, inside, strict=True)}


def _met(tree: Any, facts: Facts) -> ColumnElement[bool]:
    try:
        return meets(read(tree), facts)
    except Refused:
        return false()
