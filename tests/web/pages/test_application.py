"""What holds for every answer: sessions, headers, errors, the secret key."""

import sqlite3
from dataclasses import replace

import pytest
from flask import Flask, g
from sqlalchemy.exc import OperationalError

from loyalty_core.organisation import LegalEntity
from loyalty_core.settings import Settings
from tests.web.pages.conftest import Reader
from web.secret_key import secret_key
from web.session import only_reads

KINDS = ("campaigns", "runs", "messages", "customers", "segments", "bonus-types", "settings/letters")


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """The application with a few views that write, look and break."""

    app = own_app

    @app.route("/write/<int:status>", methods=["GET", "POST"])
    def write(status: int) -> tuple[str, int]:
        g.session.add(LegalEntity(name="Ghost"))
        g.session.flush()
        return "written", status

    @app.post("/look")
    @only_reads
    def look() -> str:
        return "writing" if g.writing else "reading"

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("boom")

    @app.get("/busy")
    def busy() -> str:
        locked = sqlite3.OperationalError("database is locked")
        locked.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise OperationalError("UPDATE", {}, locked)

    return app


def test_a_post_that_succeeds_is_committed(reader: Reader) -> None:
    reader.post("/write/200", 200)
    assert "Ghost" in reader.get("/outlets")


def test_a_post_that_is_refused_writes_nothing(reader: Reader) -> None:
    reader.post("/write/409", 409)
    assert "Ghost" not in reader.get("/outlets")


def test_a_get_writes_nothing(reader: Reader) -> None:
    reader.get("/write/200")
    assert "Ghost" not in reader.get("/outlets")


def test_a_post_that_only_reads_takes_no_write_lock(reader: Reader) -> None:
    assert reader.post("/look", 200).text == "reading"


def test_pages_run_no_scripts_but_their_own(reader: Reader) -> None:
    headers = reader.client.get("/campaigns").headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "'unsafe-eval'" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_no_page_holds_a_script_of_its_own(reader: Reader) -> None:
    text = reader.get("/campaigns")
    assert text.count("<script") == text.count("<script src=")
    assert " onclick=" not in text


@pytest.mark.parametrize("path", ["/nothing-here", *(f"/{kind}/99" for kind in KINDS)])
def test_what_does_not_exist_is_told_in_words(reader: Reader, path: str) -> None:
    assert "There is no such" in reader.get(path, status=404)


def test_an_error_of_ours_is_told_in_words_too(app: Flask, reader: Reader) -> None:
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    text = reader.get("/broken", status=500)
    assert "Nothing was changed" in text
    assert "boom" not in text


def test_a_busy_database_is_told_in_words_that_ask_to_try_again(reader: Reader) -> None:
    text = reader.get("/busy", status=503)
    assert "Try again in a moment" in text
    assert "locked" not in text


def test_the_secret_key_is_made_once_and_is_readable_by_its_owner_only(settings: Settings) -> None:
    unset = replace(settings, secret_key="")
    first = secret_key(unset)
    assert len(first) > 40
    assert secret_key(unset) == first
    assert (settings.data / "secret-key").stat().st_mode & 0o777 == 0o600
    assert secret_key(settings) == "tests only"
