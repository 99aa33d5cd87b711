"""RFM calculations by name through the API, and what a cell tells."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from loyalty_core.database import Database
from segmenter.rfm.calculation import calculate_next
from tests.segmenter.rfm.buyers import NOW, ago, settle
from tests.web.api.conftest import Program

ALL = [1, 5]
BEST = {"name": "Best", "r": [5, 5], "f": ALL, "m": ALL}
EVER: dict[str, Any] = {"name": "Ever", "period": None, "convention": "ranks", "segments": [BEST]}


@pytest.fixture
def rfm(database: Database, session: Session, api: Program) -> Program:
    """Customers 1 to 5 bought within the year, 6 to 10 long before."""
    settle(session, [[(ago(10 * n if n <= 5 else 1000 + n), 1_000 * n)] for n in range(1, 11)])
    return api


def test_a_calculation_is_added_asked_for_by_conditions_and_deleted(rfm: Program, database: Database) -> None:
    rfm.post("/rfm/calculations", status=202)
    ever = rfm.post("/rfm/settings", EVER)
    assert (ever["name"], ever["is_default"], ever["segment"]) == ("Ever", False, None)
    assert [each["name"] for each in rfm.get("/rfm/settings")["items"]] == ["RFM", "Ever"]
    assert rfm.get(f"/rfm?settings={ever['id']}")["open"]["status"] == "waiting"
    while calculate_next(database, NOW):
        pass
    stands = rfm.get(f"/rfm?settings={ever['id']}")
    assert (stands["id"], stands["is_default"], stands["current"]["customers"]) == (ever["id"], False, 10)
    assert [(each["name"], each["customers"]) for each in stands["segments"]] == [("Best", 2), ("", 8)]
    score = {"condition": "rfm_score", "of": "r", "by": ever["id"], "op": "ge", "value": 1}
    (best,) = rfm.get(f"/rfm/segments?settings={ever['id']}")["items"]
    assert best == {"id": ever["segments"][0]["id"], "name": "Best (Ever)"}
    named = {"condition": "rfm_segment", "op": "has", "value": [best["id"]]}
    for tree, count in ((score, 10), ({**score, "by": None}, 5), (named, 2)):
        assert rfm.post("/segments/preview", {"tree": tree}, 200)["count"] == count
    saved = rfm.post("/segments", {"name": "Scored", "tree": {"all": [score, named]}})
    assert saved["sentence"].endswith("is 1 or more in “Ever” and whose RFM segment is “Best (Ever)”")
    lines = rfm.get(f"/segments/{saved['id']}/explanation?customer=1")["lines"]
    assert [line["met"] for line in lines] == [True, True]
    assert rfm.places("DELETE", f"/rfm/settings/{ever['id']}", status=409) == ["settings"]
    rfm.delete(f"/segments/{saved['id']}")
    rfm.delete(f"/rfm/settings/{ever['id']}")
    rfm.get(f"/rfm/settings/{ever['id']}", 404)


def test_one_that_a_chain_asks_for_is_not_deleted_and_the_chain_is_named(rfm: Program) -> None:
    ever = rfm.post("/rfm/settings", EVER)
    named = {"condition": "rfm_segment", "op": "has", "value": [ever["segments"][0]["id"]]}
    node = {
        "id": "n1",
        "type": "filter_customers",
        "settings": {"tree": {"all": [named]}},
        "position": {"x": 0, "y": 0},
    }
    chain = rfm.post("/campaigns", {"name": "For the best", "graph": {"nodes": [node], "edges": []}})
    (error,) = rfm.delete(f"/rfm/settings/{ever['id']}", 409)["errors"]
    assert error["message"] == "“Ever” is used by “For the best”: take it out there first"
    empty = {"name": chain["name"], "graph": {"nodes": [], "edges": []}, "revision": chain["revision"]}
    rfm.put(f"/campaigns/{chain['id']}", empty)
    rfm.delete(f"/rfm/settings/{ever['id']}")


def test_another_calculation_becomes_the_default_one(rfm: Program) -> None:
    rfm.post("/rfm/calculations", status=202)
    ever = rfm.post("/rfm/settings", EVER)
    assert rfm.post(f"/rfm/settings/{ever['id']}/default", status=200) == {**ever, "is_default": True}
    assert rfm.get("/rfm")["settings"]["name"] == "Ever"
    assert rfm.places("DELETE", f"/rfm/settings/{ever['id']}", status=409) == ["settings"]
    assert rfm.places("POST", "/rfm/settings/404/default", status=404) == ["settings"]


def test_a_calculation_is_changed_as_a_whole(rfm: Program) -> None:
    ever = rfm.post("/rfm/settings", EVER)
    kept = rfm.put(f"/rfm/settings/{ever['id']}", {**EVER, "name": "", "segments": ever["segments"]})
    assert kept == ever
    assert rfm.put(f"/rfm/settings/{ever['id']}", {**EVER, "name": "Always"})["name"] == "Always"
    assert rfm.get("/rfm")["settings"]["name"] == "RFM"


@pytest.mark.parametrize(
    ("method", "path", "changed", "status", "where"),
    [
        ("POST", "/rfm/settings", {"name": "RFM"}, 409, "name"),
        ("POST", "/rfm/settings", {"name": ""}, 400, "name"),
        ("POST", "/rfm/settings", {"name": "x" * 61}, 400, "name"),
        ("POST", "/rfm/settings", {"segment": 404}, 400, "segment"),
        ("PUT", "/rfm/settings/404", {}, 404, "settings"),
        ("PUT", "/rfm/settings/1", {"segments": []}, 400, "segments"),
        ("DELETE", "/rfm/settings/1", None, 409, "settings"),
        ("DELETE", "/rfm/settings/404", None, 404, "settings"),
        ("POST", "/rfm/calculations?settings=404", None, 404, "settings"),
        ("GET", "/rfm?settings=404", None, 404, "settings"),
        ("GET", "/rfm?settings=x", None, 400, "settings"),
        ("GET", "/rfm/cell?map=rf&x=6&y=1", None, 400, "x"),
        ("GET", "/rfm/cell?map=rf&x=5&y=5", None, 404, "rfm"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(rfm: Program, method, path, changed, status, where) -> None:
    rfm.post("/rfm/calculations", status=202)
    body = None if changed is None else {**EVER, **changed}
    assert rfm.places(method, path, body, status) == [where]
    assert len(rfm.get("/rfm/settings")["items"]) == 1


@pytest.mark.parametrize("by", [0, "x", [], [1, 2], {"id": 1}, True, 2**63])
def test_a_condition_names_one_calculation(rfm: Program, by: Any) -> None:
    score = {"condition": "rfm_score", "of": "r", "by": by, "op": "ge", "value": 1}
    (where,) = rfm.places("POST", "/segments", {"name": "Scored", "tree": {"all": [score]}})
    assert where.startswith("tree.all.0.by")
    other = {"condition": "age", "by": 1, "op": "ge", "value": 1}
    assert rfm.places("POST", "/segments", {"name": "Old", "tree": other}) == ["tree.by"]


def test_a_cell_tells_shares_ranges_bonuses_consents_and_its_conditions(rfm: Program, database: Database) -> None:
    rfm.post("/customers/1/adjustments", {"direction": "plus", "amount": "5.00", "reason": "Hello"})
    rfm.post("/rfm/calculations", status=202)
    assert calculate_next(database, NOW)
    items = rfm.get("/rfm/cells?map=rf")["items"]
    (square,) = (each for each in items if each["days"] and each["days"][0] == 10)
    cell = rfm.get(f"/rfm/cell?map=rf&x={square['x']}&y={square['y']}")
    assert cell | square == cell
    assert (cell["of_customers"], cell["of_amount"], cell["bonuses"], cell["consents"]) == (5, "150.00", "5.00", [])
    assert rfm.post("/segments/preview", {"tree": cell["tree"]}, 200)["count"] == cell["customers"]
