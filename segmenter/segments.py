"""Saved segments: a name and a tree of conditions."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from loyalty_core.database import Base, BigId
from loyalty_core.errors import Conflict, NotFound, Refused
from loyalty_core.i18n import gettext
from segmenter.trees import read

NAME_MAX = 200

UsedBy = Callable[[Session, int], Sequence[str]]


class Segment(Base):
    """A saved tree; who is in it is asked of the data each time."""

    __tablename__ = "segment"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_MAX), unique=True)
    tree: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


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
    with _name_is_free(session, new_name):
        changed.name, changed.tree, changed.updated_at = new_name, new_tree, now
    return changed


def delete(session: Session, segment_id: int, used_by: UsedBy) -> None:
    """Delete a segment. Conflict while anything uses it: `used_by` gives the names of what does."""
    gone = segment(session, segment_id)
    users = used_by(session, segment_id)
    if users:
        names = ", ".join(f"“{name}”" for name in users)
        message = gettext("“%(segment)s” is used by %(names)s: take it out there first", segment=gone.name, names=names)
        raise Conflict("segment", message)
    session.delete(gone)
    session.flush()


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
    try:
        read(tree)
    except Refused as refused:
        raise Refused(".".join(part for part in ("tree", refused.where) if part), refused.message) from None
    checked: dict[str, Any] = tree
    return checked
