"""Puts the lines of a file together to receipts and returns, each with its moment."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from loyalty_core.i18n import gettext as _
from loyalty_core.imports.receipt_lines import ReceiptLine
from loyalty_core.imports.report import Report
from loyalty_core.till.receipts import PurchaseData

# So far apart may the lines of one receipt stand: tills that work at the same time mix theirs.
APART = 10_000

Receipt = list[ReceiptLine]


def receipts_of(lines: Iterable[ReceiptLine], back: Receipt, report: Report) -> Iterator[Receipt]:
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


def returns_of(back: Receipt) -> Iterator[Receipt]:
    """What comes back, return by return in the order of time."""
    returns: dict[tuple[str, str], Receipt] = {}
    for line in back:
        returns.setdefault((line.receipt, line.customer), []).append(line)
    yield from sorted(returns.values(), key=moment_of)


def in_sets(receipts: Iterable[Receipt], size: int) -> Iterator[list[Receipt]]:
    """The receipts in sets of about so many lines."""
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


def purchase_of(lines: Receipt, ids: Mapping[str, int]) -> PurchaseData:
    """A receipt as a till would tell it; `ids` are the customers' by external id."""
    first = lines[0]
    return PurchaseData(
        first.receipt, ids[first.customer], first.outlet_id, moment_of(lines), [line.data for line in lines]
    )


def seen_at(receipts: Iterable[Receipt]) -> dict[str, datetime]:
    """When each customer of these receipts is met first, by external id."""
    seen: dict[str, datetime] = {}
    for lines in receipts:
        customer, at = lines[0].customer, moment_of(lines)
        seen[customer] = min(at, seen.get(customer, at))
    return seen


def moment_of(lines: Receipt) -> datetime:
    """When a receipt was made out: the first moment on its lines."""
    return min(line.at for line in lines)
