"""The RFM map as it is drawn: squares with their shade, joined to their neighbours of the same segment."""

from collections.abc import Mapping
from dataclasses import dataclass

from segmenter.rfm.reading import MAPS, MapCell

SHADES = ("customers", "amount", "average_receipt")
PALE, RANGE = (
    8,
    44,
)  # percent of the bar's colour in the palest square with customers, and how much the darkest has more
GAP, ROUND = 3, 8

Squares = Mapping[tuple[int, int], MapCell]


@dataclass(frozen=True)
class Square:
    """A square: `key` is its scores ("55"), `name` its segment where it is the first of its field in reading order."""

    cell: MapCell
    key: str
    title: str
    name: str | None
    style: str


def squares(found: Squares, map_name: str, shade: str) -> list[list[Square]]:
    """Rows from the best score along y, each from the worst along x."""
    along, up = (axis.upper() for axis in MAPS[map_name])
    most = max((_weight(cell, shade) for cell in found.values()), default=0)
    named = _first_of_fields(found)
    return [
        [
            Square(
                cell=found[x, y],
                key=f"{x}{y}",
                title=f"{along}{x} {up}{y}",
                name=found[x, y].segment if (x, y) in named else None,
                style=_style(found, x, y, _weight(found[x, y], shade), most),
            )
            for x in range(1, 6)
        ]
        for y in range(5, 0, -1)
    ]


def chosen(found: Squares, key: str) -> MapCell:
    """The square that the address names ("55"); else the best one, or where nobody is there, the one with most."""
    wanted = (int(key[0]), int(key[1])) if len(key) == 2 and key.isascii() and key.isdigit() else (5, 5)
    if wanted in found and (key or found[wanted].customers):
        return found[wanted]
    return max(found.values(), key=lambda cell: cell.customers)


def _weight(cell: MapCell, shade: str) -> int:
    return getattr(cell, shade) or 0


def _same(found: Squares, x: int, y: int, other: tuple[int, int]) -> bool:
    here, there = found[x, y].segment, found[other].segment if other in found else None
    return here is not None and here == there


def _first_of_fields(found: Squares) -> set[tuple[int, int]]:
    """The upper left square of each field of squares that hang together."""
    firsts, seen = set(), set()
    for place in sorted(found, key=lambda each: (-each[1], each[0])):
        if place in seen or found[place].segment is None:
            continue
        firsts.add(place)
        field = [place]
        while field:
            x, y = at = field.pop()
            if at not in seen:
                seen.add(at)
                around = ((x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1))
                field += [other for other in around if _same(found, x, y, other)]
    return firsts


def _style(found: Squares, x: int, y: int, weight: int, most: int) -> str:
    up, right, down, left = (_same(found, x, y, each) for each in ((x, y + 1), (x + 1, y), (x, y - 1), (x - 1, y)))
    margin = " ".join(f"{0 if joined else GAP}px" for joined in (up, right, down, left))
    corners = ((up, left), (up, right), (down, right), (down, left))
    radius = " ".join(f"{0 if any(sides) else ROUND}px" for sides in corners)
    # A square that is not joined stands in from its edge: its words stay in line with those of its neighbours.
    padding = f"{8 + GAP * up}px 4px 8px {10 + GAP * left}px"
    line = "1px solid var(--c-cellline)"
    edges = f"border-right:{line if right else 0};border-bottom:{line if down else 0}"
    tint = PALE + RANGE * weight // most if most and weight else 0
    ground = f"color-mix(in srgb, var(--c-bar) {tint}%, var(--c-surface))" if tint else "var(--c-sunken)"
    return f"margin:{margin};border-radius:{radius};padding:{padding};{edges};background:{ground}"
