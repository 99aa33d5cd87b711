"""Selections over the API: found, ticked, narrowed, acted on once, and watched."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from campaigns.nodes.accrue_bonuses import AccrueBonuses
from campaigns.runtime import entering
from campaigns.runtime.clock import drain
from loyalty_core.database import Database
from loyalty_core.organisation import LegalEntity, Organisation
from loyalty_core.settings import Settings
from segmenter.selections import opening
from tests.web.api.conftest import Program

EVERYBODY: dict[str, Any] = {"all": []}


@dataclass(frozen=True)
class Shop:
    """Ids: five customers and the company that owes their bonuses; `work` does what is still to do."""

    customers: list[int]
    company: int
    work: Callable[[], object]

    def gift(self, token: str = "one", **more: Any) -> dict[str, Any]:
        """500 bonuses for a month."""
        settings = {"amount": "500.00", "lifetime_days": 30, "legal_entity": self.company}
        return {"action": "accrue_bonuses", "settings": settings | more, "token": token}


@pytest.fixture
def shop(api: Program, database: Database, settings: Settings) -> Shop:
    with database.begin() as session:
        session.add(Organisation(id=1, name="Harbour Gifts", zone="Europe/London", currency="GBP"))
        company = LegalEntity(name="Harbour Gifts Ltd")
        session.add(company)
        session.flush()
        owes = company.id
    ids = [api.post("/customers", {"first_name": f"Nr {n}", "external_id": f"n{n}"})["id"] for n in range(5)]
    return Shop(ids, owes, lambda: drain(database, datetime.now(UTC), settings))


def _active(api: Program, customer: int) -> str:
    return str(api.get(f"/customers/{customer}/balance")["active"])


def test_a_mass_accrual_with_one_row_unticked_leaves_that_customer_out_and_in_the_table(
    api: Program, shop: Shop
) -> None:
    """d12: that client gets nothing and stays in the table."""
    opened = api.post("/selections", {"tree": EVERYBODY})
    assert (opened["members"], opened["ticked"], opened["origin"]) == (5, 5, "All customers")
    here = f"/selections/{opened['id']}"
    left_out = shop.customers[2]
    assert api.put(f"{here}/ticks", {"ticked": False, "customers": [left_out]}) == {"members": 5, "ticked": 4}
    asked = shop.gift()
    del asked["token"]
    told = api.post(f"{here}/cost", asked, 200)
    assert [(fact["label"], fact["value"]) for fact in told["facts"]] == [("Bonuses, together", "2\u00a0000")]
    assert [fact["label"] for fact in told["example"]] == ["Accrued", "Active", "Burn", "Owed by"]
    assert api.get(f"{here}/actions")["items"] == []
    begun = api.post(f"{here}/actions", shop.gift())
    assert (begun["already_done"], begun["entered"], begun["title"]) == (False, 4, "Accrue bonuses: All customers")
    shop.work()
    assert {each: _active(api, each) for each in shop.customers} == {
        each: "0.00" if each == left_out else "500.00" for each in shop.customers
    }
    listed = api.get(f"{here}/customers?limit=3")
    assert [(each["id"], each["ticked"]) for each in listed["items"]] == [
        (each, each != left_out) for each in shop.customers[:3]
    ]
    (done,) = api.get(f"{here}/actions")["items"]
    assert (done["status"], done["finished"], done["granted"]) == ("finished", 4, "2000.00")
    assert api.get(f"/runs/{done['run']}")["entered"] == 4


def test_the_same_token_again_is_answered_with_what_it_began(api: Program, shop: Shop) -> None:
    here = f"/selections/{api.post('/selections', {'tree': EVERYBODY})['id']}"
    first = api.post(f"{here}/actions", shop.gift())
    again = api.post(f"{here}/actions", shop.gift(), 200)
    assert (again["id"], again["run"], again["already_done"]) == (first["id"], first["run"], True)
    assert api.places("POST", f"{here}/actions", shop.gift(amount="600.00"), 409) == ["token"]
    shop.work()
    assert {_active(api, each) for each in shop.customers} == {"500.00"}


def test_a_row_is_dropped_and_the_rest_narrowed(api: Program, shop: Shop) -> None:
    wide = f"/selections/{api.post('/selections', {'customers': [*shop.customers, {'external_id': 'n0'}]})['id']}"
    assert api.get(wide)["origin"] == "5 customers who were named"
    api.call("DELETE", f"{wide}/customers/{shop.customers[0]}", status=200)
    assert api.call("DELETE", f"{wide}/customers/{shop.customers[0]}", status=200) == {"members": 4, "ticked": 4}
    first = {"condition": "days_since_registration", "op": "ge", "value": 0}
    narrowed = api.post(f"{wide}/narrowings", {"tree": {"all": [first]}})
    assert narrowed["members"] == 4
    bought = {"condition": "purchase_count", "op": "ge", "value": 1}
    assert api.post(f"{wide}/narrowings", {"tree": {"all": [bought]}})["members"] == 0


def test_a_segment_is_frozen_as_it_is_now(api: Program, shop: Shop) -> None:
    segment = api.post("/segments", {"name": "Everybody", "tree": EVERYBODY})["id"]
    opened = api.post("/selections", {"segment": segment})
    api.post("/customers", {"external_id": "later"})
    assert api.get(f"/selections/{opened['id']}")["members"] == 5
    assert opened["origin"] == "Segment “Everybody”"


def test_the_chain_of_an_action_stands_in_no_list_of_campaigns(api: Program, shop: Shop) -> None:
    here = f"/selections/{api.post('/selections', {'tree': EVERYBODY})['id']}"
    begun = api.post(f"{here}/actions", shop.gift())
    assert api.get("/campaigns")["items"] == []
    assert api.places("POST", f"{here}/actions", {"campaign": begun["campaign"], "token": "two"}) == ["campaign"]
    shop.work()
    assert api.get("/runs")["items"][0]["status"] == "finished"


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({}, ["tree"]),
        ({"tree": {"all": []}, "segment": 1}, ["tree"]),
        ({"tree": {"all": [{"condition": "nope"}]}}, ["tree.all.0.condition"]),
        ({"tree": []}, ["tree"]),
        ({"segment": 77}, ["segment"]),
        ({"segment": "1"}, ["segment"]),
        ({"segment": 2**63}, ["segment"]),
        ({"customers": []}, ["customers"]),
        ({"customers": [10**18]}, ["customers.0"]),
        ({"customers": [-1]}, ["customers.0"]),
        ({"tree": {"all": []}, "x": 1}, ["x"]),
    ],
)
def test_what_is_no_selection_is_refused_at_its_place(
    api: Program, shop: Shop, body: dict[str, Any], places: list[str]
) -> None:
    assert api.places("POST", "/selections", body) == places


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({}, ["token"]),
        ({"token": "t"}, ["action"]),
        ({"action": "accrue_bonuses", "campaign": 1, "token": "t"}, ["action"]),
        ({"action": "filter_customers", "token": "t"}, ["action"]),
        ({"action": "x" * 41, "token": "t"}, ["action"]),
        ({"action": "add_tag", "settings": {"tag": 77}, "token": "t"}, ["settings.tag"]),
        ({"action": "add_tag", "settings": {"tag": -7}, "token": "t"}, ["settings.tag"]),
        ({"action": "add_tag", "settings": [], "token": "t"}, ["settings"]),
        ({"action": "add_tag", "settings": {}, "token": ""}, ["token"]),
        ({"action": "add_tag", "settings": {}, "token": "t" * 101}, ["token"]),
        ({"action": "move_to_group", "settings": {"group": 2**70}, "token": "t"}, ["settings.group"]),
        ({"action": "send_letter", "settings": {"subject": "{{ 7*7 }}", "body": ""}, "token": "t"}, ["settings.body"]),
        ({"campaign": 77, "token": "t"}, ["campaign"]),
        ({"campaign": 1, "settings": {"a": 1}, "token": "t"}, ["settings"]),
    ],
)
def test_what_cannot_be_done_is_refused_at_its_place(
    api: Program, shop: Shop, body: dict[str, Any], places: list[str]
) -> None:
    here = f"/selections/{api.post('/selections', {'tree': EVERYBODY})['id']}"
    assert api.places("POST", f"{here}/actions", body) == places
    assert api.get(f"{here}/actions")["items"] == []


def test_a_selection_that_is_not_there_is_not_found(api: Program, shop: Shop) -> None:
    for method, path, body in (
        ("GET", "", None),
        ("GET", "/customers", None),
        ("GET", "/actions", None),
        ("PUT", "/ticks", {"ticked": True}),
        ("DELETE", "/customers/1", None),
        ("POST", "/narrowings", {"tree": EVERYBODY}),
        ("POST", "/cost", {"action": "add_tag", "settings": {"tag": 1}}),
        ("POST", "/actions", shop.gift()),
    ):
        assert api.places(method, f"/selections/77{path}", body, 404) == ["selection"]


def test_nothing_is_done_where_nobody_is_ticked(api: Program, shop: Shop) -> None:
    here = f"/selections/{api.post('/selections', {'tree': EVERYBODY})['id']}"
    assert api.put(f"{here}/ticks", {"ticked": False}) == {"members": 5, "ticked": 0}
    assert api.places("POST", f"{here}/actions", shop.gift()) == ["selection"]
    assert api.put(f"{here}/ticks", {"ticked": True, "customers": [*shop.customers[:2], 999]})["ticked"] == 2


def test_who_failed_at_an_action_tries_again_in_bulk(api: Program, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    here = f"/selections/{api.post('/selections', {'tree': EVERYBODY})['id']}"
    run = api.post(f"{here}/actions", shop.gift())["run"]
    with monkeypatch.context() as broken:
        broken.setattr(AccrueBonuses, "run", lambda *_: 1 // 0)
        shop.work()
    assert api.get(f"{here}/actions")["items"][0]["failed"] == 5
    assert api.post(f"/runs/{run}/retries", {"node": "n1"}, 200) == {"retried": 0}
    assert api.post(f"/runs/{run}/retries", {"node": "n2"}, 200) == {"retried": 5}
    assert api.post(f"/runs/{run}/retries", {}, 200) == {"retried": 0}
    shop.work()
    assert {_active(api, each) for each in shop.customers} == {"500.00"}
    (done,) = api.get(f"{here}/actions")["items"]
    assert (done["status"], done["finished"], done["failed"]) == ("finished", 5, 0)


def test_a_retry_that_means_nothing_is_refused_at_its_place(api: Program, shop: Shop) -> None:
    here = f"/selections/{api.post('/selections', {'tree': EVERYBODY})['id']}"
    run = api.post(f"{here}/actions", shop.gift())["run"]
    for node in ("n" * 41, 7, "a\0"):
        assert api.places("POST", f"/runs/{run}/retries", {"node": node}) == ["node"]
    assert api.places("POST", f"/runs/{run}/retries", {"step": "n2"}) == ["step"]
    assert api.places("POST", "/runs/77/retries", {}, 404) == ["run"]
    api.post(f"/runs/{run}/stop", status=200)
    assert api.places("POST", f"/runs/{run}/retries", {}, 409) == ["run"]


def test_a_large_selection_is_filling_until_it_is_open(
    api: Program, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "AT_ONCE_MAX", 2)
    opened = api.post("/selections", {"tree": EVERYBODY})
    here = f"/selections/{opened['id']}"
    assert (opened["state"], opened["expected"], opened["members"]) == ("filling", None, 0)
    for method, path, body in (
        ("PUT", "/ticks", {"ticked": True}),
        ("DELETE", "/customers/1", None),
        ("POST", "/narrowings", {"tree": EVERYBODY}),
        ("POST", "/cost", {"action": "add_tag", "settings": {"tag": 1}}),
        ("POST", "/actions", shop.gift()),
    ):
        assert api.places(method, f"{here}{path}", body, 409) == ["selection"]
    shop.work()
    opened = api.get(here)
    assert (opened["state"], opened["expected"], opened["members"], opened["ticked"]) == ("open", None, 5, 5)
    assert api.places("POST", f"{here}/cancellation", status=409) == ["selection"]
    dropped = f"/selections/{api.post('/selections', {'tree': EVERYBODY})['id']}"
    api.call("POST", f"{dropped}/cancellation", status=204)
    for path in ("", "/customers", "/actions"):
        assert api.places("GET", f"{dropped}{path}", status=404) == ["selection"]
    assert api.places("POST", f"{dropped}/cancellation", status=404) == ["selection"]


def test_ticks_stay_as_they_are_while_many_enter(api: Program, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entering, "PIECE", 2)
    here = f"/selections/{api.post('/selections', {'tree': EVERYBODY})['id']}"
    begun = api.post(f"{here}/actions", shop.gift())
    assert (begun["entered"], begun["expected"]) == (2, 5)
    assert api.places("PUT", f"{here}/ticks", {"ticked": False}, 409) == ["selection"]
    assert api.places("DELETE", f"{here}/customers/{shop.customers[4]}", None, 409) == ["selection"]
    shop.work()
    assert {_active(api, each) for each in shop.customers} == {"500.00"}
    assert api.put(f"{here}/ticks", {"ticked": False}) == {"members": 5, "ticked": 0}


def test_earlier_selections_are_listed_with_what_was_done_to_each(api: Program, shop: Shop) -> None:
    assert api.get("/selections") == {"items": [], "next": None}
    first, second = (api.post("/selections", {"tree": EVERYBODY})["id"] for _ in range(2))
    api.post(f"/selections/{first}/actions", shop.gift())
    page = api.get("/selections?limit=1")
    assert [(each["id"], each["actions"]) for each in page["items"]] == [(second, [])]
    (older,) = api.get(f"/selections?limit=1&after={page['next']}")["items"]
    (done,) = older["actions"]
    assert (older["id"], older["members"], older["state"], done["entered"]) == (first, 5, "open", 5)
