"""Bonus types over the API."""

from tests.web.api.conftest import Program

WHOLE = {
    "name": "Grand opening",
    "activation": "on_date",
    "activation_date": "2026-12-01",
    "activation_time": "09:00",
    "burning": "on_date",
    "burning_date": "2027-01-31",
}


def test_a_bonus_type_is_read_back_as_told_and_changed(api: Program):
    made = api.post("/bonus-types", WHOLE)
    assert {name: made[name] for name in WHOLE} == WHOLE
    assert made["hint"] == "active on 1 December 2026 at 09:00, burns on 31 January 2027"
    path = f"/bonus-types/{made['id']}"
    changed = api.put(path, {"name": "Weeks", "burning": "after_weeks", "burning_amount": 2}, 200)
    assert (changed["id"], changed["hint"]) == (made["id"], "active at once, burns after 2 weeks")
    assert api.get("/bonus-types")["items"] == [changed]


def test_a_bonus_type_that_cannot_be_says_where(api: Program):
    for change, where in (
        ({"activation_date": None}, "activation_date"),
        ({"activation_time": "25:00"}, "activation_time"),
        ({"burning_date": "2026-11-30"}, "burning_date"),
        ({"burning": "after_weeks", "burning_date": None}, "burning_amount"),
        ({"activation": "someday"}, "activation"),
    ):
        assert api.post("/bonus-types", {**WHOLE, **change}, 400)["errors"][0]["where"] == where
    assert api.put("/bonus-types/99", WHOLE, 404)["errors"][0]["where"] == "bonus_type"
