"""What a tree may look like, and where a wrong one is said to be wrong."""

import json
from typing import Any

import pytest

from loyalty_core.errors import Refused
from segmenter.trees import DEPTH_MAX, LEAVES_MAX, check, leaves, read

COUNT: dict[str, Any] = {"condition": "purchase_count", "op": "ge", "value": 10}
AVERAGE: dict[str, Any] = {"condition": "average_receipt", "op": "ge", "value": "5000.00"}
BURNING: dict[str, Any] = {"condition": "bonuses_burning", "op": "gt", "value": "0"}
WEDDING: dict[str, Any] = {"condition": "attribute_date", "op": "within", "of": 1, "value": {"next_days": 7}}
SHOE_SIZE: dict[str, Any] = {"condition": "attribute_number", "op": "lt", "of": 1, "value": "-0.5"}
STATUS: dict[str, Any] = {"condition": "status", "op": "is", "value": "active"}
TAGGED: dict[str, Any] = {"condition": "tag", "op": "has", "value": [1]}


def nested(depth: int) -> dict[str, Any]:
    """That many groups, one in another."""
    tree: dict[str, Any] = {"all": [COUNT]}
    for _ in range(depth - 1):
        tree = {"all": [tree]}
    return tree


@pytest.mark.parametrize(
    "tree",
    [
        {"all": []},
        {"any": []},
        {"none": []},
        COUNT,
        {"all": [COUNT, {"any": [AVERAGE, {"none": [TAGGED]}]}]},
        {"all": [COUNT | {"within": {"last_days": 365}}]},
        {"all": [COUNT | {"within": {"from": "2026-01-01", "to": "2026-01-01"}}]},
        {"all": [COUNT | {"within": None}]},
        {"all": [COUNT | {"within": {"last_weeks": 2}}, COUNT | {"within": {"last_months": 1_200}}]},
        {"all": [COUNT | {"within": {"this": "quarter"}}, COUNT | {"within": {"previous": "quarter"}}]},
        {"all": [COUNT | {"within": {"from": "2026-01-01"}}, COUNT | {"within": {"to": "2026-01-01"}}]},
        {"all": [BURNING | {"within": {"next": "month"}}, BURNING | {"within": {"to": "2026-12-31"}}]},
        {"all": [WEDDING, WEDDING | {"value": {"last_months": 1}}, WEDDING | {"value": {"from": "2026-01-01"}}]},
        {"all": [WEDDING | {"op": "anniversary"}, WEDDING | {"op": "anniversary", "value": {"this": "year"}}]},
        {"all": [SHOE_SIZE]},
        {"all": [STATUS, STATUS | {"value": ["blocked", "active"]}, STATUS | {"value": ["active"]}]},
        {"all": [COUNT | {"op": "between", "value": [0, 0]}]},
        {"all": [AVERAGE | {"value": 5000}]},
        {"all": [AVERAGE | {"op": "between", "value": ["0", "0.5"]}]},
        {"all": [TAGGED | {"value": 1}]},
        {"all": [COUNT] * LEAVES_MAX},
        nested(DEPTH_MAX),
    ],
    ids=json.dumps,
)
def test_a_right_tree_has_no_problems(tree: Any) -> None:
    assert check(tree) == []
    read(tree)


