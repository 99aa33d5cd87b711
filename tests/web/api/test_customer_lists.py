"""Lists of customers over the API."""

import pytest

from tests.web.api.conftest import Program


@pytest.fixture
def base(api: Program) -> Program:
    """Three customers with a number, a card, a phone and an e-mail address each."""
    for number in range(3):
        marks = {"card": f"RU-100{number}", "phone": f"+44770090000{number}", "email": f"c{number}@example.test"}
        api.post("/customers", {"external_id": f"c{number}", "first_name": f"Ann{number}", **marks})
    return api


def test_a_list_takes_any_column_that_names_customers_and_says_who_was_not_found(base: Program):
    marks = ["c0", "ru 1001", "C1@example.test", "+44 7700 900002", "c2", "nobody", "12"]
    made = base.post("/customer-lists", {"name": "Guests", "marks": marks})
    assert (made["size"], made["not_found"]) == (3, ["nobody", "12"])
    some = base.post("/customer-lists", {"name": "One", "marks": ["c1"]})
    on = {"condition": "customer_list", "op": "has", "value": some["id"]}
    assert base.post("/segments/preview", {"tree": on}, 200)["sentence"] == "Customers who are on the list “One”"
    assert [row["name"] for row in base.post("/segments/preview", {"tree": on}, 200)["sample"]] == ["Ann1"]
    assert [each["name"] for each in base.get("/customer-lists?q=gue")["items"]] == ["Guests"]
    assert base.get(f"/customer-lists/{made['id']}")["size"] == 3


def test_a_frozen_segment_stays_as_it_was(base: Program):
    old = base.post("/segments", {"name": "All", "tree": {"all": []}})
    frozen = base.post("/customer-lists", {"name": "All of today", "segment": old["id"]})
    base.post("/customers", {"external_id": "late", "first_name": "Late"})
    assert base.get(f"/segments/{old['id']}")["count"] == 4
    assert base.get(f"/customer-lists/{frozen['id']}")["size"] == 3


def test_a_list_that_a_segment_asks_for_is_not_deleted(base: Program):
    made = base.post("/customer-lists", {"name": "One", "marks": ["c1"]})
    tree = {"all": [{"condition": "customer_list", "op": "has", "value": [made["id"]]}]}
    segment = base.post("/segments", {"name": "Of the list", "tree": tree})
    (error,) = base.delete(f"/customer-lists/{made['id']}", 409)["errors"]
    assert error["message"].startswith("“One” is used by “Of the list”")
    base.delete(f"/segments/{segment['id']}")
    base.delete(f"/customer-lists/{made['id']}")
    base.get(f"/customer-lists/{made['id']}", 404)
    base.delete(f"/customer-lists/{made['id']}", 404)


@pytest.mark.parametrize(
    ("wrong", "status", "where"),
    [
        ({"name": "x"}, 400, "marks"),
        ({"name": "x", "marks": []}, 400, "marks"),
        ({"name": "x", "marks": ["a"], "segment": 1}, 400, "marks"),
        ({"name": "x", "marks": ["a" * 201]}, 400, "marks.0"),
        ({"name": "x", "marks": [7]}, 400, "marks.0"),
        ({"name": "x", "marks": ["c"] * 10_001}, 400, "marks"),
        ({"name": "", "marks": ["a"]}, 400, "name"),
        ({"name": "x\x00", "marks": ["a"]}, 400, "name"),
        ({"name": "x", "segment": 99}, 404, "segment"),
        ({"name": "Taken", "marks": ["c0"]}, 409, "name"),
    ],
)
def test_a_wrong_list_is_refused_at_its_place(base: Program, wrong: dict[str, object], status: int, where: str):
    base.post("/customer-lists", {"name": "Taken", "marks": ["c0"]})
    (error,) = base.post("/customer-lists", wrong, status)["errors"]
    assert error["where"] == where
    assert [each["name"] for each in base.get("/customer-lists")["items"]] == ["Taken"]


def test_a_list_that_a_chain_asks_for_is_not_deleted(base: Program):
    made = base.post("/customer-lists", {"name": "One", "marks": ["c1"]})
    tree = {"none": [{"condition": "customer_list", "op": "has", "value": made["id"]}]}
    node = {"id": "n1", "type": "filter_customers", "settings": {"tree": tree}, "position": {"x": 0, "y": 0}}
    chain = base.post("/campaigns", {"name": "For the others", "graph": {"nodes": [node], "edges": []}})
    (error,) = base.delete(f"/customer-lists/{made['id']}", 409)["errors"]
    assert error["message"].startswith("“One” is used by “For the others”")
    empty = {"name": "For the others", "graph": {"nodes": [], "edges": []}, "revision": chain["revision"]}
    base.put(f"/campaigns/{chain['id']}", empty)
    base.delete(f"/customer-lists/{made['id']}")


@pytest.mark.parametrize("condition", ["customer_list", "tag", "outlet", "segment"])
def test_a_condition_names_at_most_a_hundred_things(base: Program, condition: str):
    leaf = {"condition": condition, "op": "has", "value": list(range(1, 10_001))}
    (error,) = base.post("/segments/preview", {"tree": {"all": [leaf]}}, 400)["errors"]
    assert error["where"] == "tree.all.0.value"
    assert "100" in error["message"]
