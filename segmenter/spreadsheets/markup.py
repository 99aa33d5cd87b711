"""Feeds the XML of a workbook to a reader, piece by piece: no entities, no bottomless nesting, no endless tags."""

from collections.abc import Iterator
from typing import IO, Protocol
from xml.parsers import expat

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from segmenter.spreadsheets.limits import ELEMENTS_MAX

PIECE_BYTES = 64 * 1024
DEPTH_MAX = 32
TAG_BYTES_MAX = 1024 * 1024


class Reader(Protocol):
    """What a part is read by: element names come without their namespace, text in one piece an element."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text within the element that began last."""


def feed(part: IO[bytes], reader: Reader) -> Iterator[None]:
    """Hand a part to its reader, stopping after each piece, so that what was read can be taken on. Refused: damaged."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    depth = elements = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if depth > DEPTH_MAX:
            raise damaged()
        if elements > ELEMENTS_MAX:
            raise Refused(
                "file", _("The workbook is too large: leave only the column that names customers, or divide it")
            )
        reader.start(name.rpartition("}")[2], attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        reader.end(name.rpartition("}")[2])

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = reader.text
    # A workbook declares no document type; one that does wants its entities multiplied, or a file of ours read.
    parser.StartDoctypeDeclHandler = _refuse
    fed = 0
    try:
        while piece := part.read(PIECE_BYTES):
            parser.Parse(piece)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > TAG_BYTES_MAX:
                raise damaged()
            yield
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise damaged() from None
    yield


def damaged() -> Refused:
    """The refusal of what is no workbook inside."""
    return Refused("file", _("This workbook is damaged: open it, save it anew as xlsx, and send that"))


def _refuse(*_declaration: object) -> None:
    raise damaged()
