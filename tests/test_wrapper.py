"""The wrapper prepares its folder once, and says in one line what it lacks."""

import importlib.machinery
import importlib.util
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A fresh clone, as far as the wrapper looks."""
    shutil.copy(ROOT / "catena", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


@pytest.fixture
def wrapper(folder: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The wrapper of that clone as a module."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = importlib.machinery.SourceFileLoader("wrapper", str(folder / "catena"))
    spec = importlib.util.spec_from_loader("wrapper", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def start(folder: Path, circumstances: str) -> subprocess.CompletedProcess[str]:
    """Start `./catena demo` in this Python after the circumstances have been made so."""
    script = folder / "catena"
    run = f"runpy.run_path({str(script)!r}, {{}}, '__main__')"
    source = f"import sys, runpy; sys.argv = ['catena', 'demo']; {circumstances}; {run}"
    command = [sys.executable, "-c", source]
    return subprocess.run(command, env={"PATH": "/nonexistent"}, capture_output=True, text=True, check=False)


def test_a_python_that_is_too_old_is_named_in_one_line(folder: Path) -> None:
    ended = start(folder, "sys.version_info = (3, 9, 2, 'final', 0)")
    assert ended.returncode == 1
    assert ended.stderr == "catena: Python 3.11 or newer is needed, this is 3.9: install it, then start again.\n"


def test_a_missing_python3_venv_is_named_in_one_line(folder: Path) -> None:
    ended = start(folder, "import importlib.util; importlib.util.find_spec = lambda name: None")
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert "python3-venv is missing" in line
    assert f"apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv" in line


def test_a_full_disk_is_named_in_one_line(wrapper: ModuleType) -> None:
    source = "raise SystemExit('[Errno 28] No space left on device: wheel')"
    with pytest.raises(OSError, match="28") as caught:
        wrapper.run("Python packages", [sys.executable, "-c", source])
    assert "full: free about 1 GB" in wrapper.explain(caught.value)


def test_what_is_ready_is_not_made_again_until_its_sources_change(wrapper: ModuleType, tmp_path: Path) -> None:
    made, source = [], ["one"]
    step = wrapper.Step("Canvas", tmp_path / "stamp", lambda: source[0], lambda: made.append(source[0]))
    wrapper.prepare([step])
    wrapper.prepare([step])
    source[0] = "two"
    wrapper.prepare([step])
    assert made == ["one", "two"]


def test_what_failed_is_tried_again(wrapper: ModuleType, tmp_path: Path) -> None:
    attempts = []

    def make() -> None:
        attempts.append(1)
        if len(attempts) == 1:
            raise wrapper.SetupError("no network")

    step = wrapper.Step("Python packages", tmp_path / "stamp", lambda: "one", make)
    with pytest.raises(wrapper.SetupError):
        wrapper.prepare([step])
    wrapper.prepare([step])
    assert len(attempts) == 2


def test_of_two_starts_at_once_one_prepares_and_the_other_waits(wrapper: ModuleType, tmp_path: Path) -> None:
    made, begun, may_end = [], threading.Event(), threading.Event()

    def make() -> None:
        made.append(1)
        begun.set()
        assert may_end.wait(20)

    step = wrapper.Step("Canvas", tmp_path / "stamp", lambda: "one", make)
    starts = [threading.Thread(target=wrapper.prepare, args=([step],)) for _ in range(2)]
    starts[0].start()
    assert begun.wait(20)
    starts[1].start()
    may_end.set()
    for each in starts:
        each.join()
    assert made == [1]


@pytest.mark.parametrize(
    ("version", "accepted"), [("v20.18.9", False), ("v20.19.0", True), ("v21.9.0", False), ("v24.1.0", True)]
)
def test_node_is_taken_when_the_canvas_accepts_it(
    wrapper: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch, version: str, accepted: bool
) -> None:
    (folder / "package.json").write_text('{"engines": {"node": "^20.19.0 || >=22.12.0"}}')
    node = folder / "node"
    node.write_text(f"#!/bin/sh\necho {version}\n")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    assert wrapper.node_is_new_enough() is accepted
