"""Saved segments: a name and a tree of conditions."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from loyalty_core.errors import Conflict, NotFound, Refused
from loyalty_core.i18n import gettext
from segmenter.nesting import check_circle
from segmenter.rows import NAME_MAX, Segment
from segmenter.trees import read
from segmenter.uses import Use, UsedBy, uses_in_segmenter

__all__ = [
    "NAME_MAX",
    "Segment",
    "beneath",
    "beneath_tree",
    "change",
    "clean_name",
    "copy",
    "create",
    "delete",
    "segment",
    "segments",
]
COPIES_MAX = 20


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
    new = Segment(name=clean_name(name), tree=_tree(tree), created_at=now, updated_at=now)
    with _name_is_free(session, new.name):
        session.add(new)
    # A tree may name a segment that was not there yet, and that is this one now.
    with beneath_tree():
        check_circle(session, new.id, new.name, new.tree)
    return new


def change(session: Session, segment_id: int, now: datetime, *, name: str | None = None, tree: Any = None) -> Segment:
    """Change what is given of a segment; errors as in `create`, and NotFound."""
    changed = segment(session, segment_id)
    new_name = changed.name if name is None else clean_name(name)
    new_tree = changed.tree if tree is None else _tree(tree)
    if tree is not None:
        with beneath_tree():
            check_circle(session, segment_id, new_name, new_tree)
    with _name_is_free(session, new_name):
        changed.name, changed.tree, changed.updated_at = new_name, new_tree, now
    return changed


def delete(session: Session, segment_id: int, used_by: UsedBy) -> None:
    """Delete a segment and the history of its size. Conflict names what uses it."""
    gone = segment(session, segment_id)
    found = uses(session, segment_id, used_by)
    if found:
        names = ", ".join(f"“{use.name}”" for use in found)
        message = gettext("“%(segment)s” is used by %(names)s: take it out there first", segment=gone.name, names=names)
        raise Conflict("segment", message)
    session.delete(gone)
    session.flush()


def uses(session: Session, segment_id: int, used_by: UsedBy) -> list[Use]:
    """What uses a segment: what `used_by` knows of above, other segments, and RFM."""
    return [*used_by(session, segment_id), *uses_in_segmenter(session, segment_id)]


def copy(session: Session, segment_id: int, now: datetime) -> Segment:
    """Save the conditions of a segment as “Copy of …”, numbered where there are such copies already; NotFound."""
    original = segment(session, segment_id)
    for number in range(1, COPIES_MAX + 1):
        name = gettext("Copy of %(name)s", name=original.name)[: NAME_MAX - 5] + (f" {number}" if number > 1 else "")
        try:
            return create(session, name, original.tree, now)
        except Conflict:
            continue
    raise Conflict("name", gettext("There are %(most)s copies of it already: rename some", most=COPIES_MAX))


@contextmanager
def _name_is_free(session: Session, name: str) -> Iterator[None]:
    # The constraint decides, so that two people who save one name at once cannot both succeed.
    try:
        with session.begin_nested():
            yield
    except IntegrityError:
        taken = gettext("There is a segment “%(name)s” already: choose another name", name=name)
        raise Conflict("name", taken) from None


def clean_name(name: Any) -> str:
    """A name without needless spaces; Refused where it is none."""
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
    with beneath("tree"):
        yield


@contextmanager
def beneath(field: str) -> Iterator[None]:
    """Name the places of what is refused in a tree as those of a field that holds it."""
    try:
        yield
    except Refused as refused:
        raise Refused(".".join(part for part in (field, refused.where) if part), refused.message) from None
