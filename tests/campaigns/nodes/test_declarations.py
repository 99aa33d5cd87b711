"""A node type is one file: what it declares is enough for the palette, the form and the runtime."""

import json
import re
from pathlib import Path

import pytest

from campaigns.node_types import NodeType, Step, Trigger
from campaigns.nodes import GROUPS, NODE_TYPES, describe

ROOT = Path(__file__).parents[3]
WIDGETS = {
    *("amount", "integer", "choice", "reference", "references", "time", "local_moment", "day"),
    *("text", "multiline", "tree", "order"),
}
EVERY = pytest.mark.parametrize("node_type", NODE_TYPES.values(), ids=list(NODE_TYPES))


def test_the_first_types_are_there() -> None:
    assert set(NODE_TYPES) >= {
        "purchase_made",
        "date_for_customer",
        "date_reached",
        "customers_from_segment",
        "filter_customers",
        "accrue_bonuses",
        "send_letter",
    }


def test_all_types_describe_themselves_in_plain_json_in_the_palettes_order() -> None:
    described = json.loads(json.dumps(describe()))
    groups = [each["group"] for each in described]
    assert groups == sorted(groups, key=GROUPS.index)


@EVERY
def test_a_type_is_a_file_of_its_own_name(node_type: NodeType) -> None:
    assert (ROOT / "campaigns" / "nodes" / f"{node_type.key}.py").is_file()
    assert isinstance(node_type, Trigger | Step)


@EVERY
def test_no_other_file_of_the_house_names_a_type(node_type: NodeType) -> None:
    """The form, the checks and the runtime read the declaration: nothing switches on a type's key."""
    named = {
        str(file.relative_to(ROOT))
        for floor in ("campaigns", "web/canvas", "web/api")
        for file in (ROOT / floor).rglob("*")
        if file.suffix in (".py", ".ts", ".tsx") and _names(node_type.key, file.read_text())
    }
    allowed = {
        f"campaigns/nodes/{node_type.key}.py",
        "campaigns/editing.py",
        "campaigns/notices/chains.py",
    }  # chains drawn by the house
    tests = {name for name in named if ".test." in name or "/testing/" in name}
    assert named - tests <= allowed


def _names(key: str, source: str) -> bool:
    """Whether code names the key; an example in the API's description does not count."""
    return re.search(rf"""(?<!"example": )['"]{key}['"]""", source) is not None


@EVERY
def test_every_setting_has_a_title_and_a_control_that_the_form_knows(node_type: NodeType) -> None:
    schema = node_type.describe()["schema"]
    assert schema["x-order"] == list(schema["properties"])
    for setting in schema["properties"].values():
        assert setting["title"]
        assert setting["x-widget"] in WIDGETS


@EVERY
def test_the_icon_is_in_the_sprite(node_type: NodeType) -> None:
    assert f'id="{node_type.icon}"' in (ROOT / "web" / "static" / "icons.svg").read_text()
