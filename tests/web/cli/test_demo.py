"""`catena demo` as a newcomer meets it: one folder, one command, all processes, and nothing left behind."""

import json
import os
import re
import signal
import smtplib
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.once, pytest.mark.xdist_group("demo")]

ROOT = Path(__file__).parents[3]
LIMIT_S = 120


class Demo:
    """A running demo: `account` is the last line of its start-up output."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.process = start("--data", str(data), "--port", "0", "--json")
        assert self.process.stdout is not None
        self.account: dict[str, str] = json.loads(self.process.stdout.readline() or self._complaint())

    def get(self, path: str, **headers: str) -> Any:
        request = urllib.request.Request(self.account["url"] + path, headers=headers)
        with urllib.request.urlopen(request, timeout=LIMIT_S) as answer:
            return answer.read().decode()

    def stop(self) -> int:
        """Press Ctrl+C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(LIMIT_S)
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()
        return code

    def processes(self) -> list[int]:
        """What runs on its folder: each child carries its address in its environment."""
        return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if self._is_ours(entry)]

    def _is_ours(self, entry: Path) -> bool:
        try:
            return f"CATENA_DATA={self.data}\0".encode() in (entry / "environ").read_bytes()
        except (OSError, ProcessLookupError):
            return False

    def _complaint(self) -> str:
        assert self.process.stderr is not None
        raise AssertionError(self.process.stderr.read())


def start(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "web.cli", "demo", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def refusal(*arguments: str) -> str:
    """What a demo says that does not start."""
    process = start(*arguments)
    _, complaint = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 1
    return complaint


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = Demo(tmp_path_factory.mktemp("demo"))
    yield running
    if running.process.poll() is None:
        running.stop()


def test_the_pages_and_the_api_answer_with_the_account_that_was_printed(demo: Demo) -> None:
    assert set(demo.account) == {"url", "email", "password", "api_key"}
    assert "<form" in demo.get("/sign-in")
    customers = json.loads(demo.get("/api/v1/customers", Authorization=f"Bearer {demo.account['api_key']}"))
    assert customers["items"]


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
