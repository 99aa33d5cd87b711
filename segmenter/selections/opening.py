"""Opens selections: at once where it is quickly known who is in them and they are few, else by a worker.

"Заполнить из текущей выборки" of kilbil's page is narrowing, an AND: who is in a selection and also meets a tree.
"""

from collections.abc import Collection
from datetime import datetime
from time import monotonic

from sqlalchemy import Select, insert, literal, null, select
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer
from loyalty_core.database import Database, id_set
from loyalty_core.stopping import Stopped, while_wanted
from segmenter.selections.rows import ORIGIN_MAX, Selection, SelectionFilling, SelectionMember
from segmenter.selections.wanted import Wanted

AT_ONCE_MAX = 10_000
AT_ONCE_S = 0.4


def look_for(database: Database, session: Session, wanted: Wanted, now: datetime) -> Collection[int] | None:
    """The ids of who is wanted now, where they are few and soon found; else None. Nothing is written.

    Refused names the place in the tree (`tree.all.0.value`); NotFound; Conflict where the wider one is not whole yet.
    """
    wanted.customers(session, now)
    ends_at = monotonic() + AT_ONCE_S
    try:
        # In a session of its own: one that was stopped has lost what it read.
        with database.read() as reading, while_wanted(reading, lambda: monotonic() < ends_at):
            found = reading.scalars(wanted.customers(reading, now).limit(AT_ONCE_MAX + 1)).all()
    except Stopped:
        return None
    return found if len(found) <= AT_ONCE_MAX else None


def open_wanted(session: Session, wanted: Wanted, few: Collection[int] | None, now: datetime, by: str) -> Selection:
    """Open a selection of the `few` that `look_for` found, or let a worker fill it; errors as there.

    All of them are ticked; of a narrower one, as they were in the wider.
    """
    origin = wanted.origin(session)
    if few is not None:
        return open_selection(session, few, origin, now, by, within=wanted.within)
    opened = _new(session, origin, now, by, wanted.within)
    session.add(SelectionFilling(selection_id=opened.id, wanted=wanted.as_dict()))
    session.flush()
    return opened


def open_selection(
    session: Session, customers: Collection[int], origin: str, now: datetime, by: str, *, within: int | None = None
) -> Selection:
    """Freeze these customers at once, all of them ticked, or as they are ticked `within` a wider selection."""
    opened = _new(session, origin, now, by, within)
    put_in(session, opened, customers, within)
    return opened


def put_in(session: Session, opened: Selection, customers: Collection[int], within: int | None) -> None:
    """Write customers into a selection in which they are not yet; who is gone by now, or merged, is left out."""
    ids = id_set(session, customers)
    found: Select[int, int, bool | None]
    if within is None:
        found = select(literal(opened.id), Customer.id, null()).where(
            Customer.id.in_(ids), Customer.merged_into_id.is_(None)
        )
    else:
        found = select(literal(opened.id), SelectionMember.customer_id, SelectionMember.ticked).where(
            SelectionMember.selection_id == within, SelectionMember.customer_id.in_(ids)
        )
    written = insert(SelectionMember).from_select(["selection_id", "customer_id", "ticked"], found)
    result = session.connection().execute(written.execution_options(preserve_rowcount=True))
    opened.size = Selection.size + result.rowcount
    session.flush()


def _new(session: Session, origin: str, now: datetime, by: str, within: int | None) -> Selection:
    shown = origin if len(origin) <= ORIGIN_MAX else f"{origin[: ORIGIN_MAX - 1]}…"
    all_ticked = within is None or session.get_one(Selection, within).all_ticked
    opened = Selection(origin=shown, created_at=now, created_by=by, all_ticked=all_ticked)
    session.add(opened)
    session.flush()
    return opened
