"""`catena import list`: a list of the customers whom a file names, and what became of its lines."""

from datetime import datetime
from pathlib import Path

import click

from loyalty_core.database import Database
from loyalty_core.errors import Conflict, Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.i18n import ngettext
from segmenter.segments import clean_name
from segmenter.spreadsheets.columns import place_of
from segmenter.spreadsheets.limits import FILE_BYTES_MAX
from segmenter.spreadsheets.line_reports import report_table
from segmenter.spreadsheets.list_files import Named, columns_of, keep_file, outcomes_of, read_file, save_as_list
from segmenter.spreadsheets.matching import Outcome, Report, report_on

LINES_SHOWN_MAX = 10


def import_list(database: Database, file: Path, name: str, column: str | None, now: datetime, table: Path) -> None:
    """Make the list and tell of the lines; those that add nobody go to `table`.

    Whom the file names is found out before anything is written, and the list is written at once. Without a `column`
    (a heading, or a number from 1) the one that names most customers is taken. A ClickException says what is wrong.
    """
    try:
        name = clean_name(name)
        with file.open("rb") as opened:
            # One byte too many is enough to know that it is too large.
            content = opened.read(FILE_BYTES_MAX + 1)
        with database.read() as session:
            kept = read_file(session, file.name, content, now)
            columns = columns_of(session, kept)
            kept.column = columns.chosen if column is None else place_of(columns, column)
            told = list(outcomes_of(session, kept))
        report = report_on(told)
        _tell(report, told, table)
        if not report.found:
            raise Refused("column", _("Nobody is found by this column: choose another one"))
        with database.begin() as session:
            keep_file(session, kept, now)
            found = [each.customer_id for each in told if each.kind == "found" and each.customer_id]
            made = save_as_list(session, Named(kept.id, kept.column, found), name, now)
            size, shown = len(found), {"name": made.name, "n": f"{len(found):,}"}
            click.echo(ngettext("“%(name)s” has %(n)s customer", "“%(name)s” has %(n)s customers", size, **shown))
    except (Refused, Conflict) as refused:
        raise click.ClickException(refused.message) from None


def _tell(report: Report, told: list[Outcome], table: Path) -> None:
    click.echo(
        _(
            "Lines read: %(lines)s, found: %(found)s, doubles: %(doubles)s, not found: %(not_found)s",
            lines=f"{report.lines:,}",
            found=f"{report.found:,}",
            doubles=f"{report.doubles:,}",
            not_found=f"{report.not_found:,}",
        )
    )
    for each in report.first_others[:LINES_SHOWN_MAX]:
        click.echo(f"  line {each.line}: {each.cell}: {each.reason}")
    if report.doubles + report.not_found > LINES_SHOWN_MAX:
        click.echo("  …")
    if report.doubles + report.not_found:
        table.write_bytes(report_table(told))
        click.echo(f"Line by line: {table}")
