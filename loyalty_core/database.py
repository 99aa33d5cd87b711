"""The engine, sessions and column types for both databases."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import Any, TypeVar, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    case,
    column,
    create_engine,
    event,
    func,
    insert,
    literal_column,
    select,
    text,
    type_coerce,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.sql import literal

_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime. SQLite keeps it without a zone; naive values are refused on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a zone: {value.isoformat()}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_FROM_1900 = 25_567  # days from 1900 to 1970

# SQLite numbers rows by itself only in INTEGER columns.
BigId = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(JSONB, "postgresql")
# As above, where None is no value (NULL) and not the value null.
JsonOrNull = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


Row = TypeVar("Row", bound="Base")
Built = TypeVar("Built")


class Base(DeclarativeBase):
    """All tables of all floors; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Moment, dict[str, Any]: Json}


def connect(url: str) -> Engine:
    """An engine for `sqlite:///…` or `postgresql://…`, set up as the whole product expects it."""
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": 30, "isolation_level": None})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, pool_pre_ping=True)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        # INSERT OR REPLACE is a deletion too, and the ledger's triggers refuse those.
        "recursive_triggers=ON",
        "busy_timeout=30000",
        "cache_size=-65536",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    # A writer takes its lock at once: an upgrade in the middle of a transaction fails without waiting.
    mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {mode}")


class Database:
    """One database: `begin()` to write and commit as one, `read()` to look without holding a write lock."""

    def __init__(self, url: str) -> None:
        self.engine = connect(url)
        self._writing = sessionmaker(self.engine, expire_on_commit=False)
        self._reading = sessionmaker(self.engine.execution_options(sqlite_begin="DEFERRED"), expire_on_commit=False)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A session whose work is committed at the end, or not at all."""
        with self._writing.begin() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; nothing is committed."""
        with self._reading() as session:
            yield session

    def session(self, *, writing: bool) -> Session:
        """A session that its caller commits and closes (a web request)."""
        return self._writing() if writing else self._reading()

    def dispose(self, *, close: bool = True) -> None:
        """Drop pooled connections; `close=False` in a forked child, which must not close its parent's."""
        self.engine.dispose(close=close)


def is_passing(error: Exception) -> bool:
    """Whether the same work may succeed in a moment: the database was busy, out of room or away, or a deadlock fell.

    SQLite's driver says with the same class that a statement cannot be done at all; its codes tell the two apart.
    """
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.OperationalError):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _PASSING
    return error.connection_invalidated or isinstance(error, OperationalError)


def dialect_of(session: Session) -> str:
    """`sqlite` or `postgresql`."""
    return session.get_bind().dialect.name


def kept(session: Session, model: type[Row], key: Any) -> Row | None:
    """A row of settings by its key, read once a session: else a session forgets what nobody holds any more."""
    found = session.get(model, key)
    session.info.setdefault("kept", {})[model, key] = found
    return found


def insert_into(session: Session, table: Any) -> Any:
    """An INSERT of this session's database, which has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return postgresql_insert(table) if dialect_of(session) == "postgresql" else sqlite_insert(table)


def table_of(model: type[Base]) -> Table:
    """The bare table of a model: inserting many rows into it does without the model's bookkeeping for each row."""
    return cast(Table, model.__table__)


