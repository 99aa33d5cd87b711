"""Settles the receipts of a file in the order of time, as if the programmes of today had held then."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.database import Database, text_set
from loyalty_core.errors import Conflict, Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.imports.grouping import Receipt, moment_of, purchase_of, returns_of, seen_at
from loyalty_core.imports.people import People
from loyalty_core.imports.report import Report
from loyalty_core.imports.returning import take_back
from loyalty_core.imports.tables import Progress
from loyalty_core.till.purchases import Purchase
from loyalty_core.till.receipts import PurchaseData
from loyalty_core.till.settlement import quote, settle

# Receipts a transaction: tills that sell meanwhile wait for no more than these.
SET = 100


class Occasion(NamedTuple):
    """A receipt or a return. Goods that are bought and brought back at one moment are bought first."""

    at: datetime
    comes_back: bool
    lines: Receipt


def settle_in_order(
    database: Database,
    receipts: Iterable[Receipt],
    back: Receipt,
    people: People,
    report: Report,
    progress: Progress,
) -> None:
    """Settle receipts and take returns back, oldest first, each at its own moment; `back` is full once `receipts` end.

    So tiers are reached, bonuses become active, are spent and burn as they would have. No chain is told.
    """
    occasions = [Occasion(moment_of(lines), False, lines) for lines in receipts]
    occasions += [Occasion(moment_of(lines), True, lines) for lines in returns_of(back)]
    occasions.sort(key=lambda each: each[:2])
    rest = iter(occasions)
    done = 0
    while some := list(islice(rest, SET)):
        with database.begin() as session:
            _settle(session, some, people, report)
        done += len(some)
        progress(done, len(occasions))


def _settle(session: Session, occasions: list[Occasion], people: People, report: Report) -> None:
    ids = people.ids(session, seen_at(each.lines for each in occasions))
    here = _here(session, [each.lines for each in occasions if not each.comes_back])
    for each in occasions:
        if each.comes_back:
            take_back(session, [each.lines], people, report)
            continue
        data = purchase_of(each.lines, ids)
        known = here.get((data.external_id, data.customer_id))
        try:
            settle(session, data, _spending(session, data, each.lines, known), data.at, events=False)
        except (Refused, Conflict) as refusal:
            for line in each.lines:
                report.refuse(line.line, refusal.message)
            continue
        if known is not None:
            report.unchanged += len(each.lines)
        else:
            report.imported += len(each.lines)
            report.purchases += 1


def _here(session: Session, receipts: list[Receipt]) -> dict[tuple[str, int], int]:
    """What bonuses paid of the receipts that are recorded already, by number and customer."""
    numbers = text_set(session, {lines[0].receipt for lines in receipts})
    found = select(Purchase.external_id, Purchase.customer_id, Purchase.redeemed)
    rows = session.execute(found.where(Purchase.external_id.in_(numbers)))
    return {(number or "", customer_id): redeemed for number, customer_id, redeemed in rows}


def _spending(session: Session, data: PurchaseData, lines: Receipt, known: int | None) -> int:
    """How much bonuses pay: what the lines of the receipt say, which must not contradict one another.

    As many as may were, of a receipt that is recorded already, the `known` ones.
    """
    told = {line.redeem for line in lines} - {0}
    if len(told) > 1:
        raise Refused("redeem", _("The lines of this receipt say different things of what bonuses pay"))
    spending = told.pop() if told else 0
    if spending is None:
        if known is not None:
            return known
        return quote(session, data.customer_id, data.outlet_id, data.lines, at=data.at).redeemable
    return spending
