"""Imports purchases and returns of the past from a file, one line of a receipt a line; tells no chain."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from loyalty_core.database import Database
from loyalty_core.imports.earning import settle_in_order
from loyalty_core.imports.grouping import Receipt, in_sets, purchase_of, receipts_of, returns_of, seen_at
from loyalty_core.imports.outlets import Outlets
from loyalty_core.imports.people import People
from loyalty_core.imports.receipt_lines import COLUMNS, EARNING_COLUMNS, Reader
from loyalty_core.imports.report import Report
from loyalty_core.imports.returning import take_back
from loyalty_core.imports.tables import Progress, read_table, silent
from loyalty_core.till.checkout import Key, place_many

SET = 20_000
RETURNS_SET = 4_000


def import_purchases(
    database: Database,
    path: Path,
    progress: Progress = silent,
    *,
    now: datetime,
    day_first: bool = False,
    earn: bool = False,
) -> Report:
    """Record the purchases of a file, then its returns; one transaction a set of lines, so that a second start goes on.

    Customers whom nobody has registered are, with their external id alone, as of their first purchase. With `earn`,
    purchases are priced and rewarded by the programmes, in the order of time. `day_first` reads 9/2/2026 as 9 February.
    Refused where the file as a whole cannot be read; every line that is not imported is in the report.
    """
    report = Report()
    with database.read() as session:
        reader = Reader(Outlets(session), report, day_first=day_first)
    # Reading is nearly nothing beside settling, which tells of its own progress.
    rows = read_table(path, EARNING_COLUMNS if earn else COLUMNS, report, silent if earn else progress)
    lines = (line for row in rows if (line := reader.line(row)))
    people = People(now)
    back: Receipt = []
    receipts = receipts_of(lines, back, report)
    if earn:
        settle_in_order(database, receipts, back, people, report, progress)
    else:
        for some in in_sets(receipts, SET):
            with database.begin() as session:
                _place(session, some, people, report, now)
        for some in in_sets(returns_of(back), RETURNS_SET):
            with database.begin() as session:
                take_back(session, some, people, report)
    with database.begin() as session:
        people.backdate(session)
    report.customers = len(people.created)
    report.close()
    return report


def _place(session: Session, receipts: list[Receipt], people: People, report: Report, now: datetime) -> None:
    ids = people.ids(session, seen_at(receipts))
    purchases = []
    by_key = {}
    for lines in receipts:
        data = purchase_of(lines, ids)
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
