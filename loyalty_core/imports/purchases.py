"""Imports purchases and returns of the past from a file, one line of a receipt a line; tells no chain."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy.orm import Session

from loyalty_core.checkout import Key, PurchaseData, place_many
from loyalty_core.database import Database
from loyalty_core.i18n import gettext as _
from loyalty_core.imports.matching import Back, match_returns
from loyalty_core.imports.outlets import Outlets
from loyalty_core.imports.people import People
from loyalty_core.imports.receipt_lines import COLUMNS, Reader, ReceiptLine
from loyalty_core.imports.report import Report
from loyalty_core.imports.tables import Progress, read_table, silent
from loyalty_core.receipts import thousandths

SET = 20_000
# So far apart may the lines of one receipt stand: tills that work at the same time mix theirs.
APART = 10_000
RETURNS_SET = 4_000

Receipt = list[ReceiptLine]


def import_purchases(database: Database, path: Path, progress: Progress = silent, *, now: datetime) -> Report:
    """Record the purchases of a file, then its returns; one transaction a set of lines, so that a second start goes on.

    Customers whom nobody has registered are, with their external id alone, as of their first purchase. Refused where
    the file as a whole cannot be read; every line that is not imported is in the report.
    """
    report = Report()
    with database.read() as session:
        reader = Reader(Outlets(session), report)
    rows = read_table(path, COLUMNS, report, progress)
    lines = (line for row in rows if (line := reader.line(row)))
    people = People(now)
    back: Receipt = []
    for some in _in_sets(_receipts(lines, back, report), SET):
        with database.begin() as session:
            _place(session, some, people, report, now)
    for some in _in_sets(_returns(back), RETURNS_SET):
        with database.begin() as session:
            _take_back(session, some, people, report)
    with database.begin() as session:
        people.backdate(session)
    report.customers = len(people.created)
    report.close()
    return report


def _receipts(lines: Iterable[ReceiptLine], back: Receipt, report: Report) -> Iterator[Receipt]:
    """What was bought, receipt by receipt; what comes back is put aside until everything bought is known."""
    ended: dict[tuple[str, str], int] = {}
    # Receipts that may still go on, the least recently met first; the lines of each by what they say.
    going_on: dict[tuple[str, str], dict[tuple[object, ...], ReceiptLine]] = {}
    for line in lines:
        key = (line.receipt, line.customer)
        if key in ended and not line.comes_back:
            report.refuse(line.line, _("The other lines of this receipt ended on line %(line)s", line=ended[key]))
            continue
        going_on[key] = receipt = going_on.pop(key, {})
        same = receipt.setdefault(line[1:], line)
        if same is not line:
            report.refuse(line.line, _("Repeats line %(line)s of the same receipt", line=same.line))
        oldest = next(iter(going_on))
        if next(reversed(going_on[oldest].values())).line < line.line - APART:
            bought = _bought(going_on.pop(oldest).values(), back)
            if bought:
                ended[oldest] = bought[-1].line
                yield bought
    for receipt in going_on.values():
        bought = _bought(receipt.values(), back)
        if bought:
            yield bought


def _bought(lines: Iterable[ReceiptLine], back: Receipt) -> Receipt:
    bought: Receipt = []
    for line in lines:
        (back if line.comes_back else bought).append(line)
    return bought


def _returns(back: Receipt) -> Iterator[Receipt]:
    """What comes back, return by return in the order of time."""
    returns: dict[tuple[str, str], Receipt] = {}
    for line in back:
        returns.setdefault((line.receipt, line.customer), []).append(line)
    yield from sorted(returns.values(), key=_moment)


def _in_sets(receipts: Iterable[Receipt], size: int) -> Iterator[list[Receipt]]:
    some: list[Receipt] = []
    count = 0
    for receipt in receipts:
        some.append(receipt)
        count += len(receipt)
        if count >= size:
            yield some
            some, count = [], 0
    if some:
        yield some


def _place(session: Session, receipts: list[Receipt], people: People, report: Report, now: datetime) -> None:
    ids = people.ids(session, _seen_at(receipts))
    purchases = []
    by_key = {}
    for lines in receipts:
        data = PurchaseData(
            lines[0].receipt,
            ids[lines[0].customer],
            lines[0].outlet_id,
            _moment(lines),
            [line.data for line in lines],
        )
        purchases.append(data)
        by_key[Key(data.external_id, data.customer_id)] = lines
    placed = place_many(session, purchases, now, events=False)
    for key, lines in by_key.items():
        if key in placed.new:
            report.imported += len(lines)
        elif key in placed.refused:
            for line in lines:
                report.refuse(line.line, placed.refused[key].message)
        else:
            report.unchanged += len(lines)
    report.purchases += len(placed.new)


def _take_back(session: Session, returns: list[Receipt], people: People, report: Report) -> None:
    ids = people.ids(session, _seen_at(returns))
    lines = [(line, _moment(several)) for several in returns for line in several]
    back = [
        Back(line.receipt, ids[line.customer], line.data.sku, at, thousandths("", line.data.quantity), line.returns)
        for line, at in lines
    ]
    taken = set()
    for (line, _at), wanted, matched in zip(lines, back, match_returns(session, back), strict=True):
        missing = wanted.quantity - matched.now - matched.earlier
        if missing == wanted.quantity:
            report.refuse(
                line.line,
                _(
                    "Customer %(customer)s bought no %(product)s before that could still come back",
                    customer=line.customer,
                    product=line.data.sku,
                ),
            )
            continue
        if matched.now:
            report.imported += 1
            taken.add((line.receipt, line.customer))
        else:
            report.unchanged += 1
        if missing:
            report.remark(
                line.line,
                _(
                    "%(missing)s of %(all)s pieces come from no earlier purchase: left out",
                    missing=f"{(Decimal(missing) / 1000).normalize():f}",
                    all=f"{line.data.quantity.normalize():f}",
                ),
            )
    report.returns += len(taken)


def _seen_at(receipts: list[Receipt]) -> dict[str, datetime]:
    seen_at: dict[str, datetime] = {}
    for lines in receipts:
        customer, at = lines[0].customer, _moment(lines)
        seen_at[customer] = min(at, seen_at.get(customer, at))
    return seen_at


def _moment(lines: Receipt) -> datetime:
    """When a receipt was made out: the first moment on its lines."""
    return min(line.at for line in lines)
