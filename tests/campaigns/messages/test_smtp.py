"""Addresses of servers, senders and recipients."""

import email
import email.policy

import pytest

from campaigns.messages.channels.base import Dispatch
from campaigns.messages.channels.mail import mail_address, mail_of, sender_of
from campaigns.messages.channels.smtp import Server
from campaigns.messages.letters import Letter
from tests.campaigns.messages.conftest import NOW


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.test", Server("mail.test", 25, False, False, "", "")),
        ("smtp://mail.test:2525?starttls=1", Server("mail.test", 2525, False, True, "", "")),
        ("smtps://us%40er:p%3Aw%40@mail.test", Server("mail.test", 465, True, False, "us@er", "p:w@")),
    ],
)
def test_a_server_is_read_from_its_url(url: str, server: Server) -> None:
    assert Server.of_url(url) == server


def test_a_wrong_url_is_told_without_its_password() -> None:
    with pytest.raises(ValueError, match="SMTP_URL must be like") as wrong:
        Server.of_url("http://user:secret@mail.test")
    assert "secret" not in str(wrong.value)


def test_an_address_beyond_ascii_reaches_its_domain() -> None:
    assert mail_address("anna@bücher.test") == "anna@xn--bcher-kva.test"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "@example.test",
        "a b@example.test",
        "a@b\r\nc",
        "a@b, c@d",
        "<a@b.test>",
        "анна@example.test",
        "a@.test",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="No letter can go to the address"):
        mail_address(text)


def test_a_sender_has_a_name_and_an_address() -> None:
    sender = sender_of("North House <hello@example.test>")
    assert (sender.display_name, sender.addr_spec, sender.domain) == (
        "North House",
        "hello@example.test",
        "example.test",
    )


@pytest.mark.parametrize("name", ['"Bücher, Ltd" <a@b.test>', '"A \\"B\\"" <a@b.test>', "a@b.test"])
@pytest.mark.parametrize("subject", ["Hello", "Привет " * 40, "x" * 500, "=?utf-8?q?no?=", "tab\x07bell"])
def test_a_mail_is_read_as_it_was_written(name: str, subject: str) -> None:
    letter = Letter(subject.strip(), "<p>\u00e9\n.\n--=_7\n" + "y" * 3_000, "\u00e9 \nline\n.\n")
    raw = mail_of(Dispatch(7, "anna@b.test", letter, NOW), sender_of(name), "anna@b.test")
    assert all(len(line) < 998 for line in raw.split(b"\r\n"))
    read = email.message_from_bytes(raw, policy=email.policy.default)
    html, text = (read.get_body((kind,)) for kind in ("html", "plain"))
    assert html is not None
    assert text is not None
    assert read["Subject"] == letter.subject
    assert read["From"] == str(sender_of(name))
    assert (read["To"], read["Message-ID"]) == ("anna@b.test", "<message-7@b.test>")
    assert html.get_content().splitlines() == letter.html.splitlines()
    assert text.get_content().splitlines() == letter.text.splitlines()
    assert read.defects == []
