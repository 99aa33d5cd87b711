"""RFM through the API: begun with, calculated, read, changed, and asked for by segments."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from loyalty_core.database import Database
from segmenter.rfm.calculation import calculate_next
from tests.segmenter.rfm.buyers import NOW, ago, settle
from tests.web.api.conftest import Program


@pytest.fixture
def rfm(database: Database, session: Session, api: Program) -> Program:
    """Ten customers, each of whom bought earlier, less often and for less than the one before; not yet calculated."""
    settle(session, [*([(ago(10 * n), 11_000 - 1_000 * n)] * (61 - 6 * n) for n in range(1, 11)), []])
    return api


def calculate(rfm: Program, database: Database) -> int:
    asked: int = rfm.post("/rfm/calculations", status=202)["id"]
    assert calculate_next(database, NOW)
    return asked


def test_rfm_that_nobody_has_begun_with_shows_what_it_would_calculate(rfm: Program) -> None:
    stands = rfm.get("/rfm")
    assert stands["settings"]["period"] == {"last_days": 365}
    assert stands["settings"]["segments"][0]["name"] == "Champions"
    assert stands["current"] is stands["open"] is stands["next_at"] is None
    assert rfm.get("/rfm/segments")["items"] == []
    rfm.get("/rfm/cells", status=404)
    rfm.get("/rfm/calculations/1", status=404)


def test_a_calculation_is_asked_for_once_and_read_when_it_is_whole(rfm: Program, database: Database) -> None:
    asked = rfm.post("/rfm/calculations", status=202)
    assert asked["status"] == "waiting"
    assert rfm.post("/rfm/calculations", status=202) == asked
    assert rfm.get("/rfm")["open"] == asked
    assert calculate_next(database, NOW)
    done = rfm.get(f"/rfm/calculations/{asked['id']}")
    assert (done["status"], done["base"], done["customers"], done["done"]) == ("current", 11, 10, 10)
    stands = rfm.get("/rfm")
    assert stands["open"] is None
    assert stands["next_at"] == "2026-11-22T03:00:00+00:00"
    assert sum(segment["customers"] for segment in stands["segments"]) == 10
    assert stands["segments"][0]["name"] == "Champions"
    assert stands["segments"][0]["customers"] == 2


@pytest.mark.parametrize("name", ["rf", "rm", "fm"])
def test_a_map_holds_everybody_in_25_cells_with_their_ranges(rfm: Program, database: Database, name: str) -> None:
    calculate(rfm, database)
    items = rfm.get(f"/rfm/cells?map={name}")["items"]
    assert len(items) == 25
    assert sum(cell["customers"] for cell in items) == 10
    best = next(cell for cell in items if (cell["x"], cell["y"]) == (5, 5))
    assert (best["customers"], best["days"], best["purchases_each"]) == (2, [10, 20], [49, 55])
    assert best["amount_each"] == ["4410.00", "5500.00"]
    assert best["segment"] == "Champions"
    nobody = next(cell for cell in items if (cell["x"], cell["y"]) == (1, 5))
    assert (nobody["customers"], nobody["days"], nobody["segment"], nobody["amount"]) == (0, None, None, "0.00")


def test_segments_are_asked_for_by_their_scores_and_their_rules(rfm: Program, database: Database) -> None:
    calculate(rfm, database)
    champions = next(item for item in rfm.get("/rfm/segments?q=champ")["items"])
    for leaf, count in (
        ({"condition": "rfm_score", "of": "r", "op": "ge", "value": 4}, 4),
        ({"condition": "rfm_score", "of": "m", "op": "le", "value": 5}, 10),
        ({"condition": "rfm_segment", "op": "has", "value": [champions["id"]]}, 2),
    ):
        assert rfm.post("/segments/preview", {"tree": {"all": [leaf]}}, 200)["count"] == count
        assert rfm.post("/segments/preview", {"tree": {"none": [leaf]}}, 200)["count"] == 11 - count
    saved = rfm.post("/segments", {"name": "Best", "tree": leaf})
    told = rfm.get(f"/segments/{saved['id']}/explanation?customer=11")["lines"][0]["text"]
    assert "not known" in told
    assert saved["sentence"] == "Customers whose RFM segment is “Champions”"


def test_a_change_of_the_settings_asks_for_a_calculation_and_shows_who_moved(rfm: Program, database: Database) -> None:
    calculate(rfm, database)
    settings = rfm.get("/rfm")["settings"]
    settings["segments"].insert(0, {"name": "Latest", "r": [5, 5], "f": [1, 5], "m": [1, 5]})
    kept = rfm.put("/rfm/settings", {**settings, "convention": "ranks", "period": None})
    assert kept["segments"][0]["id"] is not None
    assert kept["segments"][1] == settings["segments"][1]
    assert rfm.get("/rfm")["open"]["status"] == "waiting"
    assert calculate_next(database, NOW)
    latest, champions, *_ = rfm.get("/rfm")["segments"]
    assert (latest["name"], latest["customers"], latest["came_in"], latest["left"]) == ("Latest", 2, 2, 0)
    assert (champions["customers"], champions["came_in"], champions["left"]) == (0, 0, 2)


def test_a_segment_inside_which_is_calculated_cannot_be_deleted(rfm: Program) -> None:
    segment = rfm.post("/segments", {"name": "Everybody", "tree": {"all": []}})["id"]
    settings = rfm.get("/rfm")["settings"]
    assert rfm.put("/rfm/settings", {**settings, "segment": segment})["segment"] == segment
    assert rfm.places("DELETE", f"/segments/{segment}", status=409) == ["segment"]
    asks = {"condition": "rfm_score", "of": "r", "op": "eq", "value": 5}
    other = rfm.post("/segments", {"name": "Scored", "tree": asks})["id"]
    assert rfm.places("PUT", "/rfm/settings", {**settings, "segment": other}) == ["segment"]


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"period": "year"}, "period"),
        ({"period": {"last_days": True}}, "period.last_days"),
        ({"period": {"last_days": 10**30}}, "period.last_days"),
        ({"period": {}}, "period"),
        ({"convention": None}, "convention"),
        ({"convention": "guess"}, "convention"),
        ({"segment": 404}, "segment"),
        ({"segment": 2**63}, "segment"),
        ({"segments": {}}, "segments"),
        ({"segments": []}, "segments"),
        ({"segments": [{"name": "", "r": [1, 5], "f": [1, 5], "m": [1, 5]}]}, "segments.0.name"),
        ({"segments": [{"name": "A", "r": [1, 5, 5], "f": [1, 5], "m": [1, 5]}]}, "segments.0.r"),
        ({"segments": [{"name": "A", "r": [1, 5], "f": [True, 5], "m": [1, 5]}]}, "segments.0.f"),
        ({"segments": [{"name": "A", "r": [1, 5], "f": [1, 5], "m": [1, 10**30]}]}, "segments.0.m"),
        ({"segments": [{"name": "A", "r": [1, 5], "f": [1, 5], "m": [5, 1]}]}, "segments.0.m"),
        ({"segments": [{"id": 404, "name": "A", "r": [1, 5], "f": [1, 5], "m": [1, 5]}]}, "segments.0.id"),
        ({"extra": 1}, "extra"),
    ],
)
def test_what_cannot_be_calculated_is_refused_at_its_place(rfm: Program, changed: Any, where: str) -> None:
    settings = rfm.get("/rfm")["settings"]
    assert rfm.places("PUT", "/rfm/settings", {**settings, **changed}) == [where]
    assert rfm.get("/rfm/segments")["items"] == []


def test_a_map_of_other_axes_is_refused(rfm: Program) -> None:
    assert rfm.places("GET", "/rfm/cells?map=xy") == ["map"]