NAN, INFINITY = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("tree", "where"),
    [
        (None, ""),
        ([], ""),
        ("all", ""),
        ({}, ""),
        ({"all": [], "any": []}, ""),
        ({"some": []}, ""),
        ({"all": {}}, "all"),
        ({"all": "x"}, "all"),
        ({"all": [COUNT, 7]}, "all.1"),
        ({"all": [{"any": [None]}]}, "all.0.any.0"),
        ({"all": [{"condition": "shoe_size", "op": "eq", "value": 43}]}, "all.0.condition"),
        ({"all": [{"condition": ["sex"], "op": "is", "value": "male"}]}, "all.0.condition"),
        ({"all": [{"condition": None}]}, "all.0.condition"),
        ({"all": [COUNT | {"op": "like"}]}, "all.0.op"),
        ({"all": [COUNT | {"op": ["ge"]}]}, "all.0.op"),
        ({"all": [{"condition": "purchase_count", "value": 1}]}, "all.0.op"),
        ({"all": [{"condition": "sex", "op": "ge", "value": "male"}]}, "all.0.op"),
        ({"all": [{"condition": "sex", "op": "is", "value": "other"}]}, "all.0.value"),
        ({"all": [{"condition": "sex", "op": "is", "value": []}]}, "all.0.value"),
        ({"all": [STATUS | {"value": ["active", "away"]}]}, "all.0.value.1"),
        ({"all": [STATUS | {"value": ["active", ["blocked"]]}]}, "all.0.value.1"),
        ({"all": [STATUS | {"value": ["active"] * 10_000}]}, "all.0.value"),
        ({"all": [STATUS | {"value": {"active": True}}]}, "all.0.value"),
        ({"all": [{"condition": "purchase_count", "op": "ge"}]}, "all.0.value"),
        ({"all": [COUNT | {"value": "10"}]}, "all.0.value"),
        ({"all": [COUNT | {"value": 10.0}]}, "all.0.value"),
        ({"all": [COUNT | {"value": True}]}, "all.0.value"),
        ({"all": [COUNT | {"value": NAN}]}, "all.0.value"),
        ({"all": [COUNT | {"value": -1}]}, "all.0.value"),
        ({"all": [COUNT | {"value": 2**63}]}, "all.0.value"),
        ({"all": [COUNT | {"value": [1, 2]}]}, "all.0.value"),
        ({"all": [COUNT | {"op": "between", "value": 5}]}, "all.0.value"),
        ({"all": [COUNT | {"op": "between", "value": [5]}]}, "all.0.value"),
        ({"all": [COUNT | {"op": "between", "value": [1, "x"]}]}, "all.0.value.1"),
        ({"all": [COUNT | {"op": "between", "value": [10, 1]}]}, "all.0.value.1"),
        ({"all": [AVERAGE | {"value": 5000.5}]}, "all.0.value"),
        ({"all": [AVERAGE | {"value": "NaN"}]}, "all.0.value"),
        ({"all": [AVERAGE | {"value": INFINITY}]}, "all.0.value"),
        ({"all": [AVERAGE | {"value": "-1"}]}, "all.0.value"),
        ({"all": [AVERAGE | {"value": "5000.005"}]}, "all.0.value"),
        ({"all": [AVERAGE | {"value": "5,000"}]}, "all.0.value"),
        ({"all": [AVERAGE | {"value": "٥"}]}, "all.0.value"),
        ({"all": [AVERAGE | {"value": "1\n"}]}, "all.0.value"),
        ({"all": [AVERAGE | {"value": 2**63}]}, "all.0.value"),
        ({"all": [AVERAGE | {"value": "1" * 100_000}]}, "all.0.value"),
        ({"all": [TAGGED | {"value": []}]}, "all.0.value"),
        ({"all": [TAGGED | {"value": "VIP"}]}, "all.0.value"),
        ({"all": [TAGGED | {"value": [1, 2**63]}]}, "all.0.value.1"),
        ({"all": [TAGGED | {"value": [True]}]}, "all.0.value.0"),
        ({"all": [TAGGED | {"value": list(range(1, 102))}]}, "all.0.value"),
        ({"all": [TAGGED | {"within": {"last_days": 3}}]}, "all.0.within"),
        ({"all": [COUNT | {"within": 365}]}, "all.0.within"),
        ({"all": [COUNT | {"within": {}}]}, "all.0.within"),
        ({"all": [COUNT | {"within": {"last_days": 1, "from": "2026-01-01"}}]}, "all.0.within"),
        ({"all": [COUNT | {"within": {"last_days": 0}}]}, "all.0.within.last_days"),
        ({"all": [COUNT | {"within": {"last_days": 10**9}}]}, "all.0.within.last_days"),
        ({"all": [COUNT | {"within": {"last_days": "365"}}]}, "all.0.within.last_days"),
        ({"all": [COUNT | {"within": {"from": "2026-02-30", "to": "2026-03-01"}}]}, "all.0.within.from"),
        ({"all": [COUNT | {"within": {"from": "2026-02-01", "to": "9999-12-31"}}]}, "all.0.within.to"),
        ({"all": [COUNT | {"within": {"from": "2026-02-02", "to": "2026-02-01"}}]}, "all.0.within.to"),
        ({"all": [COUNT | {"within": {"from": 2026, "to": 2027}}]}, "all.0.within.from"),
        ({"all": [COUNT | {"within": {"last_days": NAN}}]}, "all.0.within.last_days"),
        ({"all": [COUNT | {"within": {"last_months": 1_201}}]}, "all.0.within.last_months"),
        ({"all": [COUNT | {"within": {"last_years": 1}}]}, "all.0.within"),
        ({"all": [COUNT | {"within": {"next_days": 1}}]}, "all.0.within"),
        ({"all": [COUNT | {"within": {"next": "week"}}]}, "all.0.within"),
        ({"all": [COUNT | {"within": {"this": "decade"}}]}, "all.0.within.this"),
        ({"all": [COUNT | {"within": {"this": ["month"]}}]}, "all.0.within.this"),
        ({"all": [COUNT | {"within": {"from": None}}]}, "all.0.within.from"),
        ({"all": [COUNT | {"within": ["from"]}]}, "all.0.within"),
        ({"all": [COUNT | {"outlets": list(range(1, 10_001))}]}, "all.0.outlets"),
        ({"all": [COUNT | {"outlets": []}]}, "all.0.outlets"),
        ({"all": [BURNING | {"within": {"last_days": 1}}]}, "all.0.within"),
        ({"all": [BURNING | {"within": {"previous": "day"}}]}, "all.0.within"),
        ({"all": [BURNING | {"value": "-1"}]}, "all.0.value"),
        ({"all": [WEDDING | {"value": "2026-12-31"}]}, "all.0.value"),
        ({"all": [WEDDING | {"value": {"next_days": -1}}]}, "all.0.value.next_days"),
        ({"all": [WEDDING | {"op": "ge"}]}, "all.0.value"),
        ({"all": [WEDDING | {"of": [1, 2]}]}, "all.0.of"),
        ({"all": [WEDDING | {"of": {}}]}, "all.0.of"),
        ({"all": [WEDDING | {"op": "anniversary", "value": {"from": "2026-01-01"}}]}, "all.0.value"),
        ({"all": [WEDDING | {"op": "anniversary", "value": {"next_days": 366}}]}, "all.0.value"),
        ({"all": [SHOE_SIZE | {"value": "--1"}]}, "all.0.value"),
        ({"all": [SHOE_SIZE | {"value": "-"}]}, "all.0.value"),
        ({"all": [COUNT | {"values": 3}]}, "all.0.values"),
        (nested(DEPTH_MAX + 1), ".".join(["all.0"] * DEPTH_MAX)),
        ({"all": [COUNT] * (LEAVES_MAX + 1)}, f"all.{LEAVES_MAX}"),
        ({"all": [{"any": [COUNT] * LEAVES_MAX}, COUNT]}, "all.1"),
    ],
    ids=lambda part: repr(part)[:60],
)
def test_a_wrong_tree_is_refused_with_the_place(tree: Any, where: str) -> None:
    assert [problem.where for problem in check(tree)] == [where]
    with pytest.raises(Refused) as refused:
        read(tree)
    assert refused.value.where == where
    assert refused.value.message


def test_every_problem_of_a_tree_is_told() -> None:
    tree = {"all": [COUNT | {"value": "x"}, COUNT, {"none": [AVERAGE | {"op": "is"}]}]}
    assert [problem.where for problem in check(tree)] == ["all.0.value", "all.2.none.0.op"]


@pytest.mark.parametrize("member", [{"all": []}, COUNT, 7, {"all": [COUNT]}], ids=repr)
def test_an_endless_tree_is_given_up_soon(member: Any) -> None:
    problems = check({"any": [member] * 1_000_000})
    assert 0 < len(problems) <= LEAVES_MAX + 1


def test_a_tree_a_thousand_deep_is_refused() -> None:
    assert len(check(nested(500))) == 1


def test_amounts_become_minor_units() -> None:
    tree = {"all": [AVERAGE | {"value": value} for value in ("5000.00", "5000.5", "5000", "0.07", 5000)]}
    assert [leaf.value for leaf in leaves(read(tree))] == [500_000, 500_050, 500_000, 7, 500_000]
