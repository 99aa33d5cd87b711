"""Writes an xlsx file piece by piece, in memory that does not grow with the rows; text is never a formula."""

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain, islice
from types import NoneType
from typing import Any
from xml.sax.saxutils import escape

from segmenter.spreadsheets.safe_cells import is_plain, safe
from segmenter.spreadsheets.workbook_parts import AMOUNT, DAY, HEAD, HEADING, MAIN, leaves

ROWS_MAX = 1_048_576  # of a sheet, the heads among them
ROWS_AT_ONCE = 500
CELL_MAX = 32_767
SHEET_BYTES_MAX = 2**30  # a part of twice that would need an extension of zip that spreadsheets do not read
_DAY_ZERO = date(1899, 12, 30)
_FIRST_DAY = date(1900, 3, 1)  # before it spreadsheets count a 29 February that never was

Cell = str | int | Decimal | date | None


def write_workbook(rows: Iterable[Sequence[Cell]], rows_max: int = ROWS_MAX) -> Iterator[bytes]:
    """The file in pieces; the first row holds the headings and stands at the top of every sheet that is needed."""
    rest = iter(rows)
    headings = next(rest)
    sink = _Sink()
    number = 0
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as packed:
        first = next(rest, None)
        while first is not None or number == 0:
            number += 1
            body = chain(() if first is None else (first,), rest)
            with packed.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
                for piece in _sheet(headings, body, rows_max - 1):
                    part.write(piece)
                    yield sink.taken()
            first = next(rest, None)
        for name, content in leaves(number):
            packed.writestr(name, content)
    yield sink.taken()


def _sheet(headings: Sequence[Cell], rows: Iterator[Sequence[Cell]], rows_max: int) -> Iterator[bytes]:
    """A sheet in pieces: as many rows as it may have, fewer where they are very long."""
    yield (
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<cols><col min="1" max="{len(headings)}" width="18" customWidth="1"/></cols><sheetData>'
        f"<row>{''.join(_text(str(each), HEADING) for each in headings)}</row>"
    ).encode()
    written = 0
    while written < SHEET_BYTES_MAX and (some := list(islice(rows, min(ROWS_AT_ONCE, rows_max)))):
        rows_max -= len(some)
        piece = "".join(f"<row>{''.join([_CELL[type(cell)](cell) for cell in row])}</row>" for row in some).encode()
        written += len(piece)
        yield piece
    yield b"</sheetData></worksheet>"


def _text(text: str, style: int = 0) -> str:
    if not text:
        return "<c/>"
    shown = text if is_plain(text) else escape(safe(text)[:CELL_MAX])
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'


def _day(day: date) -> str:
    return f'<c s="{DAY}"><v>{(day - _DAY_ZERO).days}</v></c>' if day >= _FIRST_DAY else _text(day.isoformat())


# A look-up by type: a file has millions of cells.
_CELL: dict[type, Callable[[Any], str]] = {
    str: _text,
    int: lambda number: f"<c><v>{number}</v></c>",
    Decimal: lambda amount: f'<c s="{AMOUNT}"><v>{amount}</v></c>',
    date: _day,
    NoneType: lambda _nothing: "<c/>",
}


class _Sink:
    """Where a zip file is written to that nobody can seek in: what has been taken is forgotten."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, piece: bytes) -> int:
        self._written += piece
        return len(piece)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def taken(self) -> bytes:
        """What was written since this was last asked."""
        taken, self._written = bytes(self._written), bytearray()
        return taken
