"""Workbooks for tests, as a spreadsheet program writes them, and as an attacker would."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

BOOK = (
    '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Guests" sheetId="1" r:id="rId7"/><sheet name="Other" sheetId="2" r:id="rId8"/></sheets>'
    "</workbook>"
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId9" Type="http://x/relationships/sharedStrings" Target="sharedStrings.xml"/>'
    '<Relationship Id="rId7" Type="http://x/relationships/worksheet" Target="worksheets/first.xml"/></Relationships>'
)


def sheet(*rows: Sequence[str | float | None], head: str = '<dimension ref="A1:XFD1048576"/>') -> str:
    """The XML of a sheet: text within the cells, numbers as numbers, None as no cell at all."""
    lines = []
    for number, row in enumerate(rows, 1):
        cells = "".join(
            f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
            if isinstance(cell, str)
            else f'<c r="{chr(65 + place)}{number}"><v>{cell!r}</v></c>'
            for place, cell in enumerate(row)
            if cell is not None
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    return f"<worksheet>{head}<sheetData>{''.join(lines)}</sheetData></worksheet>"


def workbook(first: str | bytes, parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """An xlsx file with this first sheet; `parts` are added, or take the place of the usual ones."""
    file = io.BytesIO()
    usual = {"xl/workbook.xml": BOOK, "xl/_rels/workbook.xml.rels": RELATIONS, "xl/worksheets/first.xml": first}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in {**usual, **(parts or {})}.items():
            packed.writestr(name, content)
    return file.getvalue()
