"""`catena import`: history from CSV files."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from loyalty_core.database import Database
from loyalty_core.imports import Report, import_customers, import_purchases
from loyalty_core.settings import Settings
from web.cli.schema import migrate
from web.cli.terminal import progress

IMPORTS: dict[str, Callable[..., Report]] = {"customers": import_customers, "purchases": import_purchases}
REFUSALS_SHOWN_MAX = 10


@click.command
@click.argument("what", type=click.Choice(list(IMPORTS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--day-first", is_flag=True, help="Read 9/2/2026 as 9 February.")
@click.option("--earn", is_flag=True, help="Price purchases and move bonuses by the programmes, in the order of time.")
def command(what: str, file: Path, day_first: bool, earn: bool) -> None:
    """Read customers or purchases from FILE (CSV, also gzipped; see docs/import.md). Twice imports nothing twice."""
    if earn and what != "purchases":
        raise click.UsageError("--earn is for purchases")
    options = {"earn": True} if earn else {}
    settings = Settings.from_environment()
    settings.data.mkdir(parents=True, exist_ok=True)
    migrate(settings.database_url)
    database = Database(settings.database_url)
    now = datetime.now(UTC)
    with progress(f"Importing {what}") as show:
        report = IMPORTS[what](database, file, show, now=now, day_first=day_first, **options)
    database.dispose()
    _tell(report, settings.data / f"import-{what}-{now:%Y-%m-%dT%H-%M-%SZ}.csv")


def _tell(report: Report, file: Path) -> None:
    """What was done, the first refusals, and in a file whatever there is to say of a line."""
    for sentence in report.sentences():
        click.echo(sentence)
    for line, reason in report.refused[:REFUSALS_SHOWN_MAX]:
        click.echo(f"  line {line}: {reason}")
    if len(report.refused) > REFUSALS_SHOWN_MAX:
        click.echo("  …")
    if report.refused or report.remarks:
        report.write(file)
        click.echo(f"Line by line: {file}")
