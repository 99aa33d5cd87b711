"""A programme's password over the API: asked for before a sale under it, never shown."""

from typing import Any

import pytest

from tests.web.api.conftest import Program
from tests.web.api.test_till import SAVINGS, basket, sale

GUARDED = SAVINGS | {"name": "Savings", "password": "tea time"}


@pytest.fixture
def ann(api: Program) -> int:
    return int(api.post("/customers", {"external_id": "ann"})["id"])


def test_sky_service_the_programme_s_password_is_asked_for_at_the_till(api: Program, ann: int):
    """ "Пароль (необов'язково)" of a bonus programme."""
    made = api.post("/programmes", GUARDED)
    assert made["has_password"] is True
    assert "password" not in made
    assert "tea time" not in str(api.get("/programmes"))
    assert api.post("/till/price", basket("ann", "100.00"), 200)["password_needed"] is True
    for wrong in ({}, {"programme_password": None}, {"programme_password": "Tea time"}, {"programme_password": ""}):
        assert api.places("POST", "/till/settle", sale("ann", "1", "100.00", **wrong)) == ["programme_password"]
        assert api.places("POST", "/purchases", sale("ann", "1", "100.00", **wrong)) == ["programme_password"]
    told = sale("ann", "1", "100.00", programme_password="tea time")
    assert api.post("/till/settle", told)["accrued"] == "3.00"
    again = {name: value for name, value in told.items() if name != "programme_password"}
    assert api.post("/till/settle", again)["accrued"] == "3.00"


def test_nothing_is_asked_where_the_programme_gives_nothing(api: Program, ann: int):
    api.post("/programmes", GUARDED)
    api.put(f"/customers/{ann}/block", {"reason": "Lost card"}, 204)
    assert api.post("/till/price", basket("ann", "100.00"), 200)["password_needed"] is False
    assert api.post("/till/settle", sale("ann", "1", "100.00"))["accrued"] == "0.00"


@pytest.mark.parametrize(
    ("told", "kept", "opens"),
    [({}, True, "tea time"), ({"password": None}, True, "tea time"), ({"password": "coffee"}, True, "coffee")],
)
def test_a_password_stays_until_another_is_told(api: Program, ann: int, told: dict[str, Any], kept: bool, opens: str):
    programme = api.post("/programmes", GUARDED)["id"]
    plain = {name: value for name, value in GUARDED.items() if name != "password"}
    assert api.put(f"/programmes/{programme}", plain | told)["has_password"] is kept
    api.post("/till/settle", sale("ann", "1", "100.00", programme_password=opens))


def test_an_empty_password_takes_it_away(api: Program, ann: int):
    programme = api.post("/programmes", GUARDED)["id"]
    assert api.put(f"/programmes/{programme}", GUARDED | {"password": ""})["has_password"] is False
    assert api.post("/till/price", basket("ann", "100.00"), 200)["password_needed"] is False
    api.post("/till/settle", sale("ann", "1", "100.00", programme_password="whatever"))


def test_what_cannot_be_a_password_is_refused(api: Program):
    for wrong in ("x" * 101, 5, ["tea"], "\0"):
        assert api.places("POST", "/programmes", GUARDED | {"password": wrong})[0].startswith("password")
