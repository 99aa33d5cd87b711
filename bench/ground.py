"""The ground of the benchmarks: made customers and receipts, a fresh copy for every subject, on both databases."""

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from loyalty_core.customers.rows import Customer, Identity
from loyalty_core.database import Database, dialect_of
from loyalty_core.ledger.bonus_types import BonusType
from loyalty_core.organisation import LegalEntity, Organisation, Outlet
from loyalty_core.till.purchases import Purchase
from tests.support.postgresql import Databases, PostgreSQL
from web.cli.schema import migrate

NOW = datetime(2026, 12, 25, 12, 0, tzinfo=UTC)
SEED = 20261225
ZONES = ("Europe/London", "Europe/Paris")

Copy = Callable[[], Database]


def fill(database: Database, customers: int, receipts: int) -> None:
    """Write customers with addresses, and receipts over two years whose numbers and sums differ as real ones do."""
    dice = random.Random(SEED)
    with database.begin() as session:
        session.add(Organisation(id=1, name="Bench", zone="Europe/London", currency="GBP"))
        session.add(LegalEntity(id=1, name="Bench Ltd"))
        session.add(BonusType(id=1, name="New Year", burning="day_of_year", burning_month=1, burning_day=0))
        session.add_all(
            Outlet(id=1 + index, name=zone, zone=zone) for index, zone in enumerate(("Europe/London", "Europe/Paris"))
        )
        session.flush()
        people = range(1, customers + 1)
        old = NOW - timedelta(days=1500)
        _write(
            session,
            Customer,
            ["id", "first_name", "last_name", "registered_at", "outlet_id"],
            ((each, "Ann", f"Number{each}", old, 1 + each % 2) for each in people),
        )
        _write(
            session,
            Identity,
            ["kind", "value", "shown", "customer_id"],
            (("email", f"c{each}@example.test", f"c{each}@example.test", each) for each in people),
        )
        weights = [dice.paretovariate(1.2) for _ in people]
        buyers = dice.choices(people, weights, k=receipts)
        usual = [dice.lognormvariate(8.3, 0.6) for _ in people]

        def rows() -> Iterator[tuple[Any, ...]]:
            for number, buyer in enumerate(buyers, 1):
                amount = max(100, int(100 * usual[buyer - 1] * dice.uniform(0.5, 1.5)))
                yield number, buyer, NOW - timedelta(seconds=dice.randrange(730 * 86_400)), amount, amount

        _write(session, Purchase, ["id", "customer_id", "at", "amount", "net_amount"], rows())
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def _write(session: Any, table: Any, columns: list[str], rows: Iterator[tuple[Any, ...]] | Any) -> None:
    if dialect_of(session) == "postgresql":
        cursor = session.connection().connection.cursor()
        with cursor.copy(f"COPY {table.__tablename__} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    while chunk := [dict(zip(columns, row, strict=True)) for _, row in zip(range(50_000), rows, strict=False)]:
        session.execute(insert(table), chunk)


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
