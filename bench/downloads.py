"""Downloads as ratios: a workbook of everybody, beside bare SQL that only reads the same columns."""

from datetime import UTC, datetime
from resource import RUSAGE_SELF, getrusage
from zoneinfo import ZoneInfo

import click
from sqlalchemy import bindparam, select, text

from bench import ground
from bench.people import enrich
from bench.segments import row
from loyalty_core.customers.rows import Customer
from loyalty_core.database import Database, Moment
from segmenter.chosen import ids_of
from segmenter.spreadsheets.customer_rows import headings
from segmenter.spreadsheets.downloads import ask_for, write

MARK = "(SELECT shown FROM identity WHERE customer_id = c.id AND kind = '{}' ORDER BY additional, value LIMIT 1)"
BY_HAND = f"""
    SELECT c.external_id, c.first_name, c.last_name, {MARK.format("card")}, {MARK.format("phone")},
        {MARK.format("email")}, c.sex, c.birth_date, c.registered_at, o.name, t.purchase_count, t.purchase_sum,
        t.last_purchase_at, (SELECT sum(remaining) FROM lot WHERE customer_id = c.id AND remaining > 0
            AND active_at <= :now AND (expires_at IS NULL OR expires_at > :now))
    FROM customer c LEFT JOIN outlet o ON o.id = c.outlet_id LEFT JOIN customer_totals t ON t.customer_id = c.id
    ORDER BY c.id DESC
"""


def downloaded(database: Database) -> int:
    """Ask for everybody and write the file; answers its bytes."""
    with database.read() as session:
        ids = ids_of(session, select(Customer.id))
    with database.begin() as session:
        asked = ask_for(session, "Everybody", ids, datetime.now(UTC)).id
    return sum(map(len, write(database, asked, headings("GBP"), ZoneInfo("Europe/London"), ground.NOW)))


def read_by_hand(database: Database) -> int:
    """Fetch the same columns of everybody, and do nothing with them; answers how many there are."""
    statement = text(BY_HAND).bindparams(bindparam("now", ground.NOW, type_=Moment()))
    with database.read() as session:
        return sum(1 for _row in session.execute(statement, execution_options={"yield_per": 10_000}))


@click.command()
@click.option("--customers", "people", default=100_000, show_default=True, help="How many made customers.")
@click.option("--repeat", default=2, show_default=True, help="Runs of each subject; the best counts.")
@click.option("--on", type=click.Choice(["both", "sqlite", "postgresql"]), default="both", show_default=True)
def command(people: int, repeat: int, on: str) -> None:
    """A workbook of everybody, beside bare SQL that only reads its columns."""
    click.echo(f"Downloads, {people:,} customers, best of {repeat}")
    for name, prepared in (("SQLite", ground.sqlite), ("PostgreSQL", ground.postgresql)):
        if on not in ("both", name.lower()):
            continue
        with prepared(people, people) as copy:
            database = copy()
            enrich(database, people)
            click.echo(name)
            before = getrusage(RUSAGE_SELF).ru_maxrss
            works = [lambda database=database: downloaded(database), lambda database=database: read_by_hand(database)]
            (written, size), (read, found) = ground.in_turn(repeat, works)
            grown = (getrusage(RUSAGE_SELF).ru_maxrss - before) // 1024
            told = f"{size / 2**20:.1f} MB, memory +{grown} MB"
            row(f"a workbook of {found:,}", written, "bare SQL reading", read, told=told)
            database.dispose()
