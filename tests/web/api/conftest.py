"""A program that calls the API with its key, and what it finds there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from loyalty_core.database import Database


@dataclass(frozen=True)
class Program:
    """Calls paths under `/api/v1` with a key."""

    client: FlaskClient
    key: str

    def call(self, method: str, path: str, body: Any = None, status: int | None = None, **headers: str) -> Any:
        """The parsed answer; `status` is what it must be."""
        answer = self.answer(method, path, body, **headers)
        assert status is None or answer.status_code == status, (answer.status_code, answer.text)
        return answer.get_json(silent=True)

    def answer(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """The answer itself; `body` is JSON, or bytes as they are."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("Authorization", f"Bearer {self.key}")
        sent = {"data": body, "content_type": "application/json"} if isinstance(body, bytes) else {"json": body}
        if body is None:
            sent = {}
        return self.client.open(f"/api/v1{path}", method=method, headers=named, **sent)

    def get(self, path: str, status: int = 200) -> Any:
        return self.call("GET", path, status=status)

    def post(self, path: str, body: Any = None, status: int = 201, **headers: str) -> Any:
        return self.call("POST", path, body, status, **headers)

    def put(self, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        return self.call("PUT", path, body, status, **headers)

    def delete(self, path: str, status: int = 204) -> Any:
        return self.call("DELETE", path, status=status)

    def places(self, method: str, path: str, body: Any = None, status: int = 400, **headers: str) -> list[str]:
        """Where a refused call says that something is wrong."""
        errors = self.call(method, path, body, status, **headers)["errors"]
        assert all(error["message"] for error in errors)
        return [error["where"] for error in errors]


@pytest.fixture
def api(client: FlaskClient, api_key: str) -> Program:
    return Program(client, api_key)


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """The statements that the application sends, as they come; `statements.clear()` begins anew."""
    database: Database = app.extensions["database"]
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)
