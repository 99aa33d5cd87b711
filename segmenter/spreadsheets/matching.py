"""Whom a file names, line by line: found, a double, or nobody and why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer
from loyalty_core.database import text_set
from loyalty_core.i18n import gettext
from segmenter.lists import customers_by_marks
from segmenter.spreadsheets.columns import Lines
from segmenter.spreadsheets.marks import read_mark, why_nobody

LINES_AT_ONCE = 2_000
SHOWN_MAX = 100


class Outcome(NamedTuple):
    """What became of a line; `reason` says why nobody was found, or which line named the same customer first.

    `merged`: the customer is found by the number of one who was merged into them.
    """

    line: int
    cell: str
    kind: Literal["found", "double", "not_found"]
    customer_id: int | None
    reason: str
    merged: bool


@dataclass
class Report:
    """lines = found + doubles + not found; `merged` are among found and doubles; the first of each are shown."""

    lines: int = 0
    found: int = 0
    doubles: int = 0
    not_found: int = 0
    merged: int = 0
    first_found: list[Outcome] = field(default_factory=list)
    first_others: list[Outcome] = field(default_factory=list)


def outcomes(session: Session, lines: Lines, column: int) -> Iterator[Outcome]:
    """What becomes of each line by the mark in one column; who was named before is a double."""
    first_lines: dict[int, int] = {}
    rest = iter(lines)
    while some := list(islice(rest, LINES_AT_ONCE)):
        cells = [(line, cells[column] if column < len(cells) else "") for line, cells in some]
        marks = [read_mark(cell) for _line, cell in cells]
        texts = list({mark.text for mark in marks if mark.text})
        named, merged = customers_by_marks(session, texts), _numbers_of_merged(session, texts)
        for (line, cell), mark in zip(cells, marks, strict=True):
            customer_id = named.get(mark.text)
            if customer_id is None:
                yield Outcome(line, cell, "not_found", None, why_nobody(mark), False)
                continue
            first = first_lines.setdefault(customer_id, line)
            if first == line:
                yield Outcome(line, cell, "found", customer_id, "", mark.text in merged)
            else:
                reason = gettext("The same customer as in line %(line)s", line=first)
                yield Outcome(line, cell, "double", customer_id, reason, mark.text in merged)


def report_on(told: Iterable[Outcome]) -> Report:
    """What became of the lines, counted."""
    report = Report()
    for each in told:
        report.lines += 1
        report.merged += each.merged
        if each.kind == "found":
            report.found += 1
        elif each.kind == "double":
            report.doubles += 1
        else:
            report.not_found += 1
        shown = report.first_found if each.kind == "found" else report.first_others
        if len(shown) < SHOWN_MAX:
            shown.append(each)
    return report


def _numbers_of_merged(session: Session, texts: Sequence[str]) -> set[str | None]:
    """Those of the texts that are numbers of customers who are somebody else now."""
    merged = select(Customer.external_id).where(
        Customer.external_id.in_(text_set(session, texts)), Customer.merged_into_id.is_not(None)
    )
    return set(session.scalars(merged))
