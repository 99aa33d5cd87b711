"""Lists selections: who opened them, when, of whom, how many they hold, and whether they are whole."""

from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from segmenter.selections.members import Figures, figures_of
from segmenter.selections.rows import Selection, SelectionFilling


class Listed(NamedTuple):
    """A selection of the list; `filling` is None where it is whole."""

    selection: Selection
    filling: SelectionFilling | None
    figures: Figures


def selections(session: Session, *, before: int | None = None, limit: int = 50) -> list[Listed]:
    """Selections, newest first, but those whose opening was cancelled; `before` is the id of the last one seen."""
    wanted = (
        select(Selection, SelectionFilling)
        .outerjoin(SelectionFilling, SelectionFilling.selection_id == Selection.id)
        .where(or_(SelectionFilling.status.is_(None), SelectionFilling.status != "cancelled"))
        .order_by(Selection.id.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(Selection.id < before)
    rows = session.execute(wanted).all()
    sizes = figures_of(session, [found.id for found, _filling in rows])
    return [Listed(found, filling, sizes[found.id]) for found, filling in rows]
