"""Segments that ask for segments: who is in those, and that none asks for itself."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import CTE, Select, select
from sqlalchemy.orm import Session

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from segmenter.rows import Segment

KEY = "segment"


class Members:
    """Who is in the segments that a query asks for; each is compiled once, however often it is asked for."""

    def __init__(self, session: Session, compiled: Callable[[Any, "Members"], Select[int]]) -> None:
        self._session = session
        self._compiled = compiled
        self._found: dict[int, CTE | None] = {}
        self._open: list[Segment] = []

    def of(self, segment_id: int) -> Select[int] | None:
        """The ids of a segment's customers; None where there is no such segment. Refused: it asks for itself."""
        if segment_id not in self._found:
            self._found[segment_id] = self._compile(segment_id)
        found = self._found[segment_id]
        return None if found is None else select(found.c.id)

    def _compile(self, segment_id: int) -> CTE | None:
        segment = self._session.get(Segment, segment_id)
        if segment is None:
            return None
        if segment in self._open:
            raise Refused("", _circle([each.name for each in (*self._open, segment)]))
        self._open.append(segment)
        try:
            return self._compiled(segment.tree, self).cte()
        finally:
            self._open.pop()


def check_circle(session: Session, segment_id: int, name: str, tree: Any) -> None:
    """Refuse a tree for a segment that this would make ask for itself, by the place that leads there.

    The trees of segments that ask for others are locked, so that two changes cannot close a circle between them.
    """
    places = list(_asked(tree))
    if not places:
        return
    saved = session.execute(select(Segment.id, Segment.name, Segment.tree).order_by(Segment.id).with_for_update())
    trees = {row.id: (row.name, row.tree) for row in saved}
    for where, wanted in places:
        way = _way(trees, wanted, segment_id, frozenset())
        if way is not None:
            raise Refused(where, _circle([name, *way]))


def asks_for(tree: Any, thing_id: int, key: str = KEY, place: str = "value") -> bool:
    """Whether a tree (JSON that was read before) asks for a segment, or by another condition for its thing.

    `place` is where the condition names it: as its value, or as what it is asked `of`.
    """
    return any(wanted == thing_id for _, wanted in _asked(tree, key, place=place))


def _way(trees: dict[int, tuple[str, Any]], start: int, end: int, seen: frozenset[int]) -> list[str] | None:
    if start not in trees or start in seen:
        return None
    name, tree = trees[start]
    if start == end:
        return [name]
    for _, wanted in _asked(tree):
        way = _way(trees, wanted, end, seen | {start})
        if way is not None:
            return [name, *way]
    return None


def _asked(tree: Any, key: str = KEY, path: str = "", place: str = "value") -> Iterator[tuple[str, int]]:
    # Places and ids of the things that a tree asks for by a condition; it was read before.
    if "condition" not in tree:
        ((kind, members),) = tree.items()
        for index, member in enumerate(members):
            yield from _asked(member, key, f"{path}{kind}.{index}.", place)
    elif tree["condition"] == key:
        value = tree[place]
        for index, wanted in enumerate(value if isinstance(value, list) else [value]):
            yield (f"{path}{place}.{index}" if isinstance(value, list) else f"{path}{place}"), wanted


def _circle(names: list[str]) -> str:
    shown = " → ".join(f"“{name}”" for name in names)
    return gettext("A segment cannot ask for itself: %(names)s", names=shown)
