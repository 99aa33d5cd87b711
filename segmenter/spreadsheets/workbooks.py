"""Reads the first sheet of an xlsx file as lines of text: as a stream, whatever size the sheet says it has."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import IO, TypeVar

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from segmenter.spreadsheets.limits import (
    CELL_MAX,
    COLUMNS_MAX,
    LINES_MAX,
    cell_too_long,
    line_too_wide,
    too_many_lines,
)
from segmenter.spreadsheets.markup import Reader, damaged, feed
from segmenter.spreadsheets.shared_texts import SharedTexts

PARTS_MAX = 2_000
# Unpacked. What a part says of its size is what can be read of it: the rest of a bomb stays packed.
SHEET_BYTES_MAX = 160 * 2**20
TEXTS_BYTES_MAX = 64 * 2**20
LEAVES_BYTES_MAX = 2**20
DIGITS_MAX = 15  # of a number that a spreadsheet keeps

FIRST_SHEET = "xl/worksheets/sheet1.xml"

Line = tuple[int, list[str]]
AnyReader = TypeVar("AnyReader", bound=Reader)
_ENTRY = b"PK\x01\x02"
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def read_workbook(content: bytes) -> Iterator[Line]:
    """The lines of the first sheet by their numbers, without empty ones. Refused says what is wrong with the file."""
    # Each entry of the directory would become an object before the first can be looked at.
    if content.count(_ENTRY) > PARTS_MAX:
        raise damaged()
    try:
        with zipfile.ZipFile(BytesIO(content)) as workbook:
            book = _read(workbook, "xl/workbook.xml", _Book())
            relations = _read(workbook, "xl/_rels/workbook.xml.rels", _Relations())
            texts = SharedTexts()
            if relations.texts in workbook.namelist():
                _read(workbook, relations.texts, _Texts(texts), TEXTS_BYTES_MAX)
            with _opened(workbook, relations.targets.get(book.sheet, FIRST_SHEET), SHEET_BYTES_MAX) as part:
                sheet = _Sheet(texts)
                for _piece in feed(part, sheet):
                    yield from sheet.taken()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        raise damaged() from None


def _opened(workbook: zipfile.ZipFile, name: str, bytes_max: int) -> IO[bytes]:
    try:
        size = workbook.getinfo(name).file_size
    except KeyError:
        raise Refused("file", _("This is a zip file, but no workbook: save the table as xlsx")) from None
    if size > bytes_max:
        shown = {"size": size // 2**20, "most": bytes_max // 2**20}
        raise Refused("file", _("Unpacked the sheet has %(size)s MB, more than %(most)s: divide it", **shown))
    return workbook.open(name)


def _read(workbook: zipfile.ZipFile, name: str, reader: AnyReader, bytes_max: int = LEAVES_BYTES_MAX) -> AnyReader:
    with _opened(workbook, name, bytes_max) as part:
        for _piece in feed(part, reader):
            pass
    return reader


class _Leaf:
    """Reads a part that consists of attributes alone."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


class _Book(_Leaf):
    """The name of the relation to the sheet that stands first."""

    def __init__(self) -> None:
        self.sheet = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet" and not self.sheet:
            self.sheet = next((value for key, value in attributes.items() if key.endswith("}id")), "")


class _Relations(_Leaf):
    """The parts of a workbook by the names of their relations, and the one of the shared strings."""

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}
        self.texts = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            told = attributes.get("Target", "")
            target = told[1:] if told.startswith("/") else f"xl/{told}"
            self.targets[attributes.get("Id", "")] = target
            if attributes.get("Type", "").endswith("/sharedStrings"):
                self.texts = target


class _Texts:
    """Reads the shared strings: the runs of each, without the reading aids of Asian scripts."""

    def __init__(self, texts: SharedTexts) -> None:
        self._texts = texts
        self._runs: list[str] = []
        self._inside = self._aid = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if name == "si":
            self._runs = []
        elif name == "rPh":
            self._aid = True
        self._inside = name == "t" and not self._aid

    def end(self, name: str) -> None:
        self._inside = False
        if name == "rPh":
            self._aid = False
        elif name == "si":
            self._texts.add("".join(self._runs)[:CELL_MAX])

    def text(self, text: str) -> None:
        if self._inside:
            self._runs.append(text)


class _Sheet:
    """Reads the cells of a sheet, by the places that they name; no place between is ever made up."""

    def __init__(self, texts: SharedTexts) -> None:
        self._texts = texts
        self._lines: list[Line] = []
        self._line = 0
        self._number_of_lines = 0
        self._column = -1
        self._cells: dict[int, str] = {}
        self._kind = ""
        self._written: list[str] = []
        self._length = 0
        self._inside = False

    def taken(self) -> list[Line]:
        """The lines that are whole by now, which are forgotten here."""
        taken, self._lines = self._lines, []
        return taken

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._inside = name in ("v", "t")
        if name == "row":
            told = attributes.get("r", "")
            self._line = int(told) if re.fullmatch(r"[0-9]{1,7}", told) else self._line + 1
            self._number_of_lines += 1
            if self._number_of_lines > LINES_MAX:
                raise too_many_lines()
            self._column, self._cells = -1, {}
        elif name == "c":
            found = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = _column(found[1]) if found else self._column + 1
            if self._column >= COLUMNS_MAX:
                raise line_too_wide(self._line)
            self._kind, self._written, self._length = attributes.get("t", "n"), [], 0

    def end(self, name: str) -> None:
        self._inside = False
        if name == "c" and self._written:
            self._cells[self._column] = self._told("".join(self._written))
        elif name == "row" and self._cells:
            cells = [""] * (max(self._cells) + 1)
            for column, text in self._cells.items():
                cells[column] = text
            self._lines.append((self._line, cells))
            self._cells = {}

    def text(self, text: str) -> None:
        if self._inside:
            self._length += len(text)
            if self._length > CELL_MAX:
                raise cell_too_long(self._line)
            self._written.append(text)

    def _told(self, written: str) -> str:
        match self._kind:
            case "s":
                return self._texts.at(written.strip())
            case "n":
                return _number(written.strip())
            case "e":
                return ""
        return written


def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _number(written: str) -> str:
    """A whole number in its digits; one of which the spreadsheet has lost some stays as 1.23456789012345E+15."""
    try:
        value = Decimal(written)
    except InvalidOperation:
        return written
    if not value.is_finite() or value.adjusted() >= DIGITS_MAX or value.adjusted() < -DIGITS_MAX:
        return f"{value:.14E}"
    return str(int(value)) if value == value.to_integral_value() else format(value.normalize(), "f")
