"""`catena import`: history from CSV files."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from loyalty_core.database import Database
from loyalty_core.imports import Report, import_customers, import_purchases
from loyalty_core.settings import Settings
from web.cli.schema import migrate
from web.cli.terminal import Progress, progress

IMPORTS: dict[str, Callable[[Database, Path, Progress], Report]] = {
    "customers": import_customers,
    "purchases": import_purchases,
}
REFUSALS_SHOWN_MAX = 10


@click.command
@click.argument("what", type=click.Choice(list(IMPORTS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(what: str, file: Path) -> None:
    """Read customers or purchases from FILE (CSV, also gzipped; see docs/import.md). Twice imports nothing twice."""
    settings = Settings.from_environment()
    settings.data.mkdir(parents=True, exist_ok=True)
    migrate(settings.database_url)
    database = Database(settings.database_url)
    with progress(f"Importing {what}") as show:
        report = IMPORTS[what](database, file, show)
    database.dispose()
    _tell(report, settings.data / f"import-{what}-{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}.csv")


def _tell(report: Report, file: Path) -> None:
    """The numbers, the first refusals, and all of them in a file."""
    click.echo(f"{report.read} lines read, {report.imported} imported, {report.unchanged} unchanged")
    if not report.refused:
        return
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("line", "reason"))
        writer.writerows(report.refused)
    click.echo(f"{len(report.refused)} refused, listed in {file}:")
    for line, reason in report.refused[:REFUSALS_SHOWN_MAX]:
        click.echo(f"  line {line}: {reason}")
    if len(report.refused) > REFUSALS_SHOWN_MAX:
        click.echo("  …")
