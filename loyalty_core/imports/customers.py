"""Imports customers from a file, one a line, known by their external id."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from loyalty_core.customers.registration import CHANNELS, CustomerData, register_many
from loyalty_core.database import Database
from loyalty_core.i18n import gettext as _
from loyalty_core.imports import cells
from loyalty_core.imports.outlets import Outlets
from loyalty_core.imports.report import Report
from loyalty_core.imports.tables import Columns, Progress, Row, read_table, silent

COLUMNS = Columns(
    aliases={
        "external_id": ("customer", "customer_id", "id", "number"),
        "first_name": ("name", "given_name"),
        "last_name": ("surname", "family_name"),
        "email": ("e_mail", "mail"),
        "phone": ("telephone", "mobile"),
        "card": ("card_number",),
        "birth_date": ("birthday", "date_of_birth", "dob"),
        "sex": ("gender",),
        "registered_at": ("registered", "registration_date", "joined"),
        "outlet": ("shop", "store"),
        **{f"consent_{channel}": () for channel in CHANNELS},
    },
    required=("external_id",),
)
SET = 5_000


def import_customers(
    database: Database, path: Path, progress: Progress = silent, *, now: datetime, day_first: bool = False
) -> Report:
    """Register every customer of a file, or change what has changed; no chain is told. One transaction a set.

    `now` is when those registered whose line does not say it; `day_first` reads 9/2/1988 as 9 February. Refused where
    the file as a whole cannot be read.
    """
    report = Report()
    with database.read() as session:
        outlets = Outlets(session)
    customers = _customers(read_table(path, COLUMNS, report, progress), outlets, report, day_first)
    while some := list(islice(customers, SET)):
        with database.begin() as session:
            done = register_many(session, [data for _line, data in some], now, events=False)
        for place, (line, _data) in enumerate(some):
            if place in done.refused:
                refusal = done.refused[place]
                report.refuse(line, f"{refusal.where}: {refusal.message}")
            elif place in done.new or place in done.changed:
                report.imported += 1
            else:
                report.unchanged += 1
        report.customers += len(done.new)
    return report


def _customers(
    rows: Iterator[Row], outlets: Outlets, report: Report, day_first: bool
) -> Iterator[tuple[int, CustomerData]]:
    lines: dict[str, int] = {}
    for row in rows:
        reasons: list[str] = []
        data = _customer(dict(zip(COLUMNS.aliases, row.cells, strict=True)), outlets, reasons, day_first)
        known_by = data.external_id or ""
        if not known_by:
            reasons.append(_("No external id, by which the same customer could be known again"))
        elif known_by in lines:
            reasons.append(_("Customer %(id)s came before, on line %(line)s", id=known_by, line=lines[known_by]))
        if reasons:
            report.refuse(row.line, "; ".join(reasons))
        else:
            lines[known_by] = row.line
            yield row.line, data


def _customer(row: dict[str, str], outlets: Outlets, reasons: list[str], day_first: bool) -> CustomerData:
    def read(column: str, reader: Callable[[str], Any]) -> Any:
        try:
            return reader(row[column]) if row[column] else None
        except ValueError as error:
            reasons.append(f"{column}: {error}")
            return None

    outlet_id = read("outlet", outlets.find)
    zone = outlets.zone(outlet_id)
    consents = {channel: read(f"consent_{channel}", cells.yes_or_no) for channel in CHANNELS}
    return CustomerData(
        external_id=read("external_id", cells.identifier),
        first_name=row["first_name"] or None,
        last_name=row["last_name"] or None,
        email=row["email"] or None,
        phone=row["phone"] or None,
        card=row["card"] or None,
        birth_date=read("birth_date", lambda text: cells.day(text, day_first=day_first)),
        sex=read("sex", cells.sex),
        registered_at=read("registered_at", lambda text: cells.moment(text, zone, day_first=day_first)),
        outlet_id=outlet_id,
        consents={channel: granted for channel, granted in consents.items() if granted is not None},
    )
