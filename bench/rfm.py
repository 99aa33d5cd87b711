"""Seconds to calculate RFM of everybody, beside DuckDB that computes the same scores from the same raw receipts.

Ours is a whole calculation: values gathered, scored, every customer's row written with its commit and its index, cells
and movement summed up, made current. DuckDB has the receipts in a table of its own, in memory, and writes a table of
scores; loading it is not counted. Both compute in one time zone, UTC, and their scores are compared.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from time import perf_counter
from typing import Any

import click
from sqlalchemy import select

from bench import duck, ground
from loyalty_core.customers.totals import refresh_totals
from loyalty_core.database import Database
from loyalty_core.organisation import Organisation
from segmenter.rfm.calculation import calculate_next
from segmenter.rfm.claims import request
from segmenter.rfm.reading import cells, standing
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
Found = Counter[tuple[int, int, int]]


def with_duckdb(rows: Any, convention: str, period: dict[str, Any] | None) -> tuple[float, Found]:
    """Seconds, and how many customers have which scores."""
    days = period["last_days"] if period else 36_500
    values = {"now": ground.NOW.replace(tzinfo=None), "since": (ground.NOW - timedelta(days=days)).replace(tzinfo=None)}
    started = perf_counter()
    rows.execute(BREAKS if convention == "breaks" else RANKS, values)
    seconds = perf_counter() - started
    found = rows.execute("SELECT r, f, m, count(*) FROM score GROUP BY ALL").fetchall()
    return seconds, Counter({(r, f, m): customers for r, f, m, customers in found})


def catena(database: Database, convention: str, period: dict[str, Any] | None) -> tuple[float, Found]:
    """The same of ours: everything from claiming the calculation to its being the current one."""
    with database.begin() as session:
        usual = data_of(session, begun(session))
        settings = change(session, SettingsData(period, convention, None, usual.segments))
        request(session, settings, ground.NOW)
    started = perf_counter()
    assert calculate_next(database, ground.NOW)
    seconds = perf_counter() - started
    with database.read() as session:
        current = standing(session).current
        assert current is not None
        assert current.period == period
        assert current.took_ms is not None
        return min(seconds, current.took_ms / 1000), Counter(
            {(cell.r, cell.f, cell.m): cell.customers for cell in cells(session, current.id)}
        )


def _prepared(database: Database, customers: int) -> Database:
    with database.begin() as session:
        session.scalars(select(Organisation)).one().zone = "UTC"
        refresh_totals(session, range(1, customers + 1))
    ground.analyze(database)
    return database


def _median(measure: Callable[[], tuple[float, Found]], repeat: int) -> tuple[float, Found]:
    return sorted((measure() for _ in range(repeat)), key=lambda measured: measured[0])[repeat // 2]


@click.command()
@click.option("--customers", default=100_000, show_default=True, help="How many made customers.")
@click.option("--receipts", "size", default=1_000_000, show_default=True, help="How many made receipts.")
@click.option("--repeat", default=3, show_default=True, help="Runs of each subject; the median counts.")
@click.option("--on", type=click.Choice(["both", "sqlite", "postgresql"]), default="both", show_default=True)
def command(customers: int, size: int, repeat: int, on: str) -> None:
    """Seconds of RFM of everybody, as ratios to DuckDB."""
    click.echo(f"RFM, {customers:,} customers, {size:,} receipts, median of {repeat}")
    click.echo(f"{'':12}{'':18}{'scored':>10}{'DuckDB, s':>12}{'Catena, s':>12}{'× DuckDB':>10}")
    for name, prepared in (("SQLite", ground.sqlite), ("PostgreSQL", ground.postgresql)):
        if on not in ("both", name.lower()):
            continue
        with prepared(customers, size) as copy:
            database = _prepared(copy(), customers)
            rows = duck.receipts(database)
            for case, (convention, period) in CASES.items():
                theirs, expected = _median(lambda: with_duckdb(rows, convention, period), repeat)  # noqa: B023
                ours, found = _median(lambda: catena(database, convention, period), repeat)  # noqa: B023
                assert found == expected, "the two scored differently"
                click.echo(f"{name:12}{case:18}{found.total():10,}{theirs:12.2f}{ours:12.2f}{ours / theirs:10.2f}")
            rows.close()
            database.dispose()
