"""Reads a CSV file, plain or gzipped, as rows by the names that an import knows its columns by."""

import csv
import gzip
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import TextIOWrapper
from operator import itemgetter
from pathlib import Path
from typing import IO, NamedTuple

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.imports.report import Report

# done, total: bytes of the file
Progress = Callable[[int, int], None]
_TOLD_EVERY = 5_000


class Row(NamedTuple):
    """A line of the file with its number; the cells stand in the order of the columns asked for, "" where missing."""

    line: int
    cells: tuple[str, ...]


class Columns(NamedTuple):
    """The columns of an import by name, each with the other headings it goes by; `required` must be there."""

    aliases: Mapping[str, Sequence[str]]
    required: Sequence[str]


def silent(_done: int, _total: int) -> None:
    """Tell nobody of the progress."""


def read_table(path: Path, columns: Columns, report: Report, progress: Progress) -> Iterator[Row]:
    """The rows of a file. Counts them in the report and refuses there those that are no rows.

    Refused, as a whole, where the file is not text in UTF-8, or lacks a column. The separator is the one that the head
    has most of: comma, semicolon or tab. With semicolons a comma is the decimal sign; it is answered as a point.
    """
    total = path.stat().st_size
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        plain = gzip.GzipFile(fileobj=raw) if packed else raw
        with TextIOWrapper(plain, encoding="utf-8-sig", newline="") as text:
            try:
                for row in _rows(text, columns, report):
                    if row.line % _TOLD_EVERY == 0:
                        progress(min(raw.tell(), total), total)
                    yield row
            except UnicodeDecodeError as error:
                raise Refused("file", _("This is not text in UTF-8; save it as CSV in UTF-8")) from error
            except (EOFError, gzip.BadGzipFile) as error:
                raise Refused("file", _("This gzip file is damaged")) from error
    progress(total, total)


def _rows(text: IO[str], columns: Columns, report: Report) -> Iterator[Row]:
    heading = text.readline()
    separator = max(",;\t", key=heading.count)
    names = next(csv.reader([heading], delimiter=separator), [])
    choose = itemgetter(*_places(names, columns, report))
    comma = separator == ";"
    reader = csv.reader(text, delimiter=separator)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            report.read += 1
            report.refuse(reader.line_num + 1, _("Not a line of CSV: %(reason)s", reason=str(error)))
            continue
        if not cells:
            continue
        report.read += 1
        line = reader.line_num + 1
        if len(cells) != len(names):
            report.refuse(line, _("%(found)s cells instead of %(expected)s", found=len(cells), expected=len(names)))
            continue
        if "\0" in "".join(cells):
            report.refuse(line, _("Holds a NUL character, which no database keeps"))
            continue
        cells.append("")
        chosen = tuple(map(str.strip, choose(cells)))
        yield Row(line, tuple(_point(cell) for cell in chosen) if comma else chosen)


def _point(cell: str) -> str:
    return cell.replace(",", ".") if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", cell) else cell


def _places(names: Sequence[str], columns: Columns, report: Report) -> list[int]:
    """Where each column stands; one that is not there, in an empty cell after the last."""
    found: dict[str, int] = {}
    known = {_plain(alias): name for name, others in columns.aliases.items() for alias in (name, *others)}
    for place, heading in enumerate(names):
        name = known.get(_plain(heading))
        if name is None or name in found:
            report.ignored_columns.append(heading)
        else:
            found[name] = place
    missing = [name for name in columns.required if name not in found]
    if missing:
        raise Refused(
            "file",
            _("The first line must name the columns; not found: %(names)s", names=", ".join(missing)),
        )
    return [found.get(name, len(names)) for name in columns.aliases]


def _plain(heading: str) -> str:
    return re.sub(r"[^a-z0-9]", "", heading.lower())
