"""A running demo, as a newcomer starts it: one folder, one command, all processes."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
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


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = Demo(tmp_path_factory.mktemp("demo"))
    yield running
    if running.process.poll() is None:
        running.stop()
