"""`catena demo` as a newcomer meets it: one folder, one command, all processes, and nothing left behind."""

import json
import re
import smtplib
from pathlib import Path

import pytest

from tests.support.demo import LIMIT_S, Demo, start

pytestmark = pytest.mark.xdist_group("demo")


def refusal(*arguments: str) -> str:
    """What a demo says that does not start."""
    process = start(*arguments)
    _, complaint = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 1
    return complaint


def test_the_pages_and_the_api_answer_with_the_account_that_was_printed(demo: Demo) -> None:
    assert set(demo.account) == {"url", "email", "password", "api_key"}
    assert "<form" in demo.get("/sign-in")
    customers = json.loads(demo.get("/api/v1/customers", Authorization=f"Bearer {demo.account['api_key']}"))
    assert customers["items"]


def test_segments_stand_there_with_customers_in_them_and_rfm_is_asked_for(demo: Demo) -> None:
    key = {"Authorization": f"Bearer {demo.account['api_key']}"}
    segments = json.loads(demo.get("/api/v1/segments", **key))["items"]
    assert len(segments) == 5
    for segment in segments:
        found = json.loads(demo.get(f"/api/v1/segments/{segment['id']}/customers", **key))["items"]
        assert found, segment["name"]
    rfm = json.loads(demo.get("/api/v1/rfm", **key))
    assert rfm["open"] or rfm["current"]


def test_a_letter_lands_in_the_folder_of_letters(demo: Demo) -> None:
    port = json.loads((demo.data / "demo.json").read_text())["smtp_port"]
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail("shop@example.test", ["ann@example.test"], "Subject: 500 bonuses\r\n\r\nGood day")
    assert any(b"500 bonuses" in letter.read_bytes() for letter in (demo.data / "letters").glob("*.eml"))


def test_a_second_demo_on_the_same_folder_says_so_in_one_line(demo: Demo) -> None:
    complaint = refusal("--data", str(demo.data), "--port", "0")
    assert re.fullmatch(rf"catena: {demo.data} is in use by process \d+: .*--data\.\n", complaint)


def test_a_taken_port_is_named_in_one_line(demo: Demo, tmp_path: Path) -> None:
    port = demo.account["url"].rpartition(":")[2]
    assert refusal("--data", str(tmp_path), "--port", port) == (
        f"catena: port {port} is taken: choose another with --port.\n"
    )


def test_ctrl_c_stops_everything_and_a_second_start_finds_the_same_account(demo: Demo) -> None:
    assert len(demo.processes()) > 4
    assert demo.stop() == 0
    assert demo.processes() == []
    again = Demo(demo.data)
    try:
        for name in ("email", "password", "api_key"):
            assert again.account[name] == demo.account[name]
        assert "<form" in again.get("/sign-in")
    finally:
        assert again.stop() == 0
    assert again.processes() == []
