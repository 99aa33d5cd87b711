"""The supervisor keeps an installation's processes together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from web.processes.supervisor import Program, ProgramError, Supervisor

ROOT = Path(__file__).parents[3]


def python(name: str, source: str, restarted: bool = True, is_ready: Callable[[], bool] = lambda: True) -> Program:
    return Program(name, [sys.executable, "-c", source], is_ready, restarted)


def stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def eventually(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervise(tmp_path: Path, said: list[str]) -> Callable[..., Supervisor]:
    def make(*stages: list[Program]) -> Supervisor:
        return Supervisor(list(stages), dict(os.environ), tmp_path, said.append, first_pause_s=0.01)

    return make


def noting(file: Path, text: str) -> str:
    """A program that notes its start and its end by SIGTERM."""
    return f"""
import signal, sys, time
def note(what):
    with open({str(file)!r}, "a") as out:
        print(what, {text!r}, file=out, flush=True)
signal.signal(signal.SIGTERM, lambda *_: (note("end"), sys.exit()))
note("start")
time.sleep(600)
"""


def test_what_others_lean_on_starts_first_and_ends_last(supervise: Callable[..., Supervisor], tmp_path: Path) -> None:
    notes = tmp_path / "notes"

    def has_started(name: str) -> Callable[[], bool]:
        return lambda: notes.exists() and f"start {name}" in notes.read_text()

    bell = python("bell", noting(notes, "bell"), is_ready=has_started("bell"))
    web = python("web", noting(notes, "web"), is_ready=has_started("web"))
    supervise([bell], [web]).run(when_ready=stop)
    assert notes.read_text().split("\n")[:-1] == ["start bell", "start web", "end web", "end bell"]


def test_a_killed_worker_is_started_again_however_often(
    supervise: Callable[..., Supervisor], tmp_path: Path, said: list[str]
) -> None:
    births = tmp_path / "births"
    source = f"import os, time; print(os.getpid(), file=open({str(births)!r}, 'a'), flush=True); time.sleep(600)"

    def numbers() -> list[int]:
        return [int(line) for line in births.read_text().split()] if births.exists() else []

    def have_been_born(count: int) -> bool:
        return len(numbers()) >= count

    def kill_many_times_then_stop() -> None:
        for kills in range(1, 11):
            os.kill(numbers()[-1], signal.SIGKILL)
            eventually(partial(have_been_born, kills + 1))
        stop()

    def when_ready() -> None:
        threading.Thread(target=kill_many_times_then_stop).start()

    supervise([python("worker 1", source, is_ready=lambda: bool(numbers()))]).run(when_ready)
    assert said[1:-1] == ["worker 1 was ended by SIGKILL; it starts again in 0.01 s"] * 10
    assert not any(is_alive(number) for number in numbers())


def test_when_the_web_server_ends_the_rest_is_stopped_and_the_reason_is_its_last_line(
    supervise: Callable[..., Supervisor], tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    worker = python("worker", noting(notes, "worker"), is_ready=lambda: notes.exists() and "start" in notes.read_text())
    web = python("web", "import sys; sys.exit('no module named pages')", restarted=False)
    with pytest.raises(ProgramError, match=r"^web ended with code 1: no module named pages$"):
        supervise([worker], [web]).run(when_ready=lambda: None)
    assert "end worker" in notes.read_text()


def test_a_program_that_never_holds_is_given_up(supervise: Callable[..., Supervisor], said: list[str]) -> None:
    with pytest.raises(ProgramError, match=r"^clock ended with code 3"):
        supervise([python("clock", "raise SystemExit(3)")]).run(when_ready=lambda: None)
    assert [line.rpartition(" in ")[2] for line in said[1:]] == ["0.01 s", "0.02 s", "0.04 s", "0.08 s"]


def test_a_program_that_dies_before_it_is_ready_says_why(supervise: Callable[..., Supervisor]) -> None:
    web = python("web", "import sys; sys.exit('bad settings')", is_ready=lambda: False)
    with pytest.raises(ProgramError, match="bad settings"):
        supervise([web]).run(when_ready=lambda: None)


def test_nothing_stays_behind_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    births = tmp_path / "births"
    child = f"import os, time; print(os.getpid(), file=open({str(births)!r}, 'w'), flush=True); time.sleep(600)"
    source = f"""
import os, pathlib, sys
from web.processes.supervisor import Program, Supervisor
program = Program("worker", [sys.executable, "-c", {child!r}])
Supervisor([[program]], dict(os.environ), pathlib.Path({str(tmp_path)!r}), print).run(lambda: None)
"""
    with subprocess.Popen([sys.executable, "-c", source], cwd=ROOT) as supervisor:
        eventually(lambda: births.exists() and births.read_text().endswith("\n"))
        supervisor.kill()
    # Once its parent has gone the child belongs to process 1, which may take a moment to bury it.
    eventually(lambda: not is_running(int(births.read_text())))


def is_running(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
