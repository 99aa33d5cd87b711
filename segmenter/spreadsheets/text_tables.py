"""Reads a table in text (CSV) as lines of cells: UTF-8, UTF-16 or Windows-1251, with semicolons, commas or tabs."""

import codecs
import csv
import re
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from typing import IO

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from segmenter.spreadsheets.limits import COLUMNS_MAX, LINES_MAX, line_too_wide, too_many_lines

PIECE_BYTES = 64 * 1024
LINE_CHARACTERS_MAX = 64 * 1024
_SAID = re.compile(r"sep=(.)\s*", re.IGNORECASE)


def read_text_table(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The lines by their numbers, without empty ones. Refused says what is wrong with the file."""
    with TextIOWrapper(BytesIO(content), encoding=_encoding(content), newline="") as text:
        try:
            yield from _lines(text)
        except (UnicodeDecodeError, csv.Error):
            raise _unreadable() from None


def _lines(text: IO[str]) -> Iterator[tuple[int, list[str]]]:
    head = text.readline(LINE_CHARACTERS_MAX)
    said = _SAID.fullmatch(head)
    separator = said[1] if said else max(";\t,", key=head.count)
    text.seek(0)
    pieces = _pieces(text)
    if said:
        next(pieces)
    reader = csv.reader(pieces, delimiter=separator)
    number = 0
    while True:
        first = reader.line_num + (2 if said else 1)
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            shown = {"line": first, "reason": str(error)}
            raise Refused("file", _("Line %(line)s is no line of CSV: %(reason)s", **shown)) from None
        number += 1
        if number > LINES_MAX:
            raise too_many_lines()
        if len(cells) > COLUMNS_MAX:
            raise line_too_wide(first)
        if any(cell.strip() for cell in cells):
            yield first, cells


def _pieces(text: IO[str]) -> Iterator[str]:
    """The lines of a file, of which none is read whole before it is known how long it is."""
    number = 0
    while line := text.readline(LINE_CHARACTERS_MAX + 1):
        number += 1
        if len(line) > LINE_CHARACTERS_MAX:
            shown = {"line": number, "most": LINE_CHARACTERS_MAX}
            raise Refused("file", _("Line %(line)s has more than %(most)s characters", **shown))
        yield line


def _encoding(content: bytes) -> str:
    """How the text is encoded: as its first bytes say, as UTF-8 where all of it is that, else as Windows-1251."""
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = content[:4096]
    if b"\0" in start:
        # Every second byte of Latin letters and digits in UTF-16 is NUL, and no byte of any other text is.
        if len(start) > 1 and start[1::2].count(0) * 3 > len(start) and 0 not in start[0::2]:
            return "utf-16-le"
        if len(start) > 1 and start[0::2].count(0) * 3 > len(start) and 0 not in start[1::2]:
            return "utf-16-be"
        raise _unreadable()
    return "utf-8" if _is_utf8(content) else "cp1251"


def _is_utf8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for place in range(0, len(content), PIECE_BYTES):
            decoder.decode(content[place : place + PIECE_BYTES])
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _unreadable() -> Refused:
    return Refused(
        "file", _("This is neither a workbook (xlsx) nor a table in text (CSV): save the table as one of them")
    )
