"""Opens selections: of a tree, of a segment, of customers who were named, and of what another tree leaves of one.

"Заполнить из текущей выборки" of kilbil's page is the last of these: narrowing is an AND.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, literal, select, true
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer
from loyalty_core.database import id_set
from loyalty_core.i18n import gettext
from segmenter.compiler import customers
from segmenter.segments import beneath_tree, segment
from segmenter.selections.members import members, selection
from segmenter.selections.rows import ORIGIN_MAX, Selection, SelectionMember
from segmenter.sentences import sentence


def open_selection(
    session: Session, chosen: Select[Any] | Collection[int], origin: str, now: datetime, by: str
) -> Selection:
    """Freeze these customers (a query of ids, or ids), all of them ticked, in one statement."""
    ids = id_set(session, chosen) if isinstance(chosen, Collection) else chosen
    opened = _new(session, origin, now, by)
    found = select(literal(opened.id), Customer.id, true()).where(
        Customer.id.in_(ids), Customer.merged_into_id.is_(None)
    )
    _fill(session, found)
    return opened


def open_tree(session: Session, tree: Any, now: datetime, by: str) -> Selection:
    """Freeze who meets a tree (JSON) now. Refused names the place in the tree (`tree.all.0.value`)."""
    with beneath_tree():
        return open_selection(session, customers(session, tree, now=now), sentence(session, tree), now, by)


def open_segment(session: Session, segment_id: int, now: datetime, by: str) -> Selection:
    """Freeze who is in a saved segment now; NotFound."""
    found = segment(session, segment_id)
    origin = gettext("Segment “%(name)s”", name=found.name)
    return open_selection(session, customers(session, found.tree, now=now), origin, now, by)


def narrow(session: Session, selection_id: int, tree: Any, now: datetime, by: str) -> Selection:
    """A new selection: who is in this one and also meets a tree (JSON), with their ticks; errors as in `open_tree`."""
    wider = selection(session, selection_id)
    with beneath_tree():
        meeting = customers(session, tree, now=now, among=members(selection_id))
        origin = gettext("%(wider)s; of these: %(narrower)s", wider=wider.origin, narrower=sentence(session, tree))
    opened = _new(session, origin, now, by)
    kept = select(literal(opened.id), SelectionMember.customer_id, SelectionMember.ticked).where(
        SelectionMember.selection_id == selection_id, SelectionMember.customer_id.in_(meeting)
    )
    _fill(session, kept)
    return opened


def _new(session: Session, origin: str, now: datetime, by: str) -> Selection:
    shown = origin if len(origin) <= ORIGIN_MAX else f"{origin[: ORIGIN_MAX - 1]}…"
    opened = Selection(origin=shown, created_at=now, created_by=by)
    session.add(opened)
    session.flush()
    return opened


def _fill(session: Session, found: Select[int, int, bool]) -> None:
    session.execute(insert(SelectionMember).from_select(["selection_id", "customer_id", "ticked"], found))
