"""Fixtures that every test can ask for: a fresh database, a real Valkey, a mail server, the application, a browser.

`CATENA_TEST_DATABASE` chooses the database: `sqlite` (the default) or `postgresql`.
"""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from loyalty_core.database import Database
from loyalty_core.settings import Settings
from tests.support.network import stay_on_this_machine
from tests.support.postgresql import Databases, PostgreSQL
from tests.support.smtp_sink import SmtpSink
from tests.support.statements import share_compiled_statements
from tests.support.valkey import Valkey
from web.cli.schema import migrate

pytest_plugins = ["tests.support.application", "tests.support.browser", "tests.support.demo"]

KIND = os.environ.get("CATENA_TEST_DATABASE", "sqlite")
SERVER = "CATENA_TEST_POSTGRESQL"
_server = PostgreSQL()


def pytest_configure(config: pytest.Config) -> None:
    """One PostgreSQL for the whole run: the workers of a parallel one inherit its address."""
    stay_on_this_machine()
    if KIND not in ("sqlite", "postgresql"):
        raise pytest.UsageError(f"CATENA_TEST_DATABASE is sqlite or postgresql, not {KIND}")
    if KIND == "postgresql" and SERVER not in os.environ:
        os.environ[SERVER] = _server.__enter__().url("postgres")
        config.add_cleanup(lambda: _server.__exit__(None, None, None))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that ask for no database say the same on both: they are marked `once`."""
    for item in items:
        if "database_url" not in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.once)


def pytest_collection_finish() -> None:
    """What was imported stays to the end: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


def pytest_report_header() -> str:
    return f"database: {KIND}"


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite file with the newest schema, to copy from."""
    file = tmp_path_factory.mktemp("template") / "catena.sqlite"
    migrate(f"sqlite:///{file}")
    share_compiled_statements(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[Databases]:
    databases = Databases(os.environ[SERVER])
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_databases: Databases) -> str:
    """An empty PostgreSQL database with the newest schema, to copy from."""
    name = postgresql_databases.create()
    migrate(postgresql_databases.url(name))
    share_compiled_statements(postgresql_databases.url(name))
    return name


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with the newest schema and no rows."""
    if KIND == "sqlite":
        file = shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "catena.sqlite")
        yield f"sqlite:///{file}"
        return
    databases: Databases = request.getfixturevalue("postgresql_databases")
    name = databases.create(request.getfixturevalue("migrated_postgresql"))
    yield databases.url(name)
    databases.drop(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing session. On SQLite it holds the write lock from its first statement until `session.commit()`."""
    with database.session(writing=True) as session:
        yield session


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[Valkey]:
    with Valkey() as server:
        yield server


@pytest.fixture
def valkey(valkey_server: Valkey) -> Valkey:
    """An empty Valkey: `valkey.url`."""
    valkey_server.forget()
    return valkey_server


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """A mail server that keeps what it is given: `smtp_sink.url`, `smtp_sink.letters`, `smtp_sink.wait_for(3)`."""
    with SmtpSink() as sink:
        yield sink


@pytest.fixture
def settings(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of an installation on this test's database; `dataclasses.replace` adds a test's own servers."""
    monkeypatch.setenv("CATENA_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECRET_KEY", "tests only")
    return Settings.from_environment()
