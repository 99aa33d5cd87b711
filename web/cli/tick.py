"""`catena tick`: by hand what the clock does at a moment."""

from datetime import UTC, datetime

import click

from campaigns.runtime import clock
from loyalty_core.database import Database
from loyalty_core.organisation import zone_of
from loyalty_core.settings import Settings
from web.cli.schema import migrate

YEARS = range(1900, 2201)  # as in the API: far from the ends of the calendar, where no day comes before or after


@click.command
@click.option("--now", "moment", metavar="MOMENT", help="ISO 8601; without a zone it is the organisation's local time.")
@click.option("--drain", is_flag=True, help="Also run the batches here, until none is left.")
def command(moment: str | None, drain: bool) -> None:
    """Do what the clock would do at MOMENT, now by default."""
    settings = Settings.from_environment()
    settings.data.mkdir(parents=True, exist_ok=True)
    migrate(settings.database_url)
    database = Database(settings.database_url)
    now = _read(database, moment) if moment else datetime.now(UTC)
    report = clock.tick(database, now, settings)
    for name, count in vars(report).items():
        click.echo(f"{name.replace('_', ' ')}: {count}")
    if drain:
        click.echo(f"batches: {clock.drain(database, now, settings)}")
    database.dispose()


def _read(database: Database, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text} is not a moment like 2026-12-31T09:00", param_hint="--now") from None
    if moment.year not in YEARS:
        raise click.BadParameter(f"{text} is not between {YEARS[0]} and {YEARS[-1]}", param_hint="--now")
    if moment.tzinfo is None:
        with database.read() as session:
            moment = moment.replace(tzinfo=zone_of(session, None))
    return moment.astimezone(UTC)
