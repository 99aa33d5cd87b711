"""All checks and tests, two at a time, with a summary at the end: `./catena test`.

With arguments, only pytest with these arguments: `./catena test tests/segmenter -k window`.
"""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from tests.support import chromium

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
# The tests start many processes: each would compile what it imports anew where bytecode is not kept (or not wanted
# beside the sources).
BYTECODE = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(ROOT / ".cache" / "bytecode")}
NAME_WIDTH = 20
WORKERS = max(2, min(8, len(os.sched_getaffinity(0))))


class Stage(NamedTuple):
    name: str
    command: list[str]
    environment: Mapping[str, str] = MappingProxyType({})


class Outcome(NamedTuple):
    name: str
    passed: bool
    seconds: float
    counts: Counter[str]
    named: list[str]


def main(arguments: list[str]) -> int:
    if arguments:
        return subprocess.run(pytest(*arguments), cwd=ROOT, env={**os.environ, **BYTECODE}, check=False).returncode
    began = time.monotonic()
    with ThreadPoolExecutor() as pool:
        outcomes = [outcome for lane in pool.map(perform_all, lanes()) for outcome in lane]
    summarise(outcomes, time.monotonic() - began)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def lanes() -> tuple[list[Stage], list[Stage]]:
    """What goes on side by side: browser tests wait for pages half of the time, and checks use one core."""
    parallel = ("-q", "-n", str(WORKERS), "--dist", "loadgroup")
    databases = [
        Stage("tests on SQLite", pytest(*parallel, "-m", "not browser"), {"CATENA_TEST_DATABASE": "sqlite"}),
        Stage(
            "tests on PostgreSQL",
            pytest(*parallel, "-m", "not browser and not once"),
            {"CATENA_TEST_DATABASE": "postgresql"},
        ),
    ]
    checks_and_browser = [
        Stage("ruff check", [str(BIN / "ruff"), "check"]),
        Stage("ruff format", [str(BIN / "ruff"), "format", "--check"]),
        Stage("mypy", [str(BIN / "mypy")]),
        Stage("import-linter", [str(BIN / "lint-imports"), "--no-logo"]),
        Stage("canvas: biome", ["npm", "run", "--silent", "lint"]),
        Stage("canvas: types", ["npm", "run", "--silent", "types"]),
        Stage("canvas: unit tests", ["npm", "run", "--silent", "test"]),
        Stage("tests in a browser", pytest(*parallel, "-m", "browser"), browser_environment()),
    ]
    return checks_and_browser, databases


def pytest(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pytest", *arguments]


def browser_environment() -> dict[str, str]:
    """The Chromium that works here, found once for all workers; without one the browser tests say what is wrong."""
    try:
        return {"CATENA_TEST_CHROMIUM": str(chromium.find())}
    except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
        print(f"No Chromium: {error}", flush=True)
        return {}


def perform_all(lane: list[Stage]) -> list[Outcome]:
    return [perform(stage) for stage in lane]


def perform(stage: Stage) -> Outcome:
    """Run it to its end; each line that it says carries its name, for another stage speaks at the same time."""
    began = time.monotonic()
    process = subprocess.Popen(
        stage.command,
        cwd=ROOT,
        env={**os.environ, **BYTECODE, **stage.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    last, named = "", []
    assert process.stdout is not None
    for line in process.stdout:
        sys.stdout.write(f"{stage.name:<{NAME_WIDTH}} │ {line.rstrip()}\n")
        sys.stdout.flush()
        last = line if line.strip() else last
        if line.startswith(("FAILED ", "ERROR ")):
            named.append(line.rstrip())
    passed = process.wait() == 0
    seconds = time.monotonic() - began
    counts = counts_of(last) or Counter({"passed" if passed else "failed": 1})
    return Outcome(stage.name, passed, seconds, counts, named)


def counts_of(line: str) -> Counter[str]:
    """The numbers of pytest's closing line, "3 failed, 812 passed, 1 skipped in 60.20s"; nothing for other programs."""
    if not re.search(r" in \d+\.\d+s", line):
        return Counter()
    found = re.findall(r"(\d+) (passed|failed|skipped|errors?|xfailed)", line)
    return Counter({name.rstrip("s") if name == "errors" else name: int(count) for count, name in found})


def summarise(outcomes: list[Outcome], seconds: float) -> None:
    print("\n── summary " + "─" * 63)
    for outcome in outcomes:
        print(f"{'ok    ' if outcome.passed else 'FAILED'}  {outcome.name:<{NAME_WIDTH}}{outcome.seconds:>7.1f} s")
    for outcome in outcomes:
        for line in outcome.named:
            print(f"{line} ({outcome.name})")
    total = sum((outcome.counts for outcome in outcomes), Counter[str]())
    order = ("failed", "error", "passed", "skipped", "xfailed")
    numbers = ", ".join(f"{total[name]} {name}" for name in order if total[name])
    print(f"===== {numbers} in {seconds:.2f}s =====", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
