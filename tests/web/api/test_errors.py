"""Bad input is answered with its place, and never with a 500."""

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from tests.web.api.conftest import Program
from web.api.blueprint import BODY_BYTES_MAX

TOO_LARGE = 2**63


def test_an_unknown_address_and_a_wrong_method_answer_json(api: Program):
    assert api.places("GET", "/nothing", status=404) == [""]
    answer = api.answer("DELETE", "/outlets")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_errors_of_pages_stay_pages(client):
    assert client.get("/nothing").mimetype == "text/html"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"{", ""),
        (b"\xff\xfe", ""),
        (b'{"name": NaN}', ""),
        (b'{"name": "A", "settings": {"a": 1, "a": 2}}', ""),
        (b'{"name": Infinity}', ""),
        (b'{"zone": 1e999}', "zone"),
        (b"1" * 5000, ""),
        (b"[" * 100_000, ""),
        (b'{"name": ' + b"[" * 70 + b"]" * 70 + b"}", ""),
        (b'{"name": "a\\u0000b"}', "name"),
        (b'{"name": "a\\ud800b"}', "name"),
        (b'{"a\\u0000b": 1}', ""),
        (b'"text"', ""),
        (b"[]", ""),
        (b"null", ""),
        (b"", "name"),
        (b"{}", "name"),
        (b'{"name": 5}', "name"),
        (b'{"name": "   "}', "name"),
        (b'{"name": "x", "colour": "red"}', "colour"),
        (b'{"name": "x", "zone": "Europe/Atlantis"}', "zone"),
        (b'{"name": "x", "legal_entity": 9223372036854775808}', "legal_entity"),
        (b'{"name": "x", "legal_entity": true}', "legal_entity"),
        (b'{"name": "x", "legal_entity": 7}', "legal_entity"),
    ],
)
def test_a_body_that_cannot_be_taken_says_where(api: Program, body: bytes, where: str):
    assert where in api.places("POST", "/outlets", body)


def test_a_body_that_is_not_json_is_named(api: Program):
    answer = api.client.post(
        "/api/v1/outlets", data="name=x", headers={"Authorization": f"Bearer {api.key}", "Content-Type": "text/plain"}
    )
    assert answer.status_code == 415


def test_too_large_a_body_is_not_read(api: Program):
    assert api.places("POST", "/outlets", b" " * (BODY_BYTES_MAX + 1), 413) == [""]


def test_ids_beyond_what_a_database_holds_are_addresses_with_nothing_there(api: Program):
    for path in ("/customers/{}", "/campaigns/{}", "/runs/{}", "/messages/{}", "/segments/{}", "/purchases/{}"):
        api.get(path.format(TOO_LARGE), status=404)
        api.get(path.format(TOO_LARGE - 1), status=404)


def test_what_a_database_cannot_keep_in_an_address_is_refused(api: Program):
    assert api.places("PUT", "/customers/by-external-id/a%00b", {}) == ["external_id"]
    assert api.places("GET", "/customers?q=a%00b") == ["q"]


CURSORS = ["nonsense", "W10=", "WzFd!", "WyJhIl0=", "W251bGxd", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5XQ==", "%F0"]


@pytest.mark.parametrize("after", CURSORS)
def test_a_cursor_that_is_not_ours_is_refused(api: Program, after: str):
    assert api.places("GET", f"/outlets?after={after}") == ["after"]


def test_unknown_words_of_a_query_are_refused(api: Program):
    assert api.places("GET", "/outlets?colour=red") == ["colour"]
    assert api.places("GET", "/outlets?limit=0") == ["limit"]


@pytest.mark.parametrize(
    "amount", ["5.001", "-5", "5,00", "1e3", " 5", "", "٥", "5.", 5, 5.0, None, True, "99999999999999999999"]
)
def test_an_amount_is_a_string_with_at_most_two_decimals(api: Program, amount):
    line = {"sku": "a", "quantity": 1, "price": amount}
    body = {"external_id": "1", "customer": {"card": "1"}, "at": "2026-11-21T10:00:00Z", "lines": [line]}
    assert api.places("POST", "/purchases", body) == ["lines.0.price"]


@pytest.mark.parametrize(
    "at",
    ["2026-11-21T10:00:00", "2026-11-21", "yesterday", 1, None, "2026-02-30T10:00:00Z", "0001-01-01T00:00:00+14:00"],
)
def test_a_moment_names_its_zone(api: Program, at):
    line = {"sku": "a", "quantity": 1, "price": "1.00"}
    body = {"external_id": "1", "customer": {"card": "1"}, "at": at, "lines": [line]}
    assert api.places("POST", "/purchases", body) == ["at"]


@pytest.mark.parametrize("quantity", [0, -1, "1.0001", "NaN", "Infinity", "a", None, True, 10**9, "1e999999999"])
def test_a_quantity_is_above_zero_with_at_most_three_decimals(api: Program, quantity):
    line = {"sku": "a", "quantity": quantity, "price": "1.00"}
    body = {"external_id": "1", "customer": {"card": "1"}, "at": "2026-11-21T10:00:00Z", "lines": [line]}
    assert api.places("POST", "/purchases", body) == ["lines.0.quantity"]


def test_a_database_that_is_busy_asks_to_try_again(api: Program, app: Flask, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_arguments: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    monkeypatch.setattr("web.api.organisation.organisation", refuse)
    answer = api.answer("GET", "/organisation")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.get_json()["errors"]
