"""The fixtures keep what they promise."""

import smtplib
import socket

import pytest
import redis
from playwright.sync_api import Page
from sqlalchemy import text

from loyalty_core.database import Database
from tests.support.network import OutsideNetworkError
from tests.support.smtp_sink import SmtpSink
from tests.support.valkey import Valkey


@pytest.mark.parametrize("attempt", [1, 2])
def test_each_test_has_a_database_of_its_own_with_all_tables(database: Database, attempt: int) -> None:
    with database.begin() as session:
        assert session.scalar(text("SELECT count(*) FROM legal_entity")) == 0
        session.execute(text("INSERT INTO legal_entity (name) VALUES ('Harbour Gifts')"))


@pytest.mark.parametrize("attempt", [1, 2])
def test_each_test_has_an_empty_valkey(valkey: Valkey, attempt: int) -> None:
    with redis.Redis.from_url(valkey.url) as client:
        assert client.keys() == []
        client.set("bell", "rung")


def test_the_mail_sink_keeps_letters_and_refuses_whom_it_is_told_to(smtp_sink: SmtpSink) -> None:
    smtp_sink.refusals["gone@example.test"] = "550 no such mailbox"
    with smtplib.SMTP(smtp_sink.url.removeprefix("smtp://")) as client:
        client.sendmail("us@example.test", ["ann@example.test"], "Subject: Hello\r\n\r\nGood day")
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="no such mailbox"):
            client.sendmail("us@example.test", ["gone@example.test"], "Subject: Hello\r\n\r\nGood day")
    (letter,) = smtp_sink.wait_for(1)
    assert (letter.recipients, letter.message["Subject"]) == (("ann@example.test",), "Hello")


def test_other_machines_are_out_of_reach() -> None:
    with pytest.raises(OutsideNetworkError), socket.socket() as outside:
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(OutsideNetworkError):
        socket.getaddrinfo("catena.example", 80)


@pytest.mark.browser
def test_the_browser_shows_a_page(page: Page) -> None:
    page.set_content("<h1>Campaigns</h1>")
    assert page.get_by_role("heading", name="Campaigns").is_visible()
