"""Clears away old selections that nobody acted on, and cancelled ones, a few thousand rows at a time."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, delete, or_, select
from sqlalchemy.orm import Session

from segmenter.selections.rows import Selection, SelectionFilling, SelectionMember

KEPT = timedelta(days=7)
ROWS_MAX = 20_000


def clear_old(session: Session, now: datetime, acted_on: Select[Any]) -> int:
    """Delete rows of a selection that was cancelled, or is past its days and not among `acted_on` (ids); how many.

    The selection itself goes with the last of its rows. Called again and again, it never holds the database for long.
    """
    cancelled = select(SelectionFilling.selection_id).where(SelectionFilling.status == "cancelled")
    past = and_(Selection.created_at < now - KEPT, Selection.id.not_in(acted_on))
    old = select(Selection.id).where(or_(past, Selection.id.in_(cancelled)))
    selection_id = session.scalar(old.order_by(Selection.created_at).limit(1))
    if selection_id is None:
        return 0
    of_it = SelectionMember.selection_id == selection_id
    some = select(SelectionMember.customer_id).where(of_it).limit(ROWS_MAX).subquery()
    gone = delete(SelectionMember).where(of_it, SelectionMember.customer_id.in_(select(some.c.customer_id)))
    deleted = len(session.scalars(gone.returning(SelectionMember.customer_id)).all())
    if deleted < ROWS_MAX:
        session.execute(delete(SelectionFilling).where(SelectionFilling.selection_id == selection_id))
        session.execute(delete(Selection).where(Selection.id == selection_id))
        return deleted + 1
    return deleted
