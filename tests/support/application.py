"""The web application as tests meet it: in this process for requests, on a loopback port for browsers."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from loyalty_core.database import Database
from loyalty_core.settings import Settings

EMAIL, PASSWORD = "marketer@example.test", "Correct-horse-7"


@dataclass(frozen=True)
class LiveApplication:
    """A running application and who may sign in."""

    url: str
    email: str
    password: str
    api_key: str


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on this test's database."""
    # Imported here: tests of the lower floors start without Flask.
    from web.app import create_app

    application = create_app(settings)
    application.testing = True
    yield application
    application.extensions["database"].dispose()


@pytest.fixture
def api_key(database: Database) -> str:
    """A key of the administrator, who may sign in with `EMAIL` and `PASSWORD`; asking for it makes both."""
    from web.security import create_api_key, create_user

    now = datetime.now(UTC)
    with database.begin() as session:
        user = create_user(session, EMAIL, PASSWORD, "Test Marketer", now)
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
