"""Files made to do harm are refused in words, soon, and with little memory."""

import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from loyalty_core.errors import Refused
from segmenter.spreadsheets.files import read_lines
from tests.support.workbooks import sheet, workbook

ROOT = Path(__file__).parents[3]
MEMORY_MAX_MB = 150
SECONDS_MAX = 30

_READ = """
import resource, sys
from loyalty_core.errors import Refused
from segmenter.spreadsheets.files import read_lines
from tests.support import bad_workbooks
content = getattr(bad_workbooks, sys.argv[1])()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    print(sum(1 for _line in read_lines(content)))
except Refused as refused:
    print(refused.message)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("of_one_gigabyte", "Unpacked the sheet has 1024 MB, more than 160"),
        ("whose_size_is_a_lie", "damaged"),
        ("with_a_million_laughs", "damaged"),
        ("with_an_outside_entity", "damaged"),
        ("that_nests_without_end", "damaged"),
        ("with_an_endless_tag", "damaged"),
        ("with_endless_rows", "more than 200,000 lines"),
        ("with_endless_elements", "too large"),
        ("with_endless_entries", "damaged"),
        ("with_gigantic_texts", "Unpacked the sheet has 100 MB, more than 64"),
        ("with_millions_of_texts", "0"),
        ("that_claims_a_gigantic_sheet", "2"),
    ],
)
def test_a_workbook_made_to_do_harm_is_refused_with_flat_memory(bad: str, told: str) -> None:
    command = [sys.executable, "-c", _READ, bad]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=SECONDS_MAX)
    message, grown = done.stdout.splitlines()
    assert told in message
    assert int(grown) < MEMORY_MAX_MB


def _damaged_zip() -> bytes:
    whole = workbook(sheet(("a",)))
    return whole[: len(whole) // 2]


def _locked_zip() -> bytes:
    # Bit 0 of the flags, here and in the directory, says that an entry is encrypted.
    whole = bytearray(workbook(sheet(("a",))))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = whole.find(mark)
        while start >= 0:
            whole[start + place] |= 1
            start = whole.find(mark, start + 1)
    return bytes(whole)


def _other_zip() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("word/document.xml", "<a/>")
    return file.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n", "empty"),
        (OLE, "old kind"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (_damaged_zip(), "damaged"),
        (_locked_zip(), "damaged"),
        (_other_zip(), "no workbook"),
        (workbook(sheet(("a",)), {"xl/_rels/workbook.xml.rels": "<Relationships/>"}), "no workbook"),
        (workbook("<worksheet><row>"), "damaged"),
        (workbook(sheet(("x" * 40_000,))), "more than 32767 characters"),
        (
            workbook('<worksheet><row r="3"><c r="XFD3"><v>1</v></c></row></worksheet>'),
            "Line 3 has more than 256 cells",
        ),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "neither a workbook"),
        (b"a\n" + b"x;" * 10_000 + b"\n", "Line 2 has more than 256 cells"),
        (b"a\n" + b"x" * 10**6, "Line 2 has more than 65536 characters"),
        (b'a\n"never closed\n' + b"b\n" * 100_000, "Line 2 is no line of CSV"),
        (b"a\n" * 200_001, "more than 200,000 lines"),
        ("é".encode("utf-16")[:-1], "neither a workbook"),
    ],
    # A zip file holds the time at which it was made: no part of a test's name.
    ids=lambda each: each if isinstance(each, str) else "file",
)
def test_what_cannot_be_read_is_refused_with_what_to_do(content: bytes, told: str) -> None:
    with pytest.raises(Refused) as refused:
        list(read_lines(content))
    assert refused.value.where == "file"
    assert told in refused.value.message


def test_only_the_cells_that_are_there_are_read_whatever_size_a_sheet_claims() -> None:
    first = '<worksheet><dimension ref="A1:XFD9"/><row r="1048576"><c r="B1048576"><v>7</v></c></row></worksheet>'
    assert list(read_lines(workbook(first))) == [(1048576, ["", "7"])]


def test_shared_strings_formulas_and_numbers_are_read_as_they_are_shown() -> None:
    texts = "<sst><si><t>plain</t></si><si><r><t>in </t></r><r><t>runs</t></r><rPh><t>aid</t></rPh></si></sst>"
    first = (
        '<worksheet><row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>9</v></c>'
        '<c t="str"><f>A1</f><v>=1</v></c><c t="e"><v>#N/A</v></c><c><v>7.9991234567E10</v></c>'
        '<c><v>0.5</v></c><c t="b"><v>1</v></c></row></worksheet>'
    )
    ((line, cells),) = read_lines(workbook(first, {"xl/sharedStrings.xml": texts}))
    assert (line, cells) == (1, ["plain", "in runs", "", "=1", "", "79991234567", "0.5", "1"])
