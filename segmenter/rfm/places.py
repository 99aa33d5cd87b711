"""Which values stand at some places of an order: found by counting, where to sort everybody would take far longer."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session


def at_places(
    session: Session, value: ColumnElement[int], places: Iterable[int], *, width: int = 1, greatest_first: bool = False
) -> dict[int, tuple[int, int]]:
    """The value at each place (from 0) of a column of whole numbers, and how many rows stand before the first such.

    The least comes first, or the greatest. A place must be less than there are rows. Counted are stretches that are
    `width` wide, then each value of those that hold a place: few enough of both is fast.
    """
    places = sorted(places)
    if not places:
        return {}
    found = _found(_counted(session, value // width), places, greatest_first)
    if width == 1:
        return found
    stretches = sorted({stretch for stretch, _ in found.values()})
    inside: dict[int, dict[int, int]] = {stretch: {} for stretch in stretches}
    for at, rows in _counted(session, value, (value // width).in_(stretches)).items():
        inside[at // width][at] = rows
    exact: dict[int, tuple[int, int]] = {}
    for place, (stretch, before) in found.items():
        ((at, more),) = _found(inside[stretch], [place - before], greatest_first).values()
        exact[place] = at, before + more
    return exact


def _counted(session: Session, value: ColumnElement[int], *where: ColumnElement[bool]) -> dict[int, int]:
    at = value.label("at")
    counted: Any = select(at, func.count()).where(*where).group_by(at)
    return dict(session.execute(counted).all())


def _found(counts: Mapping[int, int], places: Iterable[int], greatest_first: bool) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    ordered = iter(sorted(counts, reverse=greatest_first))
    before = following = at = 0
    for place in places:
        while following <= place:
            at = next(ordered)
            before, following = following, following + counts[at]
        found[place] = at, before
    return found
