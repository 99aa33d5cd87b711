"""Text that no spreadsheet takes for a formula, in a workbook and in whatever is saved from it as CSV."""

import re

# What spreadsheets begin a formula with, at the start of a cell or behind the signs that they skip.
_FORMULA = re.compile(r"[\t\r\n ]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
# A phone or a number: as a formula it would be a sum of digits, and no function.
_DIGITS = re.compile(r"[+-][0-9 ().\-]*", re.ASCII)
# What XML cannot hold.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Nearly all texts: nothing in them is special to a spreadsheet or to XML.
_PLAIN = re.compile(r"\w[\w .,@()'\-]{0,199}|\+[0-9 ()\-]{1,30}")


def is_plain(text: str) -> bool:
    """Whether a text needs no second look: it is safe as it stands, and short."""
    return _PLAIN.fullmatch(text) is not None


def safe(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would calculate it; phones (+44 7700…) stay as they are."""
    plain = _UNWRITABLE.sub("\ufffd", text)
    return f"'{plain}" if _FORMULA.match(plain) and not _DIGITS.fullmatch(plain) else plain
