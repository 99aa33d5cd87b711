"""The catalogue of conditions: what a form gets to draw, and that no condition is forgotten."""

import shutil
import subprocess
import sys
from pathlib import Path

from sqlalchemy.orm import Session

import segmenter.conditions
from segmenter.conditions import CONDITIONS, describe_conditions
from tests.segmenter.people import settle


def test_the_catalogue_holds_the_conditions_of_the_design() -> None:
    assert set(CONDITIONS) == {
        "days_since_registration",
        "purchase_count",
        "purchase_sum",
        "average_receipt",
        "sex",
        "age",
        "tag",
        "programme",
        "customer_group",
        "bonus_balance",
    }


def test_a_form_gets_all_that_it_draws(session: Session) -> None:
    settle(session, [])
    described = {each["key"]: each for each in describe_conditions(session)}
    assert list(described) == list(CONDITIONS)
    for each in described.values():
        assert set(each) == {"key", "title", "help", "operators", "value", "windowed"}
        assert each["title"]
        assert each["help"].endswith(".")
        assert {"type", "unit", "choices", "source"} <= set(each["value"])
    assert [key for key, each in described.items() if each["windowed"]] == [
        "purchase_count",
        "purchase_sum",
        "average_receipt",
    ]
    assert described["purchase_count"]["operators"][0] == {"key": "ge", "sign": "≥", "title": "at least"}
    assert described["average_receipt"]["value"]["unit"] == "currency"
    assert described["average_receipt"]["value"]["sign"] == "£"
    assert described["sex"]["value"]["choices"] == [
        {"key": "female", "title": "female"},
        {"key": "male", "title": "male"},
    ]
    assert described["tag"]["value"]["source"] == "/tags"


def test_a_condition_that_the_catalogue_forgets_stops_the_import(tmp_path: Path) -> None:
    package = Path(segmenter.conditions.__file__).parent.parent
    shutil.copytree(package, tmp_path / "segmenter")
    (tmp_path / "segmenter/conditions/shoe_size.py").write_text("CONDITION = None\n")
    path = [str(tmp_path), str(package.parent)]
    program = f"import sys; sys.path[:0] = {path}; import segmenter.conditions"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "ORDER and the files differ in ['shoe_size']" in done.stderr
