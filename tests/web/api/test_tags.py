"""Tags over the API, in the words of kilbil's page."""

from typing import Any

import pytest
from sqlalchemy import select

from loyalty_core.database import Database
from loyalty_core.events import Event
from tests.web.api.conftest import Program


@pytest.fixture
def people(api: Program) -> list[int]:
    return [api.post("/customers", {"external_id": name, "card": f"C-{name}"})["id"] for name in ("ann", "bo", "cy")]


def told(database: Database) -> list[tuple[str, int]]:
    with database.read() as session:
        events = select(Event.kind, Event.customer_id).where(Event.kind.like("%tagged")).order_by(Event.id)
        return [(row.kind, row.customer_id) for row in session.execute(events)]


def test_kilbil_an_inactive_tag_cannot_be_assigned_but_stays_and_can_be_removed(api: Program, people: list[int]):
    """ "Метки": name, description, the active flag is mandatory."""
    tag = api.post("/tags", {"name": "VIP", "description": "Spends much"})
    api.call("PUT", f"/customers/{people[0]}/tags/{tag['id']}", status=204)
    changed = api.put(f"/tags/{tag['id']}", {**{name: tag[name] for name in ("name", "description")}, "active": False})
    assert changed == api.get(f"/tags/{tag['id']}") == {**tag, "active": False}
    assert api.places("PUT", f"/customers/{people[1]}/tags/{tag['id']}") == ["tag"]
    assert api.places("PUT", f"/tags/{tag['id']}/customers", {"customers": people}) == ["tag"]
    assert [each["name"] for each in api.get(f"/customers/{people[0]}")["tags"]] == ["VIP"]
    api.delete(f"/customers/{people[0]}/tags/{tag['id']}")
    assert api.get(f"/customers/{people[0]}")["tags"] == []


def test_a_selection_is_tagged_and_every_real_change_is_told(api: Program, people: list[int], database: Database):
    tag = api.post("/tags", {"name": "VIP"})["id"]
    chosen = {"customers": [people[0], {"card": "c-bo"}, people[0]]}
    assert api.put(f"/tags/{tag}/customers", chosen) == {"changed": 2}
    assert api.put(f"/tags/{tag}/customers", {"customers": people}) == {"changed": 1}
    assert told(database) == [("customer.tagged", each) for each in people]
    segment = api.post("/segments", {"name": "Everybody", "tree": {"all": []}})["id"]
    for changed in (3, 0):
        assert api.call("DELETE", f"/tags/{tag}/customers", {"segment": segment}, 200) == {"changed": changed}
    assert sorted(told(database)[3:]) == [("customer.untagged", each) for each in people]
    assert api.put(f"/tags/{tag}/customers", {"segment": segment}) == {"changed": 3}


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "customers"),
        ({"customers": []}, "customers"),
        ({"customers": [1], "segment": 1}, "customers"),
        ({"customers": [404]}, "customers.0"),
        ({"customers": [1, {"card": "404"}]}, "customers.1"),
        ({"customers": ["ann"]}, "customers.0"),
        ({"customers": [True]}, "customers.0"),
        ({"customers": [{"nickname": "x"}]}, "customers.0.nickname"),
        ({"customers": [1, {}]}, "customers.1"),
        ({"customers": [1, {"phone": "x"}]}, "customers.1.phone"),
        ({"segment": 404}, "segment"),
        ({"segment": 2**70}, "segment"),
    ],
)
def test_a_selection_that_cannot_be_is_refused_and_changes_nothing(
    api: Program, people: list[int], body: Any, where: str
):
    tag = api.post("/tags", {"name": "VIP"})["id"]
    assert api.places("PUT", f"/tags/{tag}/customers", body) == [where]
    assert all(not each["tags"] for each in api.get("/customers")["items"])


def test_a_tag_needs_a_name_of_its_own(api: Program):
    api.post("/tags", {"name": "VIP"})
    other = api.post("/tags", {"name": "Old"})["id"]
    assert api.places("POST", "/tags", {"name": "VIP"}, 409) == ["name"]
    assert api.places("PUT", f"/tags/{other}", {"name": "VIP"}, 409) == ["name"]
    assert api.places("POST", "/tags", {"name": " "}) == ["name"]
    api.call("GET", "/tags/404", status=404)
