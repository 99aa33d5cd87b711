"""Seconds to calculate RFM of everybody, beside DuckDB that computes the same scores from the same raw receipts.

Ours is a whole calculation: values gathered, everybody scored, cells and movement summed up, all written with its
commits and its index, made current. DuckDB has the receipts in a table of its own, in memory, and writes a table of
scores; in the last column, it begins with the file that its table was loaded from, as one does who has no database of
receipts at hand. Both compute in one time zone, UTC, and their scores are compared.

Beneath stand two parts of the work as the database itself does them: it cannot be faster than those together.
"""

from collections import Counter
from datetime import timedelta
from time import perf_counter
from typing import Any

import click
from sqlalchemy import MetaData, insert, select, text

from bench import duck, ground
from loyalty_core.customers.totals import refresh_totals
from loyalty_core.database import Database, table_of
from loyalty_core.organisation import Organisation
from segmenter.rfm.calculation import calculate_next
from segmenter.rfm.claims import request
from segmenter.rfm.reading import cells, standing
from segmenter.rfm.rows import RfmCalculation, RfmScores
from segmenter.rfm.settings import SettingsData, begun, change, data_of

CASES = {
    "all time": ("breaks", None),
    "365 days": ("breaks", {"last_days": 365}),
    "all time, ranks": ("ranks", None),
}
VALUES = """
    SELECT customer_id, date_diff('day', max(moment)::DATE, $now::DATE) AS days, count(*) AS purchases,
           sum(amount) AS amount
    FROM purchase WHERE amount > 0 AND moment >= $since GROUP BY customer_id
"""
BREAKS = f"""
    CREATE OR REPLACE TABLE score AS WITH value AS ({VALUES}), border AS (
        SELECT quantile_cont(days, [0.2, 0.4, 0.6, 0.8]) AS r, quantile_cont(purchases, [0.2, 0.4, 0.6, 0.8]) AS f,
               quantile_cont(amount, [0.2, 0.4, 0.6, 0.8]) AS m FROM value)
    SELECT value.*,
        5 - len(list_filter(border.r, lambda each: days >= each + 1)) AS r,
        1 + len(list_filter(border.f, lambda each: purchases >= each + 1)) AS f,
        1 + len(list_filter(border.m, lambda each: amount >= each + 100)) AS m
    FROM value, border
"""
RANKS = f"""
    CREATE OR REPLACE TABLE score AS WITH value AS ({VALUES}), size AS (SELECT count(*) AS n FROM value)
    SELECT value.*,
        5 - 5 * (row_number() OVER (ORDER BY days, customer_id) - 1) // n AS r,
        5 - 5 * (row_number() OVER (ORDER BY purchases DESC, customer_id) - 1) // n AS f,
        5 - 5 * (row_number() OVER (ORDER BY amount DESC, customer_id) - 1) // n AS m
    FROM value, size
"""
GROUPED = """
    SELECT count(*), max(last), sum(purchases), sum(amount) FROM (
        SELECT max(at) AS last, count(*) AS purchases, sum(net_amount) AS amount
        FROM purchase WHERE net_amount > 0 GROUP BY customer_id) AS bought
"""
Found = Counter[tuple[int, int, int]]


def with_duckdb(rows: Any, convention: str, period: dict[str, Any] | None) -> None:
    """Score everybody in DuckDB."""
    days = period["last_days"] if period else 36_500
    values = {"now": ground.NOW.replace(tzinfo=None), "since": (ground.NOW - timedelta(days=days)).replace(tzinfo=None)}
    rows.execute(BREAKS if convention == "breaks" else RANKS, values)


def found_by_duckdb(rows: Any) -> Found:
    """How many customers have which scores."""
    found = rows.execute("SELECT r, f, m, count(*) FROM score GROUP BY ALL").fetchall()
    return Counter({(r, f, m): customers for r, f, m, customers in found})


def ask(database: Database, convention: str, period: dict[str, Any] | None) -> None:
    """Ask for a calculation of ours with these settings."""
    with database.begin() as session:
        usual = data_of(session, begun(session))
        settings = change(session, SettingsData(period, convention, None, usual.segments))
        request(session, settings, ground.NOW)


