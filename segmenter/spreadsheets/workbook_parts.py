"""The parts of a workbook that say what the others are, and how days and amounts are shown."""

from collections.abc import Iterator

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Places of the styles below; 0 is plain.
HEADING, DAY, AMOUNT = 1, 2, 3

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FONT = '<sz val="11"/><name val="Calibri"/>'
_STYLES = f"""{HEAD}<styleSheet xmlns="{MAIN}">
<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>
<fonts count="2"><font>{_FONT}</font><font><b/>{_FONT}</font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border/></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="4"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/>
<xf xfId="0" numFmtId="164" applyNumberFormat="1"/><xf xfId="0" numFmtId="4" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>"""


def leaves(sheets: int) -> Iterator[tuple[str, str]]:
    """The names and contents of all parts but the sheets, of which there are so many."""
    numbers = range(1, sheets + 1)
    yield "[Content_Types].xml", _types(numbers)
    yield "_rels/.rels", _relations(_relation(1, "officeDocument", "xl/workbook.xml"))
    names = "".join(f'<sheet name="Sheet {each}" sheetId="{each}" r:id="rId{each}"/>' for each in numbers)
    yield "xl/workbook.xml", f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets>{names}</sheets></workbook>'
    targets = "".join(_relation(each, "worksheet", f"worksheets/sheet{each}.xml") for each in numbers)
    yield "xl/_rels/workbook.xml.rels", _relations(targets + _relation(sheets + 1, "styles", "styles.xml"))
    yield "xl/styles.xml", _STYLES


def _types(numbers: range) -> str:
    kinds = {"workbook": "sheet.main", "styles": "styles"} | {f"worksheets/sheet{n}": "worksheet" for n in numbers}
    parts = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{_TYPE}.{kind}+xml"/>' for name, kind in kinds.items()
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    default = f'<Default Extension="rels" ContentType="{relations}"/>'
    return f'{HEAD}<Types xmlns="{_PACKAGE}/content-types">{default}{parts}</Types>'


def _relations(relations: str) -> str:
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'


def _relation(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
