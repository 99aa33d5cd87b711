"""Which values stand at some places of an order: found by counting, where to sort everybody would take far longer."""

from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy.schema import DropTable

from loyalty_core.database import integer_pairs
from segmenter.rfm.grouping import group
from segmenter.rfm.parts import Part, Parts


def at_places(
    parts: Parts, value: ColumnElement[int], places: Iterable[int], *, width: int = 1, greatest_first: bool = False
) -> dict[int, tuple[int, int]]:
    """The value at each place (from 0) of a column of whole numbers, and how many rows stand before the first such.

    The rows are those of all parts, the least first or the greatest; a place must be less than there are rows. Counted
    are stretches that are `width` wide, then each value of those that hold a place: few enough of both is fast.
    """
    places = sorted(places)
    if not places:
        return {}
    found = _found(_counted(parts, value // width if width > 1 else value), places, greatest_first)
    if width == 1:
        return found
    stretches = sorted({stretch for stretch, _ in found.values()})
    inside: dict[int, dict[int, int]] = {stretch: {} for stretch in stretches}
    for at, rows in _counted(parts, value, (value // width).in_(stretches)).items():
        inside[at // width][at] = rows
    exact: dict[int, tuple[int, int]] = {}
    for place, (stretch, before) in found.items():
        ((at, more),) = _found(inside[stretch], [place - before], greatest_first).values()
        exact[place] = at, before + more
    return exact


def _counted(parts: Parts, value: ColumnElement[int], *where: ColumnElement[bool]) -> Mapping[int, int]:
    def of_one(part: Part) -> Mapping[int, int]:
        counted = group(part.session, "rfm_counted", value, {"rows": literal(1)}, None, *where)
        found = integer_pairs(part.session, select(counted.c.key, counted.c.rows))
        part.session.execute(DropTable(counted))
        return found

    return sum(map(Counter, parts.each(of_one)), Counter())


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
