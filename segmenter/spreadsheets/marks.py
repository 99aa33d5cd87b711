"""What a cell names a customer by, and what spreadsheets do to numbers before they come here."""

import re
from typing import NamedTuple

from loyalty_core.i18n import gettext as _

MARK_MAX = 200
_WHOLE = re.compile(r"(\+?[0-9]+)[.,]0+", re.ASCII)
_SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,2})", re.ASCII)
_FORMULA_TEXT = re.compile(r'="([^"]*)"')
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_DIGITS = re.compile(r"[0-9]{5,}", re.ASCII)


class Mark(NamedTuple):
    """The text to look a customer up by, "" where there is none, and what is to be said where nobody is found."""

    text: str
    doubt: str = ""


def read_mark(cell: str) -> Mark:
    """The mark in a cell: without unseen signs, without the apostrophe of text, a whole number in its digits.

    A number of which the spreadsheet has lost the last digits (7.9991E+10) is no mark: it may be somebody else's.
    """
    text = " ".join(_UNSEEN.sub("", cell).split())
    formula = _FORMULA_TEXT.fullmatch(text)
    text = (formula[1] if formula else text).removeprefix("'").strip()
    if len(text) > MARK_MAX or not text.isprintable():
        return Mark("", _("No number, card, phone or e-mail address"))
    whole = _WHOLE.fullmatch(text)
    if whole:
        return Mark(whole[1])
    scientific = _SCIENTIFIC.fullmatch(text)
    if not scientific:
        return Mark(text)
    first, rest, exponent = scientific[1], scientific[2] or "", int(scientific[3])
    if len(rest) == exponent and len(rest) < 15:
        return Mark(first + rest)
    return Mark("", _("The spreadsheet has cut this number: make the column text, and write the number anew"))


def looks_like_mark(cell: str) -> bool:
    """Whether a cell is more likely a mark than the heading of a column."""
    return "@" in cell or bool(_DIGITS.search(re.sub(r"[\s()\-+.]", "", cell)))


def why_nobody(mark: Mark) -> str:
    """What is told of a mark that names nobody."""
    if mark.doubt:
        return mark.doubt
    if not mark.text:
        return _("The cell is empty")
    if mark.text.isdecimal() and len(mark.text) < 7:
        return _("Nobody has this number or card; a spreadsheet drops zeros in front of numbers")
    return _("Nobody is known by this")
