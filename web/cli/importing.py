"""`catena import`: history from CSV files, and lists of customers."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from loyalty_core.database import Database
from loyalty_core.imports import Report, import_customers, import_purchases
from loyalty_core.settings import Settings
from web.cli.importing_lists import import_list
from web.cli.schema import migrate
from web.cli.terminal import progress

IMPORTS: dict[str, Callable[..., Report]] = {"customers": import_customers, "purchases": import_purchases}
REFUSALS_SHOWN_MAX = 10


@click.command
@click.argument("what", type=click.Choice([*IMPORTS, "list"]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--day-first", is_flag=True, help="Read 9/2/2026 as 9 February.")
@click.option("--earn", is_flag=True, help="Price purchases and move bonuses by the programmes, in the order of time.")
@click.option("--name", help="Of a list: what it is called.")
@click.option("--column", help="Of a list: the column that names customers, by heading or number.")
def command(what: str, file: Path, day_first: bool, earn: bool, name: str | None, column: str | None) -> None:
    """Read customers or purchases from FILE (CSV, also gzipped; see docs/import.md). Twice imports nothing twice.

    Or make a list of the customers whom FILE (xlsx or CSV) names.
    """
    if earn and what != "purchases":
        raise click.UsageError("--earn is for purchases")
    if day_first and what == "list":
        raise click.UsageError("--day-first is for customers and purchases")
    if what == "list" and name is None:
        raise click.UsageError("a list needs a --name")
    if what != "list" and (name is not None or column is not None):
        raise click.UsageError("--name and --column are for a list")
    options = {"earn": True} if earn else {}
    settings = Settings.from_environment()
    settings.data.mkdir(parents=True, exist_ok=True)
    migrate(settings.database_url)
    database = Database(settings.database_url)
    now = datetime.now(UTC)
    table = settings.data / f"import-{what}-{now:%Y-%m-%dT%H-%M-%SZ}.csv"
    try:
        if name is not None:
            import_list(database, file, name, column, now, table)
            return
        with progress(f"Importing {what}") as show:
            report = IMPORTS[what](database, file, show, now=now, day_first=day_first, **options)
    finally:
        database.dispose()
    _tell(report, table)


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
