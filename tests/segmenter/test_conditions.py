"""The catalogue of conditions: what a form gets to draw, and that no condition is forgotten."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

import segmenter.conditions
from segmenter.conditions import CONDITIONS, describe_conditions
from segmenter.explanation import explain
from tests.segmenter.people import NOW, Person, settle
from tests.segmenter.trees import ASKED

EXAMPLES: dict[str, Callable[[Any], Any]] = {
    "integer": lambda value: 1,
    "amount": lambda value: "1",
    "choice": lambda value: next(iter(value.choices)),
    "reference": lambda value: ["product:1"] if value.source == "/goods" else [1],
    "event": lambda value: "cart.left",
    "text": lambda value: "a",
    "date": lambda value: "2026-01-01",
}


def test_a_form_gets_all_that_it_draws(session: Session) -> None:
    settle(session, [])
    described = {each["key"]: each for each in describe_conditions(session)}
    assert list(described) == list(CONDITIONS)
    for each in described.values():
        assert each["title"]
        assert each["help"].endswith(".")
        assert each["not_known"] is None or each["not_known"].endswith(".")
        assert {"type", "unit", "choices", "source"} <= set(each["value"])
    assert described["purchase_count"]["windowed"]
    assert described["purchase_count"]["at_outlets"]
    assert not described["sex"]["windowed"]
    assert described["bonuses_burning"]["ahead"]
    assert described["goods_sum"]["of"]["source"] == "/goods"
    assert described["purchase_count"]["operators"][0] == {"key": "ge", "sign": "≥", "title": "at least"}
    assert described["average_receipt"]["value"]["unit"] == "currency"
    assert described["average_receipt"]["value"]["sign"] == "£"
    assert described["sex"]["value"]["choices"] == [
        {"key": "female", "title": "female"},
        {"key": "male", "title": "male"},
    ]
    assert described["tag"]["value"]["source"] == "/tags"
    assert described["tag"]["value"]["many"]
    assert not described["attribute_flag"]["of"]["many"]
    assert described["attribute_number"]["value"]["signed"]


def test_a_condition_that_the_catalogue_forgets_stops_the_import(tmp_path: Path) -> None:
    package = Path(segmenter.conditions.__file__).parent.parent
    shutil.copytree(package, tmp_path / "segmenter")
    (tmp_path / "segmenter/conditions/shoe_size.py").write_text("CONDITION = None\n")
    path = [str(tmp_path), str(package.parent)]
    program = f"import sys; sys.path[:0] = {path}; import segmenter.conditions"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "ORDER and the files differ in ['shoe_size']" in done.stderr


def test_where_nothing_is_known_the_condition_says_what_holds_then(session: Session) -> None:
    settle(session, [Person()])
    for key, condition in CONDITIONS.items():
        leaf: dict[str, Any] = {"condition": key, "op": condition.value.operators[0].key}
        leaf["value"] = EXAMPLES[condition.value.kind](condition.value)
        if condition.subject is not None:
            leaf["of"] = EXAMPLES[condition.subject.value.kind](condition.subject.value)
        ((line,), (rest,)) = (explain(session, tree, 1, NOW).lines for tree in (leaf, {"none": [leaf]}))
        assert line.met == rest.met
        if line.actual == "not known":
            assert condition.unknown is not None, key
            assert not line.met, key


def test_random_trees_ask_every_condition() -> None:
    assert set(CONDITIONS) == ASKED
