"""The locks install the same things everywhere, and name no registry."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = [*sorted((ROOT / "requirements").glob("*.txt")), ROOT / "package-lock.json"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_registry(lock: Path) -> None:
    assert not re.search(r'--(extra-)?index-url|--find-links|"resolved"', lock.read_text())


def test_the_canvas_lock_holds_what_other_platforms_would_install() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    wanted = {name for package in packages.values() for name in package.get("optionalDependencies", {})}
    held = {name.rpartition("node_modules/")[2] for name in packages}
    assert wanted - held == set()


def test_tests_run_on_the_versions_that_production_locks() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[\w.\[\]-]+==\S+", (ROOT / "requirements" / name).read_text(), re.MULTILINE))

    assert pins("base.txt") <= pins("test.txt")