def insert_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows that name the same columns: on PostgreSQL as one statement with an array a column."""
    table = table_of(model)
    if dialect_of(session) == "postgresql" and rows:
        columns = {name: literal([row[name] for row in rows], ARRAY(table.c[name].type)) for name in rows[0]}
        listed = select(*(func.unnest(values) for values in columns.values()))
        session.execute(insert(table).from_select(list(columns), listed))
    elif rows:
        session.execute(insert(table), rows)


def keep_temporary_in_memory(connection: Connection) -> None:
    """Let SQLite keep temporary tables of this connection, which its caller will not put back, off the disk.

    Before its first statement: it cannot be told so in the middle of a transaction.
    """
    if connection.dialect.name == "sqlite":
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA temp_store = MEMORY")
        cursor.close()


def see_one_moment(database: Database, sessions: Sequence[Session]) -> None:
    """Let sessions that have asked nothing yet see the same rows, each until its transaction ends."""
    first = sessions[0]
    if dialect_of(first) == "postgresql":
        for session in sessions:
            session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        snapshot = first.scalar(text("SELECT pg_export_snapshot()"))
        for session in sessions[1:]:
            session.execute(text(f"SET TRANSACTION SNAPSHOT '{snapshot}'"))
        return
    # A transaction sees what there was at its first look, and nobody else writes while this one holds the lock.
    with database.begin() as writing:
        writing.connection()
        for session in sessions:
            session.execute(text("SELECT 1 FROM sqlite_master LIMIT 1"))


def have_memory(session: Session) -> None:
    """Let PostgreSQL group a million rows in memory from here on, on a connection that its caller will not put back.

    Not for receipts: with so much it would group them by hashing, longer than reading them in the order of their index.
    """
    if dialect_of(session) == "postgresql":
        session.execute(text("SET work_mem = '64MB'"))


def in_one_process(session: Session) -> None:
    """Let the queries of this transaction do without PostgreSQL's parallel workers.

    For joins to a grouped sub-select: each worker would group all its rows by itself, at so many times the work.
    """
    if dialect_of(session) == "postgresql":
        session.execute(text("SET LOCAL max_parallel_workers_per_gather = 0"))


def id_set(session: Session, ids: Collection[int]) -> Select[tuple[int]]:
    """A sub-select of one column `id` with these ids: one bound parameter however many they are."""
    if dialect_of(session) == "postgresql":
        return select(func.unnest(literal(list(ids), ARRAY(BigInteger))).label("id"))
    each = func.json_each(json.dumps(list(ids))).table_valued(column("value", Integer), name="each_id")
    return select(each.c.value.label("id"))


def once_a_dialect(build: Callable[[Session], Built]) -> Callable[[Session], Built]:
    """A statement that is the same each time is built once for each database: to build costs more than to ask.

    What differs from time to time are its named parameters.
    """
    built: dict[str, Built] = {}

    @wraps(build)
    def found(session: Session) -> Built:
        dialect = dialect_of(session)
        if dialect not in built:
            built[dialect] = build(session)
        return built[dialect]

    return found


def id_parameter(session: Session) -> Select[tuple[int]]:
    """An `id_set` of the ids that come as the parameter `ids`, made by `id_value`."""
    if dialect_of(session) == "postgresql":
        return select(func.unnest(bindparam("ids", type_=ARRAY(BigInteger))).label("id"))
    each = func.json_each(bindparam("ids", type_=Text)).table_valued(column("value", Integer), name="each_id")
    return select(each.c.value.label("id"))


def id_value(session: Session, ids: Collection[int]) -> Any:
    """Ids as the parameter `ids` takes them."""
    return list(ids) if dialect_of(session) == "postgresql" else json.dumps(list(ids))


def text_set(session: Session, texts: Collection[str]) -> Select[tuple[str]]:
    """A sub-select of one column `text` with these strings: one bound parameter however many they are."""
    if dialect_of(session) == "postgresql":
        return select(func.unnest(literal(list(texts), ARRAY(Text))).label("text"))
    each = func.json_each(json.dumps(list(texts))).table_valued(column("value", Text), name="each_text")
    return select(each.c.value.label("text"))


def pair_set(session: Session, pairs: Collection[tuple[int, int]]) -> Select[int, int]:
    """A sub-select of two columns with these pairs of ids: two bound parameters at most however many they are."""
    if dialect_of(session) == "postgresql":
        first, second = (func.unnest(literal([pair[place] for pair in pairs], ARRAY(BigInteger))) for place in (0, 1))
        return select(first, second)
    each = func.json_each(json.dumps(list(pairs))).table_valued(column("value"), name="each_pair")
    first, second = (func.json_extract(each.c.value, f"$[{place}]", type_=Integer) for place in (0, 1))
    return select(first, second)


def day_number(session: Session, moment: Any, offset_s: Any) -> ColumnElement[int]:
    """Days from 1 January 1970 to the date that clocks `offset_s` seconds ahead of UTC show at a moment (a column)."""
    if dialect_of(session) == "postgresql":
        wall = func.timezone("UTC", moment) + offset_s * literal_column("interval '1 second'")
        return type_coerce(func.date(wall) - literal_column("date '1970-01-01'"), Integer)
    # Without its fraction, for SQLite would round 23:59:59.9999 up; from 1900, for it divides towards 0.
    seconds = func.unixepoch(func.substr(moment, 1, 19), type_=Integer) + offset_s
    return type_coerce((seconds + _FROM_1900 * 86_400) // 86_400 - _FROM_1900, Integer)


def json_text(session: Session, column: Any, name: str) -> ColumnElement[str | None]:
    """A property of a JSON object as text, `true` and `false` included; NULL where there is no such property."""
    if dialect_of(session) == "postgresql":
        text: ColumnElement[str | None] = column.op("->>", return_type=Text())(name)
        return text
    path = f'$."{name}"'
    kind = func.json_type(column, path)
    return case((kind.in_(["true", "false"]), kind), else_=sql_cast(func.json_extract(column, path), Text))


def integer_pairs(session: Session, query: Select[int, int]) -> dict[int, int]:
    """The rows of a query of two integers, as a dictionary.

    Straight from the driver: for the thousands of rows of a batch, a Row object each would cost more than the query.
    """
    cursor = session.connection().execute(query).cursor
    assert cursor is not None
    return dict(cursor.fetchall())
