"""Who is in a selection, and which of them are ticked.

Who has been merged into another customer since the selection was opened is no customer of their own any more: they
stand in it no longer, and nothing is done to them.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer
from loyalty_core.database import id_set
from loyalty_core.errors import NotFound
from loyalty_core.i18n import gettext
from segmenter.selections.rows import Selection, SelectionMember


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
    """The selection, or NotFound."""
    found = session.get(Selection, selection_id)
    if found is None:
        raise NotFound("selection", gettext("There is no selection %(id)s: old ones are cleared away", id=selection_id))
    return found


def members(selection_id: int) -> Select[Any]:
    """SELECT id of who is in a selection, ticked or not."""
    living = Customer.merged_into_id.is_(None)
    joined = select(SelectionMember.customer_id).join(Customer, Customer.id == SelectionMember.customer_id)
    return joined.where(SelectionMember.selection_id == selection_id, living)


def ticked(selection_id: int) -> Select[Any]:
    """SELECT id of those to whom actions happen."""
    return members(selection_id).where(SelectionMember.ticked)


def figures(session: Session, selection_id: int) -> Figures:
    """The sizes of a selection, in one statement."""
    counted = members(selection_id).with_only_columns(func.count(), func.count().filter(SelectionMember.ticked))
    return Figures(*session.execute(counted).one())


def page(session: Session, selection_id: int, *, after: int = 0, limit: int) -> list[Member]:
    """The members in the order of their ids, from the first whose id is above `after`."""
    columns = (Customer.id, Customer.first_name, Customer.last_name, SelectionMember.ticked)
    found = members(selection_id).with_only_columns(*columns).where(SelectionMember.customer_id > after)
    rows = session.execute(found.order_by(SelectionMember.customer_id).limit(limit))
    return [Member(row.id, f"{row.first_name} {row.last_name}".strip(), row.ticked) for row in rows]


def unticked(session: Session, selection_id: int, customers: Collection[int]) -> set[int]:
    """Of these customers, those who are in the selection without a tick."""
    found = select(SelectionMember.customer_id).where(
        SelectionMember.selection_id == selection_id,
        SelectionMember.customer_id.in_(id_set(session, customers)),
        ~SelectionMember.ticked,
    )
    return set(session.scalars(found))


def tick(session: Session, selection_id: int, customers: Collection[int] | None, on: bool) -> None:
    """Tick these members (None: all of them), or untick them; who is not in the selection is passed over."""
    changed = update(SelectionMember).where(SelectionMember.selection_id == selection_id, SelectionMember.ticked != on)
    if customers is not None:
        changed = changed.where(SelectionMember.customer_id.in_(id_set(session, customers)))
    session.execute(changed.values(ticked=on), execution_options={"synchronize_session": False})


def drop(session: Session, selection_id: int, customer_id: int) -> None:
    """Take a row out of the selection, as kilbil's red cross does; who is not in it stays out."""
    gone = delete(SelectionMember).where(
        SelectionMember.selection_id == selection_id, SelectionMember.customer_id == customer_id
    )
    session.execute(gone, execution_options={"synchronize_session": False})
