"""What takes long of a write is done before it: others write meanwhile, on SQLite too."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Tag
from loyalty_core.database import Database
from segmenter.preview import size
from segmenter.spreadsheets.list_files import named_by
from tests.web.api.conftest import Program
from web.api import customer_lists, downloads, list_files, segments

EVERYBODY: dict[str, Any] = {"all": []}
NEW = {"name": "New", "tree": EVERYBODY}
SENT = (
    b'--part\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nnumber\nc0\nc1\n\r\n--part--\r\n'
)


@pytest.fixture
def base(api: Program) -> Program:
    """Two customers, a segment of everybody and a file that names both."""
    for number in range(2):
        api.post("/customers", {"external_id": f"c{number}"})
    api.post("/segments", {"name": "All", "tree": EVERYBODY})
    assert send(api)["found"] == 2
    return api


def send(api: Program, **headers: str) -> Any:
    told = {"Authorization": f"Bearer {api.key}", "Content-Type": "multipart/form-data; boundary=part"}
    named = told | {name.replace("_", "-"): value for name, value in headers.items()}
    answer = api.client.post("/api/v1/list-files", data=SENT, headers=named)
    assert answer.status_code == 201, answer.text
    return answer.get_json()


CALLS: dict[str, tuple[Any, str, Callable[[Program, str], Any]]] = {
    "a segment is saved": (segments, "size", lambda api, key: api.post("/segments", NEW, Idempotency_Key=key)),
    "a segment is changed": (segments, "size", lambda api, key: api.put("/segments/1", NEW, Idempotency_Key=key)),
    "a segment is copied": (segments, "size", lambda api, key: api.post("/segments/1/copy", {}, Idempotency_Key=key)),
    "a segment is frozen": (
        segments,
        "ids_of",
        lambda api, key: api.post("/segments/frozen", NEW, Idempotency_Key=key),
    ),
    "a file is sent": (list_files, "report_on", lambda api, key: send(api, Idempotency_Key=key)),
    "a column is taken": (
        list_files,
        "report_on",
        lambda api, key: api.put("/list-files/1", {"column": 0}, Idempotency_Key=key),
    ),
    "a file is made a list": (
        customer_lists,
        "named_by",
        lambda api, key: api.post("/customer-lists", {"name": "L", "file": 1}, Idempotency_Key=key),
    ),
    "a segment is made a list": (
        customer_lists,
        "ids_of",
        lambda api, key: api.post("/customer-lists", {"name": "L", "segment": 1}, Idempotency_Key=key),
    ),
    "a download is asked for": (downloads, "ids_of", lambda api, key: api.post("/downloads", {}, Idempotency_Key=key)),
}


@pytest.mark.parametrize("call", CALLS)
def test_others_write_while(call: str, base: Program, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    module, slow, act = CALLS[call]
    real = getattr(module, slow)

    def read(*args: Any) -> Any:
        with database.begin() as session:
            session.add(Tag(name=f"Meanwhile {len(written(session))}"))
        return real(*args)

    monkeypatch.setattr(module, slow, read)
    first = act(base, "k1")
    with database.read() as session:
        assert written(session) == ["Meanwhile 0"]
    # Asked again under the same key it is not done twice.
    assert act(base, "k1") == first


def written(session: Session) -> list[str]:
    return list(session.scalars(select(Tag.name).order_by(Tag.id)))


def test_two_equal_requests_at_once_are_one(base: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second begins while the first reads, and finds it done when it would write itself."""
    others: list[Any] = []

    def read(*args: Any) -> Any:
        if not others:
            others.append(None)
            others.append(elsewhere(lambda: base.post("/segments", NEW, Idempotency_Key="k1")))
        return size(*args)

    monkeypatch.setattr(segments, "size", read)
    answer = base.answer("POST", "/segments", NEW, Idempotency_Key="k1")
    assert (answer.get_json(), answer.headers["Idempotency-Replayed"]) == (others[1], "true")
    assert [each["name"] for each in base.get("/segments")["items"]] == ["All", "New"]


def test_a_column_that_somebody_chose_meanwhile_is_looked_at_first(
    base: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*args: Any) -> Any:
        named = named_by(*args)
        elsewhere(lambda: base.put("/list-files/1", {"column": 3}))
        return named

    monkeypatch.setattr(customer_lists, "named_by", read)
    assert base.places("POST", "/customer-lists", {"name": "L", "file": 1}, 409) == ["file"]
    assert base.get("/customer-lists")["items"] == []


def elsewhere(act: Callable[[], Any]) -> Any:
    """What another request does meanwhile: one in this thread would share the context of the one that waits."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(act).result()
