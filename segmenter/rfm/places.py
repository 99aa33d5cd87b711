"""Which values stand at some places of an order: found by counting, where to sort everybody would take far longer."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

# So many stretches are counted at first; then value by value in those that hold a place.
STRETCHES = 4_096


def at_places(
    session: Session, value: ColumnElement[int], places: Iterable[int], *, greatest_first: bool = False
) -> dict[int, tuple[int, int]]:
    """The value at each place (from 0) of a column of whole numbers, and how many rows stand before the first such.

    The least comes first, or the greatest. A place must be less than there are rows.
    """
    places = sorted(places)
    if not places:
        return {}
    least, most = session.execute(select(func.min(value), func.max(value))).one()
    width = max(1, (most - least) // STRETCHES)
    stretch = (value - least) // width
    found = _found(_counted(session, stretch), places, greatest_first)
    if width == 1:
        return {place: (at + least, before) for place, (at, before) in found.items()}
    exact: dict[int, tuple[int, int]] = {}
    for number, before in set(found.values()):
        low = least + number * width
        counts = _counted(session, value, value >= low, value < low + width)
        inside = [place - before for place in places if found[place][0] == number]
        for place, (at, more) in _found(counts, inside, greatest_first).items():
            exact[place + before] = at, before + more
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
