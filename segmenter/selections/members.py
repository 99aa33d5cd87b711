"""Who is in a selection, and which of them are ticked.

Who has been merged into another customer since the selection was opened is no customer of their own any more: they
stand in it no longer, and nothing is done to them.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Select, delete, exists, func, select, update
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer
from loyalty_core.database import id_set
from loyalty_core.errors import Conflict, NotFound
from loyalty_core.i18n import gettext
from segmenter.selections.rows import Selection, SelectionFilling, SelectionMember

_TICKED = func.coalesce(SelectionMember.ticked, Selection.all_ticked)


class Figures(NamedTuple):
    """How many customers are in a selection, and how many of them are ticked."""

    members: int
    ticked: int


class Member(NamedTuple):
    """A customer of a selection."""

    id: int
    name: str
    ticked: bool


def selection(session: Session, selection_id: int) -> Selection:
    """The selection, or NotFound, also where its opening was cancelled."""
    found = session.get(Selection, selection_id)
    filling = session.get(SelectionFilling, selection_id)
    if found is None or (filling is not None and filling.status == "cancelled"):
        raise NotFound("selection", gettext("There is no selection %(id)s: old ones are cleared away", id=selection_id))
    return found


def whole(session: Session, selection_id: int) -> Selection:
    """A selection in which all are who belong there; NotFound, Conflict while workers still fill it."""
    found = selection(session, selection_id)
    if session.get(SelectionFilling, selection_id) is not None:
        raise Conflict("selection", gettext("The selection is not open yet: wait until all its customers are in it"))
    return found


def members(selection_id: int) -> Select[Any]:
    """SELECT id of who is in a selection, ticked or not."""
    living = Customer.merged_into_id.is_(None)
    joined = select(SelectionMember.customer_id).join(Customer, Customer.id == SelectionMember.customer_id)
    return joined.where(SelectionMember.selection_id == selection_id, living)


def ticked(selection_id: int) -> Select[Any]:
    """SELECT id of those to whom actions happen."""
    joined = members(selection_id).join(Selection, Selection.id == SelectionMember.selection_id)
    return joined.where(_TICKED)


def figures(session: Session, selection_id: int) -> Figures:
    """The sizes of a selection."""
    return figures_of(session, [selection_id])[selection_id]


def figures_of(session: Session, selection_ids: Collection[int]) -> dict[int, Figures]:
    """The sizes of selections, in one statement that reads only members of whom there is something to say."""
    inside = SelectionMember.selection_id == Selection.id
    member = SelectionMember.customer_id == Customer.id
    is_merged = Customer.merged_into_id.is_not(None)
    merged = select(func.count()).where(is_merged, exists().where(inside, member).correlate(Customer, Selection))
    differs = SelectionMember.ticked.is_not(None) & (SelectionMember.ticked != Selection.all_ticked)
    differing = select(func.count()).join_from(SelectionMember, Customer, member).where(inside, differs, ~is_merged)
    rows = session.execute(
        select(
            Selection.id,
            Selection.size - merged.correlate(Selection).scalar_subquery(),
            differing.correlate(Selection).scalar_subquery(),
            Selection.all_ticked,
        ).where(Selection.id.in_(id_set(session, selection_ids)))
    )
    return {found: Figures(size, size - others if all_ticked else others) for found, size, others, all_ticked in rows}


def newest(session: Session, selection_id: int, *, after: int | None, limit: int) -> list[int]:
    """The ids of its newest members, newest first; `after` is the last one of the page before."""
    found = members(selection_id).order_by(SelectionMember.customer_id.desc()).limit(limit)
    return list(session.scalars(found if after is None else found.where(SelectionMember.customer_id < after)))


def page(session: Session, selection_id: int, *, after: int = 0, limit: int) -> list[Member]:
    """The members in the order of their ids, from the first whose id is above `after`."""
    columns = (Customer.id, Customer.first_name, Customer.last_name, _TICKED.label("ticked"))
    of_it = members(selection_id).join(Selection, Selection.id == SelectionMember.selection_id)
    found = of_it.with_only_columns(*columns).where(SelectionMember.customer_id > after)
    rows = session.execute(found.order_by(SelectionMember.customer_id).limit(limit))
    return [Member(row.id, f"{row.first_name} {row.last_name}".strip(), row.ticked) for row in rows]


def unticked(session: Session, selection_id: int, customers: Collection[int]) -> set[int]:
    """Of these customers, those who are in the selection without a tick."""
    of_it = select(SelectionMember.customer_id).join(Selection, Selection.id == SelectionMember.selection_id)
    found = of_it.where(
        SelectionMember.selection_id == selection_id,
        SelectionMember.customer_id.in_(id_set(session, customers)),
        ~_TICKED,
    )
    return set(session.scalars(found))


def tick(session: Session, selection_id: int, customers: Collection[int] | None, on: bool) -> None:
    """Tick these members (None: all of them), or untick them; who is not in the selection is passed over."""
    changed = update(SelectionMember).where(SelectionMember.selection_id == selection_id)
    if customers is None:
        those = changed.where(SelectionMember.ticked.is_not(None)).values(ticked=None)
        session.execute(update(Selection).where(Selection.id == selection_id).values(all_ticked=on))
    else:
        those = changed.where(SelectionMember.customer_id.in_(id_set(session, customers))).values(ticked=on)
    session.execute(those, execution_options={"synchronize_session": False})


def drop(session: Session, selection_id: int, customer_id: int) -> None:
    """Take a row out of the selection, as kilbil's red cross does; who is not in it stays out."""
    gone = delete(SelectionMember).where(
        SelectionMember.selection_id == selection_id, SelectionMember.customer_id == customer_id
    )
    options = {"synchronize_session": False}
    if session.scalar(gone.returning(SelectionMember.customer_id), execution_options=options) is not None:
        session.execute(update(Selection).where(Selection.id == selection_id).values(size=Selection.size - 1))
