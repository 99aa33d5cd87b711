"""The web application as tests meet it: in this process for requests, on a loopback port for browsers."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from loyalty_core.database import Database
from loyalty_core.settings import Settings

EMAIL, PASSWORD = "marketer@example.test", "Correct-horse-7"
# Hashes are slow on purpose, and most tests of pages sign in.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True)
class LiveApplication:
    """A running application and who may sign in."""

    url: str
    email: str
    password: str
    api_key: str


@pytest.fixture(scope="session")
def built_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, built once: views, schemas and templates cost more than most tests."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CATENA_DATA", str(tmp_path_factory.mktemp("application")))
        environment.setenv("SECRET_KEY", "tests only")
        return _create_app(Settings.from_environment())


@pytest.fixture
def app(built_app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application on this test's database."""
    database = Database(settings.database_url)
    monkeypatch.setitem(built_app.extensions, "database", database)
    monkeypatch.setitem(built_app.extensions, "catena_settings", settings)
    yield built_app
    database.dispose()


@pytest.fixture
def own_app(settings: Settings) -> Iterator[Flask]:
    """An application of a test's own, to do with as it likes: `app` in a module that says so."""
    application = _create_app(settings)
    yield application
    application.extensions["database"].dispose()


def _create_app(settings: Settings) -> Flask:
    # Imported here: tests of the lower floors start without Flask.
    from web.app import create_app

    application = create_app(settings)
    application.testing = True
    hashes = application.extensions["security"].pwd_context
    hashes.update(argon2__time_cost=1, argon2__memory_cost=8, argon2__parallelism=1)
    return application


@pytest.fixture(scope="session")
def password_hash() -> str:
    """What is kept of `PASSWORD`."""
    return QUICK.hash(PASSWORD)


@pytest.fixture
def api_key(database: Database, password_hash: str) -> str:
    """A key of the administrator, who may sign in with `EMAIL` and `PASSWORD`; asking for it makes both."""
    from web.security import create_api_key, create_user

    now = datetime.now(UTC)
    with database.begin() as session:
        user = create_user(session, EMAIL, password_hash, "Test Marketer", now)
        return create_api_key(session, user, "tests", now)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def live_app(app: Flask, api_key: str) -> Iterator[LiveApplication]:
    """The same application on a free loopback port, many requests at a time."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield LiveApplication(f"http://127.0.0.1:{server.server_port}", EMAIL, PASSWORD, api_key)
    server.shutdown()
    thread.join()
    server.server_close()
