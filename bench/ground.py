"""The ground of the benchmarks: made customers and receipts, a fresh copy for every subject, on both databases."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from loyalty_core.database import Base, Database, dialect_of, table_of
from loyalty_core.ledger.bonus_types import BonusType
from loyalty_core.organisation import LegalEntity, Organisation, Outlet
from loyalty_core.till.purchases import Purchase
from tests.support.postgresql import Databases, PostgreSQL
from web.cli.schema import migrate

NOW = datetime(2026, 12, 25, 12, 0, tzinfo=UTC)
ZONES = ("Europe/London", "Europe/Paris")

Copy = Callable[[], Database]


def fill(database: Database, customers: int, receipts: int) -> None:
    """Write customers with addresses, and receipts over two years whose numbers and sums differ as real ones do.

    The databases make the rows themselves, alike on both but for rounding, and their indexes when the rows are there.
    """
    with database.begin() as session:
        session.add(Organisation(id=1, name="Bench", zone="Europe/London", currency="GBP"))
        session.add(LegalEntity(id=1, name="Bench Ltd"))
        session.add(BonusType(id=1, name="New Year", burning="day_of_year", burning_month=1, burning_day=0))
        session.add_all(Outlet(id=1 + index, name=zone, zone=zone) for index, zone in enumerate(ZONES))
        session.flush()
        with without_indexes(session, Purchase):
            for statement in MADE if receipts else MADE[:-1]:
                session.execute(text(statement.format(**_dialect(session))), {"customers": customers, "size": receipts})
    analyze(database)


# A number of a row as a number from 0 to PRIME that looks like chance. Products stay below 2^63.
PRIME = 2_147_483_647


def dice(number: str, salt: int) -> str:
    """Chance as SQL, from 0 to below 1, of a row's number: the same each time."""
    first, second = f"({number} * 48271 + {salt * 7919}) % {PRIME}", f"({number} * 69621 + {salt * 104729}) % {PRIME}"
    return f"(CAST((({first}) * ({second})) % {PRIME} AS FLOAT) / {PRIME})"


_USUAL = f"(200000 + 4000000 * {dice('buyer', 5)} * {dice('buyer', 6)} * {dice('buyer', 7)})"
_BORN = dice("n", 4)
MADE = (
    """
    INSERT INTO customer (id, first_name, last_name, registered_at, outlet_id, sex, birth_date, birth_day)
    SELECT n, 'Ann', 'Number' || n, {long_ago}, 1 + n % 2, CASE WHEN n % 3 = 0 THEN 'male' ELSE 'female' END,
        birth_date, {month_and_day}
    FROM (SELECT n, {birth_date} AS birth_date FROM {customers}) AS born
    """,
    """
    INSERT INTO identity (kind, value, shown, customer_id)
    SELECT 'email', 'c' || id || '@example.test', 'c' || id || '@example.test', id FROM customer
    """,
    # Few buy often; who does is no matter of their number. Receipts come in the order of time.
    f"""
    INSERT INTO purchase (customer_id, at, amount, net_amount, outlet_id)
    SELECT buyer, at, amount, amount, 1 + amount % 2
    FROM (
        SELECT buyer, {{moment}} AS at, CAST({_USUAL} * (0.5 + {dice("n", 3)}) AS BIGINT) AS amount
        FROM (
            SELECT n, 1 + CAST({dice("n", 1)} * {dice("n", 2)} * :customers AS BIGINT) * 7919 % :customers AS buyer
            FROM {{receipts}}
        ) AS bought
    ) AS priced
    """,
)


def _dialect(session: Session) -> dict[str, str]:
    first = int((NOW - timedelta(days=730)).timestamp())
    # Whole seconds, none of them after now.
    at = f"{first} + (n - 1) * {730 * 86_400} / :size"
    long_ago = (NOW - timedelta(days=1500)).strftime("%Y-%m-%d %H:%M:%S.000000")
    if dialect_of(session) == "postgresql":
        return {
            "birth_date": f"DATE '1940-01-01' + CAST({_BORN} * 24000 AS INT)",
            "month_and_day": "CAST(to_char(birth_date, 'MMDD') AS INT)",
            "customers": "generate_series(1, CAST(:customers AS BIGINT)) AS each(n)",
            "receipts": "generate_series(1, CAST(:size AS BIGINT)) AS each(n)",
            "moment": f"to_timestamp({at})",
            "long_ago": f"CAST('{long_ago}+00' AS TIMESTAMPTZ)",
        }
    series = "(WITH RECURSIVE each(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM each WHERE n < {}) SELECT n FROM each)"
    return {
        "birth_date": f"date('1940-01-01', '+' || CAST({_BORN} * 24000 AS INT) || ' days')",
        "month_and_day": "CAST(strftime('%m%d', birth_date) AS INT)",
        "customers": series.format(":customers"),
        "receipts": series.format(":size"),
        "moment": f"strftime('%Y-%m-%d %H:%M:%S', {at}, 'unixepoch') || '.000000'",
        "long_ago": f"'{long_ago}'",
    }


def in_turn(repeat: int, works: Sequence[Callable[[], Any]]) -> list[tuple[float, Any]]:
    """Of each work the seconds of its fastest run, and what it answered; they take turns, so that all are disturbed."""
    seconds: list[list[float]] = [[] for _ in works]
    answers: list[Any] = [None] * len(works)
    for _ in range(repeat):
        for place, work in enumerate(works):
            started = perf_counter()
            answers[place] = work()
            seconds[place].append(perf_counter() - started)
    return [(min(times), answer) for times, answer in zip(seconds, answers, strict=True)]


@contextmanager
def without_indexes(session: Session, model: type[Base]) -> Iterator[None]:
    """Many rows are written faster when their indexes are made, and their owners checked, afterwards."""
    table = table_of(model)
    indexes = sorted(table.indexes, key=lambda index: index.name or "")
    if dialect_of(session) == "postgresql":
        # The rows are made of those that they refer to.
        session.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER ALL"))
    for index in indexes:
        index.drop(session.connection())
    yield
    for index in indexes:
        index.create(session.connection())
    if dialect_of(session) == "postgresql":
        session.execute(text(f"ALTER TABLE {table.name} ENABLE TRIGGER ALL"))


def analyze(database: Database) -> None:
    """Let the database know its rows, as it does by itself some time after they were written."""
    with database.engine.connect() as connection:
        vacuum = "VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE"
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(vacuum))


@contextmanager
def sqlite(customers: int, receipts: int) -> Iterator[Copy]:
    """Fresh SQLite files with the same rows."""
    with tempfile.TemporaryDirectory(prefix="catena-bench-") as folder:
        template = Path(folder) / "template.sqlite"
        migrate(f"sqlite:///{template}")
        database = Database(f"sqlite:///{template}")
        fill(database, customers, receipts)
        database.dispose()

        def copy() -> Database:
            # A folder of its own: a write-ahead log left by another copy would be taken for this one's.
            return Database(f"sqlite:///{shutil.copy(template, tempfile.mkdtemp(dir=folder))}")

        yield copy


@contextmanager
def postgresql(customers: int, receipts: int) -> Iterator[Copy]:
    """Fresh PostgreSQL databases with the same rows, on a server of our own."""
    with PostgreSQL() as server:
        databases = Databases(server.url("postgres"))
        template = databases.create()
        migrate(databases.url(template))
        database = Database(databases.url(template))
        fill(database, customers, receipts)
        database.dispose()

        def copy() -> Database:
            return Database(databases.url(databases.create(template)))

        yield copy
        databases.close()
