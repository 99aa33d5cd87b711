"""`catena check`: proofs that what is kept adds up."""

import sys
from decimal import Decimal

import click
from sqlalchemy import func, select

from loyalty_core.database import Database
from loyalty_core.ledger.proof import Difference, proof
from loyalty_core.ledger.rows import Entry
from loyalty_core.settings import Settings
from web.cli.schema import migrate
from web.cli.terminal import progress

SHOWN_MAX = 20
NUMBERS = ("openings",)
OWNERS = ("owner",)


@click.group
def command() -> None:
    """Prove that what is kept adds up."""


@command.command
def ledger() -> None:
    """Recompute every lot, operation and debt from the entries; where something differs, say what, with exit code 1."""
    settings = Settings.from_environment()
    settings.data.mkdir(parents=True, exist_ok=True)
    migrate(settings.database_url)
    database = Database(settings.database_url)
    with database.read() as session, progress("Checking the ledger") as show:
        found = proof(session, show)
        entries = session.scalars(select(func.count()).select_from(Entry)).one()
    database.dispose()
    if not found:
        click.echo(f"The ledger adds up: no difference among {entries} entries.")
        return
    click.echo(f"The ledger does not add up: {len(found)} differences among {entries} entries.")
    for difference in found[:SHOWN_MAX]:
        click.echo(f"  {_sentence(difference)}")
    if len(found) > SHOWN_MAX:
        click.echo("  …")
    sys.exit(1)


def _sentence(difference: Difference) -> str:
    place = f"{difference.table.replace('_', ' ')} {difference.id} of customer {difference.customer_id}"
    if difference.what in OWNERS:
        return f"{place}: its lot, debt or operation is another customer's, or of another kind"
    written, found = (
        str(each) if difference.what in NUMBERS else f"{Decimal(each).scaleb(-2):.2f}"
        for each in (difference.recorded, difference.recomputed)
    )
    return f"{place}: {difference.what} is {written}, the entries say {found}"
