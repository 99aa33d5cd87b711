"""Campaigns and runs over the API: the main job, done by a program."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from campaigns.runtime.clock import drain
from loyalty_core.database import Database
from loyalty_core.settings import Settings
from tests.support.smtp_sink import SmtpSink
from tests.web.api.conftest import Program


def chain(api: Program) -> dict[str, Any]:
    """The birthday chain of the help page: trigger → segment → accrue → letter."""
    segment = api.post(
        "/segments",
        {
            "name": "With us for a year",
            "tree": {"all": [{"condition": "days_since_registration", "op": "ge", "value": 365}]},
        },
    )["id"]
    company = api.post("/legal-entities", {"name": "Harbour Gifts Ltd"})["id"]
    letter = {"subject": "{{ customer.first_name }}, a gift", "body": "You have {{ bonuses }} bonuses."}
    settings = {
        "n1": ("date_for_customer", {"field": "birth_date", "offset_days": 0, "at": "09:00"}),
        "n2": ("customers_from_segment", {"segment": segment}),
        "n3": ("accrue_bonuses", {"amount": "500.00", "lifetime_days": 30, "legal_entity": company}),
        "n4": ("send_letter", letter),
    }
    nodes = [
        {"id": node, "type": kind, "settings": values, "position": {"x": 0, "y": 96 * place}}
        for place, (node, (kind, values)) in enumerate(settings.items())
    ]
    lines = [("n1", "n2"), ("n2", "n3"), ("n3", "n4")]
    ports = {node["key"]: node["ports"][0]["key"] for node in api.get("/node-types")["items"]}
    edges = [{"source": one, "port": ports[settings[one][0]], "target": other} for one, other in lines]
    return {"nodes": nodes, "edges": edges}


def register(api: Program, number: int, born: date, registered: str) -> int:
    told = {
        "external_id": f"c{number}",
        "first_name": f"Ann{number}",
        "email": f"ann{number}@example.test",
        "birth_date": born.isoformat(),
        "registered_at": registered,
    }
    return int(api.post("/customers", told)["id"])


@pytest.fixture
def gift(api: Program) -> Any:
    """A draft of the birthday chain."""
    return api.post("/campaigns", {"name": "Birthday gift", "graph": chain(api)})


def test_a_birthday_chain_pays_those_whose_day_it_is_and_nobody_else(
    api: Program, gift: Any, database: Database, settings: Settings, smtp_sink: SmtpSink
):
    today = datetime.now(UTC).date()
    born, other = date(1988, today.month, today.day), date(1988, 1 + today.month % 12, 15)
    old, new = "2020-01-01T10:00:00Z", datetime.now(UTC).isoformat()
    paid = [register(api, number, born, old) for number in range(3)]
    unpaid = [register(api, 10, other, old), register(api, 11, born, new)]

    assert gift["problems"] == []
    review = api.get(f"/campaigns/{gift['id']}/review")
    assert (review["version"], review["facts"][0]["today"]) == (1, "4")
    assert api.post(f"/campaigns/{gift['id']}/publication", {"note": "first"}, 200) == {"version": 1}
    started = api.post(f"/campaigns/{gift['id']}/runs", {})
    again = api.post(f"/campaigns/{gift['id']}/runs", {}, 200)
    assert again == {**started, "already_started": True}
    drain(database, datetime.now(UTC), replace(settings, smtp_url=smtp_sink.url))

    run = api.get(f"/runs/{started['id']}")
    assert (run["status"], run["entered"], run["finished"], run["failed"]) == ("finished", 4, 4, 0)
    assert (run["granted"], run["nodes"]["n3"]["granted"]) == ("1500.00", "1500.00")
    assert run["campaign"] == {"id": gift["id"], "name": "Birthday gift"}
    for counts in run["nodes"].values():
        assert counts["in"] == sum(counts["out"].values()) + counts["waiting"] + counts["failed"]
    went = api.get(f"/runs/{started['id']}/customers?node=n3&way=in")["items"]
    assert [trip["customer"]["id"] for trip in went] == paid
    assert [found["id"] for found in api.get(f"/campaigns/{gift['id']}/runs")["items"]] == [started["id"]]

    for customer in paid:
        balance = api.get(f"/customers/{customer}/balance")
        (lot,) = balance["lots"]
        assert (balance["active"], lot["legal_entity"]) == ("500.00", "Harbour Gifts Ltd")
        done = {each["kind"]: each for each in api.get(f"/customers/{customer}/activities")["items"]}
        assert set(done) == {"accrue", "message"}
        accrued = done["accrue"]
        assert (accrued["campaign"], accrued["run"]) == (run["campaign"], run["id"])
        assert (accrued["node"], accrued["amount"]) == ("n3", "500.00")
    for customer in unpaid:
        assert api.get(f"/customers/{customer}/balance")["lots"] == []

    sent = api.get(f"/messages?run={run['id']}&status=sent")["items"]
    assert {message["to"] for message in sent} == {f"ann{number}@example.test" for number in range(3)}
    message = api.get(f"/messages/{sent[0]['id']}")
    assert "500 bonuses" in message["body_html"].replace("\u00a0", " ")
    assert api.places("POST", f"/messages/{message['id']}/mark-sent", status=409) == ["status"]
    assert len(smtp_sink.letters) == 3


def test_a_new_campaign_has_the_default_trigger_on_it(api: Program):
    made = api.post("/campaigns", {"name": "Thank you"})
    assert [node["type"] for node in made["graph"]["nodes"]] == ["purchase_made"]
    assert (made["revision"], made["status"], made["published_version"]) == (1, "draft", None)
    assert made["problems"]
    assert api.get(f"/campaigns/{made['id']}") == made


def test_a_change_names_the_revision_that_it_changes(api: Program, gift: Any):
    changed = api.put(f"/campaigns/{gift['id']}", {"revision": 1, "name": "Gift"})
    assert (changed["revision"], changed["name"], changed["graph"]) == (2, "Gift", gift["graph"])
    stale = api.call("PUT", f"/campaigns/{gift['id']}", {"revision": 1, "name": "Mine"}, 409)
    assert stale["errors"][0]["where"] == "revision"
    assert stale["current"] == changed
    assert api.places("PUT", f"/campaigns/{gift['id']}", {"name": "Mine"}) == ["revision"]


def test_a_draft_with_problems_is_saved_and_not_published(api: Program, gift: Any):
    graph = gift["graph"]
    graph["nodes"][2]["settings"]["amount"] = "0.00"
    saved = api.put(f"/campaigns/{gift['id']}", {"revision": 1, "graph": graph})
    assert [problem["where"] for problem in saved["problems"]] == ["nodes.n3.settings.amount"]
    refused = api.call("POST", f"/campaigns/{gift['id']}/publication", {}, 400)
    assert [error["where"] for error in refused["errors"]] == ["nodes.n3.settings.amount"]
    assert refused["problems"] == saved["problems"]


def test_a_check_saves_nothing_and_says_what_would_happen(api: Program, gift: Any):
    found = api.post("/campaigns/check", {"graph": gift["graph"], "settings": {}}, 200)
    assert found["problems"] == []
    assert set(found["summaries"]) == {"n1", "n2", "n3", "n4"}
    (burns, *_rest) = found["examples"]["n3"]
    assert burns["value"]
    wrong = api.post("/campaigns/check", {"graph": gift["graph"], "settings": {"reentry": "sometimes"}}, 200)
    assert [problem["where"] for problem in wrong["problems"]] == ["settings.reentry"]


@pytest.mark.parametrize(
    ("graph", "where"),
    [
        ({}, "graph"),
        ({"nodes": [{"id": "n1", "type": "teleport"}], "edges": []}, "graph.nodes.0.type"),
        ({"nodes": [{"id": "n1", "type": "purchase_made"}] * 2, "edges": []}, "graph.nodes.1.id"),
        ({"nodes": [], "edges": [{"source": "a", "port": "out", "target": "b"}]}, "graph.edges.0.source"),
        ({"nodes": [{"id": "n1", "type": "purchase_made", "settings": [1]}], "edges": []}, "graph.nodes.0.settings"),
        ([], "graph"),
    ],
)
def test_a_graph_of_the_wrong_shape_is_refused(api: Program, graph, where: str):
    assert api.places("POST", "/campaigns", {"name": "Wrong", "graph": graph}) == [where]
    assert api.places("POST", "/campaigns/check", {"graph": graph}) == [where]


def test_a_campaign_is_paused_and_goes_on(api: Program, gift: Any):
    where = f"/campaigns/{gift['id']}"
    assert api.places("POST", f"{where}/runs", {}, 409) == ["campaign"]
    assert api.places("POST", f"{where}/pause", status=409) == ["status"]
    api.post(f"{where}/publication", {}, 200)
    assert api.post(f"{where}/pause", status=200)["status"] == "paused"
    assert api.places("POST", f"{where}/runs", {}, 409) == ["campaign"]
    assert api.call("DELETE", f"{where}/pause", status=200)["status"] == "live"
    assert api.get(where)["changed_since_publication"] is False
    assert api.put(where, {"revision": 1, "settings": {"missed": "skip"}})["changed_since_publication"] is True


def test_a_start_may_name_its_moment(api: Program, gift: Any):
    where = f"/campaigns/{gift['id']}"
    api.post(f"{where}/publication", {}, 200)
    run = api.post(f"{where}/runs", {"at": "2026-03-05T12:00:00+00:00"})
    assert api.get(f"/runs/{run['id']}")["occurrence"] == "2026-03-05"
    assert api.places("POST", f"{where}/runs", {"at": "2026-03-05T12:00:00"}) == ["at"]


def test_who_went_which_way_is_asked_properly(api: Program, gift: Any):
    api.post(f"/campaigns/{gift['id']}/publication", {}, 200)
    run = api.post(f"/campaigns/{gift['id']}/runs", {})["id"]
    assert api.places("GET", f"/runs/{run}/customers?node=n1&way=upwards") == ["way"]
    assert api.places("GET", f"/runs/{run}/customers?way=in") == ["node"]
    assert api.places("GET", "/runs/999/customers?node=n1&way=in", status=404) == ["run"]


def test_lists_of_campaigns_and_runs_take_as_many_statements_however_long(
    api: Program, gift: Any, statements: list[str]
):
    def count(path: str) -> int:
        statements.clear()
        api.get(path)
        return len(statements)

    api.post(f"/campaigns/{gift['id']}/publication", {}, 200)
    api.post(f"/campaigns/{gift['id']}/runs", {"at": "2026-03-01T12:00:00Z"})
    before = count("/campaigns"), count("/runs")
    for day in range(2, 8):
        api.post("/campaigns", {"name": f"Gift {day}"})
        api.post(f"/campaigns/{gift['id']}/runs", {"at": f"2026-03-0{day}T12:00:00Z"})
    assert (count("/campaigns"), count("/runs")) == before
    assert len(api.get("/campaigns")["items"]) == len(api.get("/runs")["items"]) == 7


def test_campaigns_are_found_by_name_and_state(api: Program, gift: Any):
    api.post("/campaigns", {"name": "Thank you"})
    assert [found["name"] for found in api.get("/campaigns")["items"]] == ["Thank you", "Birthday gift"]
    assert [found["name"] for found in api.get("/campaigns?q=birth")["items"]] == ["Birthday gift"]
    assert api.get("/campaigns?status=live")["items"] == []
    first = api.get("/campaigns?limit=1")
    assert [found["id"] for found in api.get(f"/campaigns?limit=1&after={first['next']}")["items"]] == [gift["id"]]


def test_letter_templates_are_kept_and_checked(api: Program):
    made = api.post("/letter-templates", {"name": "Gift", "subject": "A gift", "body": "{{ bonuses }} for you"})
    assert api.put(f"/letter-templates/{made['id']}", {"subject": "For you"})["subject"] == "For you"
    assert api.places("POST", "/letter-templates", {"name": "Bad", "subject": "x", "body": "{{ customer.nam }}"}) == [
        "body"
    ]
    assert api.get("/letter-templates")["items"][0]["name"] == "Gift"
    api.delete(f"/letter-templates/{made['id']}")
    api.get(f"/letter-templates/{made['id']}", 404)


def test_bonus_types_say_their_lifetime(api: Program):
    told = {"name": "New Year", "burning": "day_of_year", "burning_month": 1, "burning_day": 0}
    made = api.post("/bonus-types", told)
    assert "January" in made["hint"]
    assert api.get("/bonus-types")["items"] == [made]
    assert api.places("POST", "/bonus-types", {"name": "Odd", "burning": "sometimes"}) == ["burning"]
    assert api.places("POST", "/bonus-types", {**told, "name": "Odd", "burning_day": 32}) == ["burning_day"]
    assert api.places("POST", "/bonus-types", {**told, "name": "Odd", "burning_day": 2**40}) == ["burning_day"]


def test_a_run_is_stopped_for_good(api: Program, gift: Any):
    api.post(f"/campaigns/{gift['id']}/publication", {}, 200)
    run = api.post(f"/campaigns/{gift['id']}/runs", {})["id"]
    stopped = api.post(f"/runs/{run}/stop", status=200)
    assert (stopped["status"], stopped["waiting"]) == ("stopped", 0)
    assert api.post(f"/runs/{run}/stop", status=200) == stopped
    assert api.places("POST", "/runs/999/stop", status=404) == ["run"]
