"""DuckDB with the receipts of a database: the yardstick of what is counted from raw receipts."""

import csv
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from loyalty_core.database import Database

RECEIPTS = "SELECT customer_id, at, net_amount FROM purchase"


@contextmanager
def written(database: Database) -> Iterator[Path]:
    """The receipts of a database in a file: customer_id, at, net_amount."""
    with tempfile.TemporaryDirectory(prefix="catena-bench-") as folder:
        file = Path(folder) / "receipts.csv"
        _write(database, file)
        yield file


def loaded(file: Path) -> Any:
    """A DuckDB in memory whose table `purchase` has the receipts of a file: customer_id, moment (UTC), amount."""
    # Only the run needs it: `catena bench --help` works without the benchmark tools.
    import duckdb

    duck = duckdb.connect()
    # Moments of PostgreSQL carry +00, those of SQLite no zone; both are UTC.
    duck.execute(
        "CREATE TABLE purchase AS SELECT column0::BIGINT AS customer_id, left(column1, 19)::TIMESTAMP AS moment, "
        f"column2::BIGINT AS amount FROM read_csv('{file}', header = false, all_varchar = true)"
    )
    return duck


def receipts(database: Database) -> Any:
    """A DuckDB in memory with the same receipts."""
    with written(database) as file:
        return loaded(file)


def _write(database: Database, file: Path) -> None:
    with database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TIME ZONE 'UTC'")
            with connection.connection.cursor().copy(f"COPY ({RECEIPTS}) TO STDOUT (FORMAT csv)") as copy:
                file.write_bytes(b"".join(copy))
            return
        with file.open("w") as out:
            csv.writer(out).writerows(connection.exec_driver_sql(RECEIPTS))
