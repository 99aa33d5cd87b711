"""Addresses of servers, senders and recipients."""

import pytest

from campaigns.messages.channels.mail import mail_address, sender_of
from campaigns.messages.channels.smtp import Server


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
