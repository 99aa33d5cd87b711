"""Starts the processes of an installation, watches over them, and stops all of them together."""

import ctypes
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

READY_LIMIT_S = 120
STOP_LIMIT_S = 10
POLL_S = 0.1
# A program that gives up soon after each start will not mend by itself.
FAILURES_MAX = 5
SETTLED_AFTER_S = 30
PAUSE_MAX_S = 16

_PR_SET_PDEATHSIG = 1


class ProgramError(Exception):
    """A program that cannot go on: which one, and why."""


@dataclass(frozen=True)
class Program:
    """One process: `is_ready` answers whether it serves; one that is `restarted` begins again when it ends unasked."""

    name: str
    command: list[str]
    is_ready: Callable[[], bool] = lambda: True
    restarted: bool = True


@dataclass
class _Running:
    program: Program
    process: subprocess.Popen[bytes]
    started_at: float
    failures: int = 0
    restart_at: float | None = None


@dataclass
class Supervisor:
    """Runs programs with `environment`; what they print goes to files in `logs`, or to the terminal where that is None.

    `stages` are started one after another, each when the one before is ready, and stopped in the opposite order.
    """

    stages: Sequence[Sequence[Program]]
    environment: Mapping[str, str]
    logs: Path | None
    say: Callable[[str], None]
    first_pause_s: float = 1
    _running: list[list[_Running]] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def run(self, when_ready: Callable[[], None]) -> None:
        """Return after Ctrl+C or SIGTERM, when all programs have ended; raise ProgramError when one cannot go on."""
        previous = {number: signal.signal(number, self._stop_soon) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            for programs in self.stages:
                self.say(f"Starting {', '.join(program.name for program in programs)}")
                started: list[_Running] = []
                self._running.append(started)
                for program in programs:
                    started.append(_Running(program, self._start(program), time.monotonic()))
                for running in started:
                    self._wait_until_ready(running)
            if not self._stopping.is_set():
                when_ready()
            while not self._stopping.wait(POLL_S):
                for running in (running for started in self._running for running in started):
                    self._look_after(running)
            self.say("Stopping")
        finally:
            self._stop_all()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _stop_soon(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping.set()

    def _start(self, program: Program) -> subprocess.Popen[bytes]:
        output = self._log_of(program).open("ab") if self.logs else None
        try:
            return subprocess.Popen(
                program.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                # Ctrl+C at the terminal is for the supervisor, which stops the others in order.
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        finally:
            if output:
                output.close()

    def _wait_until_ready(self, running: _Running) -> None:
        deadline = time.monotonic() + READY_LIMIT_S
        while not self._stopping.is_set() and not running.program.is_ready():
            if running.process.poll() is not None:
                raise ProgramError(self._why(running))
            if time.monotonic() > deadline:
                raise ProgramError(f"{running.program.name} did not answer within {READY_LIMIT_S} s")
            self._stopping.wait(POLL_S)

    def _look_after(self, running: _Running) -> None:
        now = time.monotonic()
        if running.restart_at is not None:
            if now >= running.restart_at:
                running.process, running.started_at, running.restart_at = self._start(running.program), now, None
            return
        if running.process.poll() is None:
            return
        if not running.program.restarted:
            raise ProgramError(self._why(running))
        # Who was killed is well and starts again at once; who gives up by itself gets longer and longer pauses.
        was_killed = running.process.returncode < 0
        if was_killed or now - running.started_at > SETTLED_AFTER_S:
            running.failures = 0
        running.failures += not was_killed
        if running.failures >= FAILURES_MAX:
            raise ProgramError(self._why(running))
        pause_s = min(self.first_pause_s * 2 ** max(running.failures - 1, 0), PAUSE_MAX_S)
        self.say(f"{self._why(running)}; it starts again in {pause_s:g} s")
        running.restart_at = now + pause_s

    def _why(self, running: _Running) -> str:
        code = running.process.returncode
        reason = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        said = self._last_line_of(running.program)
        return f"{running.program.name} {reason}" + (f": {said}" if said and code else "")

    def _last_line_of(self, program: Program) -> str:
        if self.logs is None:
            return ""
        lines = self._log_of(program).read_text(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def _log_of(self, program: Program) -> Path:
        assert self.logs is not None
        return self.logs / f"{program.name.replace(' ', '-')}.log"

    def _stop_all(self) -> None:
        """Those that lean on others end before them; who does not end in time is killed."""
        for started in reversed(self._running):
            for running in started:
                running.process.terminate()
            deadline = time.monotonic() + STOP_LIMIT_S
            for running in started:
                try:
                    running.process.wait(max(0.0, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    running.process.kill()
                    running.process.wait()


def _die_with_parent() -> None:
    """Runs in the child: when the supervisor itself is killed, nothing stays behind (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
