"""The demo's mail server keeps every letter as a file."""

import email
import email.policy
import smtplib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from web.processes import ports, programs


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[int]:
    """The port of a running one that keeps letters in `tmp_path`."""
    port = ports.some_free()
    program = programs.mail_catcher(port, tmp_path)
    with subprocess.Popen(program.command, cwd=Path(__file__).parents[2], env={"PYTHONPATH": "."}) as process:
        deadline = time.monotonic() + 20
        while not program.is_ready():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield port
        process.terminate()
        assert process.wait() == 0


def test_a_letter_is_kept_with_its_envelope_and_its_words(catcher: int, tmp_path: Path) -> None:
    with smtplib.SMTP("127.0.0.1", catcher) as client:
        client.sendmail(
            "shop@example.test",
            ["ann@example.test", "bob@example.test"],
            "Subject: 500 bonuses\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nЕлена, 500\r\n".encode(),
        )
    (file,) = tmp_path.glob("*.eml")
    letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert letter["Subject"] == "500 bonuses"
    assert (letter["X-MailFrom"], letter["X-RcptTo"]) == ("shop@example.test", "ann@example.test, bob@example.test")
    assert "Елена, 500" in letter.get_content()


def test_letters_stand_in_the_order_in_which_they_came(catcher: int, tmp_path: Path) -> None:
    with smtplib.SMTP("127.0.0.1", catcher) as client:
        for number in range(20):
            client.sendmail("shop@example.test", ["ann@example.test"], f"Subject: {number}\r\n\r\n.\r\n")
    letters = [email.message_from_bytes(file.read_bytes()) for file in sorted(tmp_path.glob("*.eml"))]
    assert [letter["Subject"] for letter in letters] == [str(number) for number in range(20)]
