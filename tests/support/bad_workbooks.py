"""Workbooks made to do harm; each is made piece by piece, so that making it takes no memory to speak of."""

import io
import zipfile
from collections.abc import Iterable

from tests.support.workbooks import BOOK, RELATIONS

MEGABYTE = 2**20
SHEET, TEXTS = "xl/worksheets/first.xml", "xl/sharedStrings.xml"
LAUGHS = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><worksheet>&c;</worksheet>'


def _book(name: str, start: str, piece: str, times: int, end: str = "") -> bytes:
    """A workbook of which one part is a start, a piece of text some number of times, and an end."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr("xl/workbook.xml", BOOK)
        packed.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        if name != SHEET:
            packed.writestr(SHEET, "<worksheet/>")
        with packed.open(name, "w", force_zip64=True) as part:
            part.write(start.encode())
            for block in _blocks(piece, times):
                part.write(block)
            part.write(end.encode())
    return file.getvalue()


def _blocks(piece: str, times: int) -> Iterable[bytes]:
    most = max(1, MEGABYTE // len(piece))
    for place in range(0, times, most):
        yield (piece * min(most, times - place)).encode()


def of_one_gigabyte() -> bytes:
    return _book(SHEET, "<worksheet>", " " * 1024, MEGABYTE, "</worksheet>")


def whose_size_is_a_lie() -> bytes:
    """The directory says 1000 bytes where there are 200 millions."""
    told = (200 * MEGABYTE).to_bytes(4, "little")
    return _book(SHEET, "", " " * 1024, 200 * 1024).replace(told, (1000).to_bytes(4, "little"))


def with_a_million_laughs() -> bytes:
    return _book(SHEET, LAUGHS, " ", 1)


def with_an_outside_entity() -> bytes:
    return _book(SHEET, '<!DOCTYPE a SYSTEM "file:///etc/passwd"><worksheet/>', " ", 1)


def that_nests_without_end() -> bytes:
    return _book(SHEET, "<worksheet>", "<a>", 40_000_000)


def with_an_endless_tag() -> bytes:
    return _book(SHEET, '<worksheet><row r="', "7", 150 * MEGABYTE)


def with_endless_rows() -> bytes:
    return _book(SHEET, "<worksheet>", "<row/>", 20_000_000)


def with_endless_elements() -> bytes:
    return _book(SHEET, "<worksheet>", "<x/>", 30_000_000)


def with_endless_entries() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for number in range(30_000):
            packed.writestr(str(number), b"")
    return file.getvalue()


def with_gigantic_texts() -> bytes:
    return _book(TEXTS, "<sst>", " " * 1024, 100 * 1024, "</sst>")


def with_millions_of_texts() -> bytes:
    return _book(TEXTS, "<sst>", "<si><t>ab</t></si>", 1_200_000, "</sst>")


def that_claims_a_gigantic_sheet() -> bytes:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="B1048576"><v>1</v></c></row>'
    return _book(SHEET, f'<worksheet><dimension ref="A1:XFD1048576"/>{cells}</worksheet>', " ", 1)
