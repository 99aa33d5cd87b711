"""Workbooks as they are written: what is in them, and what writing them costs."""

import subprocess
import sys
import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis.strategies import text

from segmenter.spreadsheets.files import read_lines
from segmenter.spreadsheets.safe_cells import is_plain, safe
from segmenter.spreadsheets.workbook_writing import Cell, write_workbook

ROOT = Path(__file__).parents[3]
FORMULAS = ["=1+1", "+SUM(A1)", "-cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "\r=1", " =1", "＝1", "+1+HYPERLINK(A1)"]


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_a_spreadsheet_would_calculate_has_an_apostrophe_in_front(text: str) -> None:
    assert safe(text) == f"'{text}"
    ((_, _head), (_, (cell,))) = read_lines(b"".join(write_workbook([("Name",), (text,)])))
    assert cell.startswith("'")


@pytest.mark.parametrize(
    "text", ["Ann", "O'Hara", "+44 7700 900014", "-5", "+7 (999) 123-45-67", "a=b", "", "a@b.test"]
)
def test_other_text_and_phones_stay_as_they_are(text: str) -> None:
    assert safe(text) == text


@given(text(max_size=8) | text(alphabet="+-=@09 a\t\n&<（", max_size=5))
def test_what_is_written_without_a_second_look_is_safe_as_it_stands(words: str) -> None:
    assert not is_plain(words) or escape(safe(words)) == words


def test_a_workbook_holds_text_numbers_days_and_nothing_as_what_they_are() -> None:
    rows: list[tuple[Cell, ...]] = [
        ("Head", "2", "3", "4", "5"),
        ("<a> & \x01", 7, Decimal("12.50"), date(2026, 11, 22), None),
    ]
    content = b"".join(write_workbook([*rows, ("x", 0, Decimal("-0.01"), date(1899, 1, 1), "")]))
    lines = [cells for _line, cells in read_lines(content)]
    assert lines[1] == ["<a> & \ufffd", "7", "12.5", "46348"]
    assert lines[2] == ["x", "0", "-0.01", "1899-01-01"]
    with zipfile.ZipFile(BytesIO(content)) as packed:
        assert packed.testzip() is None
        for name in packed.namelist():
            ElementTree.fromstring(packed.read(name))
        assert "<f>" not in packed.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize(("rows", "sheets"), [(0, [1]), (3, [4]), (4, [4, 2]), (7, [4, 4, 2])])
def test_more_rows_than_a_sheet_holds_go_to_further_sheets_under_the_same_headings(
    rows: int, sheets: list[int]
) -> None:
    written = write_workbook([("Head",), *((str(number),) for number in range(rows))], rows_max=4)
    found = []
    with zipfile.ZipFile(BytesIO(b"".join(written))) as packed:
        for number in range(1, 1 + len(sheets)):
            text = packed.read(f"xl/worksheets/sheet{number}.xml").decode()
            assert text.count("Head") == 1
            found.append(text.count("<row>"))
        assert len([name for name in packed.namelist() if "worksheets" in name]) == len(sheets)
    assert found == sheets


_WRITE = """
import resource
from decimal import Decimal
from segmenter.spreadsheets.workbook_writing import write_workbook
def grown(rows):
    row = ("c1", "Ann", "Lee", "+44 7700 900014", "ann@example.test", 3, Decimal("12.50"))
    for piece in write_workbook(row for _ in range(rows)):
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
few = grown(5_000)
print(grown(100_000) - few)
"""


def test_writing_many_rows_takes_no_more_memory_than_writing_few() -> None:
    command = [sys.executable, "-c", _WRITE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 10