def took(database: Database) -> float:
    """Seconds from the beginning of the current calculation to the end of its work."""
    with database.read() as session:
        current = standing(session).current
        assert current is not None
        assert current.took_ms is not None
        return current.took_ms / 1000


def found_by_catena(database: Database) -> Found:
    """How many customers have which scores in the calculation that is current."""
    with database.read() as session:
        current = standing(session).current
        assert current is not None
        return Counter({(cell.r, cell.f, cell.m): cell.customers for cell in cells(session, current.id)})


def group(database: Database) -> None:
    """The receipts grouped by customer, and nothing done with it."""
    with database.engine.connect() as connection:
        connection.execute(text(GROUPED)).all()


def write(database: Database) -> None:
    """The current scores written into a table with the same key."""
    with database.engine.begin() as connection:
        copied = table_of(RfmScores).to_metadata(MetaData(), name="bench_score")
        copied.primary_key.name = "pk_bench_score"
        copied.create(connection)
        current = select(RfmCalculation.id).where(RfmCalculation.status == "current").scalar_subquery()
        scores = select(table_of(RfmScores)).where(RfmScores.calculation_id == current)
        connection.execute(insert(copied).from_select(copied.c.keys(), scores))
        connection.rollback()


def _prepared(database: Database, customers: int) -> Database:
    with database.begin() as session:
        session.scalars(select(Organisation)).one().zone = "UTC"
        refresh_totals(session, range(1, customers + 1))
    ground.analyze(database)
    return database


@click.command()
@click.option("--customers", default=100_000, show_default=True, help="How many made customers.")
@click.option("--receipts", "size", default=1_000_000, show_default=True, help="How many made receipts.")
@click.option("--repeat", default=3, show_default=True, help="Runs of each subject; the best counts.")
@click.option("--on", type=click.Choice(["both", "sqlite", "postgresql"]), default="both", show_default=True)
def command(customers: int, size: int, repeat: int, on: str) -> None:
    """Seconds of RFM of everybody, as ratios to DuckDB."""
    click.echo(f"RFM, {customers:,} customers, {size:,} receipts, best of {repeat}")
    click.echo(f"{'':12}{'':18}{'scored':>10}{'DuckDB, s':>12}{'Catena, s':>12}{'× DuckDB':>10}{'× from a file':>15}")
    for name, prepared in (("SQLite", ground.sqlite), ("PostgreSQL", ground.postgresql)):
        if on not in ("both", name.lower()):
            continue
        with prepared(customers, size) as copy:
            database = _prepared(copy(), customers)
            measure(name, database, repeat)
            database.dispose()


def measure(name: str, database: Database, repeat: int) -> None:
    """Print a line for each case on a database, and what the database itself takes for the two parts of the work."""
    with duck.written(database) as file:
        ((loading, rows),) = ground.in_turn(repeat, [lambda: duck.loaded(file)])
    for case, (convention, period) in CASES.items():
        ours: list[float] = []

        def calculate() -> None:
            ask(database, convention, period)  # noqa: B023
            started = perf_counter()
            assert calculate_next(database, ground.NOW)
            # When it was current: to delete what nobody reads any more takes a while after that.
            ours.append(min(perf_counter() - started, took(database)))  # noqa: B023

        (theirs, _), _ = ground.in_turn(repeat, [lambda: with_duckdb(rows, convention, period), calculate])  # noqa: B023
        found = found_by_catena(database)
        assert found == found_by_duckdb(rows), "the two scored differently"
        ratios = f"{min(ours) / theirs:10.2f}{min(ours) / (loading + theirs):15.2f}"
        click.echo(f"{name:12}{case:18}{found.total():10,}{theirs:12.2f}{min(ours):12.2f}{ratios}")
    (grouped, _), (written, _) = ground.in_turn(repeat, [lambda: group(database), lambda: write(database)])
    click.echo(
        f"{name:12}bare: receipts of all time grouped {grouped:.2f} s, scores written with their key {written:.2f} s; "
        f"DuckDB loads the file in {loading:.2f} s"
    )
    rows.close()
