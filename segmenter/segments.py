"""Saved segments: a name and a tree of conditions."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from loyalty_core.errors import Conflict, NotFound, Refused
from loyalty_core.i18n import gettext
from segmenter.nesting import asks_for, check_circle
from segmenter.rows import NAME_MAX, Segment
from segmenter.trees import read

__all__ = ["NAME_MAX", "Segment", "beneath_tree", "change", "create", "delete", "segment", "segments"]

UsedBy = Callable[[Session, int], Sequence[str]]


def segment(session: Session, segment_id: int) -> Segment:
    """The segment, or NotFound."""
    found = session.get(Segment, segment_id)
    if found is None:
        raise NotFound("segment", gettext("There is no segment %(id)s", id=segment_id))
    return found


def segments(session: Session, query: str = "", *, after: str = "", limit: int = 100) -> list[Segment]:
    """Segments in the order of their names, those with `query` in the name, from the first name behind `after`."""
    wanted = select(Segment).where(Segment.name > after).order_by(Segment.name).limit(limit)
    if query:
        wanted = wanted.where(Segment.name.icontains(query, autoescape=True))
    return list(session.scalars(wanted))


def create(session: Session, name: str, tree: Any, now: datetime) -> Segment:
    """Save a new segment. Refused names what is wrong (`name`, `tree.all.0.value`); Conflict: the name is taken."""
    new = Segment(name=_name(name), tree=_tree(tree), created_at=now, updated_at=now)
    with _name_is_free(session, new.name):
        session.add(new)
    return new


def change(session: Session, segment_id: int, now: datetime, *, name: str | None = None, tree: Any = None) -> Segment:
    """Change what is given of a segment; errors as in `create`, and NotFound."""
    changed = segment(session, segment_id)
    new_name = changed.name if name is None else _name(name)
    new_tree = changed.tree if tree is None else _tree(tree)
    if tree is not None:
        with beneath_tree():
            check_circle(session, segment_id, new_name, new_tree)
    with _name_is_free(session, new_name):
        changed.name, changed.tree, changed.updated_at = new_name, new_tree, now
    return changed


def delete(session: Session, segment_id: int, used_by: UsedBy) -> None:
    """Delete a segment. Conflict while anything uses it: other segments, and what `used_by` names."""
    gone = segment(session, segment_id)
    users = [*segments_with(session, segment_id), *used_by(session, segment_id)]
    if users:
        names = ", ".join(f"“{name}”" for name in users)
        message = gettext("“%(segment)s” is used by %(names)s: take it out there first", segment=gone.name, names=names)
        raise Conflict("segment", message)
    session.delete(gone)
    session.flush()


def segments_with(session: Session, segment_id: int) -> list[str]:
    """The names of the segments that ask for this one."""
    saved = session.execute(select(Segment.name, Segment.tree).order_by(Segment.name))
    return [name for name, tree in saved if asks_for(tree, segment_id)]


@contextmanager
def _name_is_free(session: Session, name: str) -> Iterator[None]:
    # The constraint decides, so that two people who save one name at once cannot both succeed.
    try:
        with session.begin_nested():
            yield
    except IntegrityError:
        taken = gettext("There is a segment “%(name)s” already: choose another name", name=name)
        raise Conflict("name", taken) from None


def _name(name: Any) -> str:
    if not isinstance(name, str) or any(unicodedata.category(sign) == "Cs" for sign in name):
        raise Refused("name", gettext("Write a name"))
    words = " ".join(name.replace("\x00", " ").split())
    if not 1 <= len(words) <= NAME_MAX:
        raise Refused("name", gettext("Write a name of 1 to %(most)s characters", most=NAME_MAX))
    return words


def _tree(tree: Any) -> dict[str, Any]:
    with beneath_tree():
        read(tree)
    checked: dict[str, Any] = tree
    return checked


@contextmanager
def beneath_tree() -> Iterator[None]:
    """Name the places of what is refused in a tree as those of a field `tree`: "tree.all.0.value"."""
    try:
        yield
    except Refused as refused:
        raise Refused(".".join(part for part in ("tree", refused.where) if part), refused.message) from None
