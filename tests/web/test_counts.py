"""Long counts on a real server: each lasts while its caller waits for it."""

import http.client
import json
from queue import Queue
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import g

from tests.support.application import LiveApplication
from tests.support.endless import ENDLESS
from web import counts
from web.api import segments

LIMIT_S = 20


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> Queue[str]:
    """Previews that take for ever: what is put here says how each came to its end, or first that it has begun."""
    told: Queue[str] = Queue()

    def endless(*_: Any) -> None:
        told.put("begun")
        try:
            g.session.execute(ENDLESS)
        except Exception as error:
            told.put(type(error).__name__)
            raise

    monkeypatch.setattr(segments, "preview", endless)
    return told


def ask(live_app: LiveApplication) -> http.client.HTTPConnection:
    """A preview that is asked for, its answer not waited for yet."""
    connection = http.client.HTTPConnection(urlsplit(live_app.url).netloc, timeout=LIMIT_S)
    headers = {"Authorization": f"Bearer {live_app.api_key}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/segments/preview", json.dumps({"tree": {"all": []}}), headers)
    return connection


def why(connection: http.client.HTTPConnection) -> tuple[int, str]:
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())["errors"][0]["message"]


def test_a_caller_who_goes_away_takes_the_count_along(live_app: LiveApplication, ended: Queue[str]) -> None:
    connection = ask(live_app)
    assert ended.get(timeout=LIMIT_S) == "begun"
    connection.close()
    assert ended.get(timeout=LIMIT_S) == "OperationalError"


def test_one_count_too_many_ends_the_oldest_of_the_same_caller(live_app: LiveApplication, ended: Queue[str]) -> None:
    asked = [ask(live_app)]
    assert ended.get(timeout=LIMIT_S) == "begun"
    for _ in range(counts.COUNTS_MAX):
        asked.append(ask(live_app))
        assert ended.get(timeout=LIMIT_S) == "begun"
    assert why(asked[0]) == (409, "A newer count took this one’s place.")
    for connection in asked[1:]:
        connection.close()
    assert [ended.get(timeout=LIMIT_S) for _ in asked] == ["OperationalError"] * len(asked)


def test_a_count_ends_with_its_time(
    live_app: LiveApplication, ended: Queue[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "SECONDS_MAX", 0)
    status, message = why(ask(live_app))
    assert status == 409
    assert message.startswith("It took longer than 0 seconds")


def test_one_who_waits_gets_the_answer(live_app: LiveApplication) -> None:
    answer = ask(live_app).getresponse()
    assert (answer.status, json.loads(answer.read())["count"]) == (200, 0)
