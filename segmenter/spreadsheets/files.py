"""Reads a file that somebody made, whatever it is, as lines of cells, or refuses it and says what to do."""

from collections.abc import Iterator

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from segmenter.spreadsheets.limits import FILE_BYTES_MAX
from segmenter.spreadsheets.text_tables import read_text_table
from segmenter.spreadsheets.workbooks import read_workbook

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The lines of an xlsx or CSV file by their numbers, without empty ones; Refused, at `file`."""
    if not content.strip(b"\xef\xbb\xbf\r\n\t \0"):
        raise Refused("file", _("The file is empty"))
    if len(content) > FILE_BYTES_MAX:
        raise Refused("file", _("The file has more than %(most)s MB: divide it", most=FILE_BYTES_MAX // 2**20))
    if content.startswith(_OLE):
        raise Refused("file", _locked() if "EncryptedPackage".encode("utf-16-le") in content else _old())
    return read_workbook(content) if content.startswith(_ZIP) else read_text_table(content)


def _locked() -> str:
    return _("The workbook is protected by a password: save it without one")


def _old() -> str:
    return _("This is a workbook of the old kind (xls): save it as xlsx")
