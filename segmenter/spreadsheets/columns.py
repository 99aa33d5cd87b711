"""Recognises the column of a file that names customers: by whom its cells name, not by its heading."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from sqlalchemy.orm import Session

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from segmenter.lists import customers_by_marks
from segmenter.spreadsheets.marks import looks_like_mark, read_mark

LOOKED_AT = 500

Lines = Iterable[tuple[int, Sequence[str]]]


class Column(NamedTuple):
    """A column by its place; `heading` is "" where the file has no head; `found` of `LOOKED_AT` lines name somebody."""

    place: int
    heading: str
    example: str
    found: int


class Columns(NamedTuple):
    """The columns of a file; `chosen` is the place of the one that names customers, `head` the line of the headings."""

    columns: list[Column]
    chosen: int
    head: int | None


def recognise(session: Session, lines: Lines) -> Columns:
    """The columns by what stands in their first lines. The one that names most customers is chosen.

    A column that only counts lines (1, 2, 3) is chosen last: such numbers name customers by chance.
    """
    looked_at = list(islice(lines, LOOKED_AT))
    width = max((len(cells) for _line, cells in looked_at), default=0)
    marks = [[read_mark(_cell(cells, place)).text for _line, cells in looked_at] for place in range(width)]
    named = customers_by_marks(session, list({mark for column in marks for mark in column if mark}))
    head = _head(looked_at, named)
    rest = slice(0 if head is None else 1, None)
    columns = []
    for place, column in enumerate(marks):
        heading = "" if head is None else _cell(looked_at[0][1], place).strip()
        example = next((mark for mark in column[rest] if mark), "")
        columns.append(Column(place, heading, example, sum(mark in named for mark in column[rest])))
    likeliest = max(columns, key=lambda each: _likelihood(each, marks[each.place][rest]), default=None)
    return Columns(columns, likeliest.place if likeliest else 0, head)


def place_of(columns: Columns, told: str) -> int:
    """The place of a column by its heading, else by its number, of which the first is 1. Refused, at `column`."""
    wanted = told.strip().casefold()
    for column in columns.columns:
        if wanted and column.heading.casefold() == wanted:
            return column.place
    if wanted.isdecimal() and 1 <= int(wanted[:9]) <= len(columns.columns):
        return int(wanted) - 1
    names = ", ".join(f"{each.place + 1} {each.heading}".strip() for each in columns.columns)
    raise Refused("column", _("There is no column “%(told)s”: the file has %(names)s", told=told, names=names))


def _likelihood(column: Column, marks: Sequence[str]) -> tuple[int, int, int]:
    """What speaks for a column, the weightiest first; of equal ones the first is taken."""
    counts = all(mark == str(number) for number, mark in enumerate(marks, 1))
    return 0 if counts else column.found, sum(map(looks_like_mark, marks)), column.found


def _head(lines: Sequence[tuple[int, Sequence[str]]], named: dict[str, int]) -> int | None:
    """The number of the first line, where it is one of headings: nothing in it names a customer, or looks like it."""
    if len(lines) < 2:
        return None
    number, cells = lines[0]
    is_head = not any(looks_like_mark(cell) or read_mark(cell).text in named for cell in cells)
    return number if is_head else None


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""
