"""Merging two customers who are one person, over the API."""

from typing import Any

import pytest

from loyalty_core.database import Database
from loyalty_core.ledger.proof import proof
from tests.web.api.conftest import Program
from tests.web.api.test_returns import BOTH, back
from tests.web.api.test_till import give, sale


@pytest.fixture
def two(api: Program, database: Database) -> list[int]:
    """Two cards of Ann with 100.00 and 50.00 bonuses."""
    ids = [api.post("/customers", {"external_id": name, "card": name})["id"] for name in ("ann-1", "ann-2")]
    for customer, amount in zip(ids, (10_000, 5_000), strict=True):
        give(database, customer, amount)
    return ids


def test_two_cards_of_one_person_become_one_without_losing_a_bonus(api: Program, two: list[int], database: Database):
    """ "Объединение карт": both cards are then found as one customer with the bonuses of both."""
    kept, gone = two
    api.post("/till/settle", sale("ann-2", "1", "100.00"))
    for _time in range(2):
        merged = api.post(f"/customers/{kept}/merge", {"customer": {"id": gone}}, 200)
        assert (merged["active"], merged["cards"], merged["purchase_count"]) == ("150.00", ["ann-1", "ann-2"], 1)
    assert [each["id"] for each in api.get("/customers")["items"]] == [kept]
    assert [each["id"] for each in api.get("/customers?q=ann-2")["items"]] == [kept]
    assert api.get(f"/customers/{kept}/activities")["items"][0]["kind"] == "merge"
    api.post("/till/settle", sale("ann-2", "2", "100.00", redeem="100.00"))
    assert api.get(f"/customers/{kept}/balance")["active"] == "50.00"
    with database.read() as session:
        assert proof(session) == []


def test_goods_that_come_back_after_a_merge_owe_only_what_bonuses_given_back_do_not_pay(
    api: Program, two: list[int], database: Database
):
    """50 had paid, 85 were earned and have gone since: 50 come back in a lot of their own and pay, 35 are owed."""
    kept, gone = two
    api.post("/programmes", BOTH)
    sold = api.post("/till/settle", sale("ann-2", "1", "1000.00", redeem="50.00"))
    for customer, held in ((gone, "85.00"), (kept, "100.00")):
        assert api.get(f"/customers/{customer}/balance")["active"] == held
        api.post(f"/customers/{customer}/adjustments", {"direction": "minus", "amount": held, "reason": "x"})
    api.post(f"/customers/{kept}/merge", {"customer": {"id": gone}}, 200)
    foreseen = api.post(f"/purchases/{sold['id']}/returns/preview", {}, 200)
    for _time in range(2):
        returned = api.post(f"/purchases/{sold['id']}/returns", back("r1") | {"at": sold["at"]})
        assert foreseen.items() <= returned.items()
    assert [returned[name] for name in ("given_back", "taken_back", "debt")] == ["50.00", "85.00", "35.00"]
    held = api.get(f"/customers/{kept}/balance")
    assert (held["active"], held["debt"]) == ("0.00", "35.00")
    with database.read() as session:
        assert proof(session) == []


def test_the_number_of_who_was_merged_leads_to_who_they_are_now(api: Program, two: list[int]):
    kept, gone = two
    api.post(f"/customers/{kept}/merge", {"customer": {"card": "ann-2"}}, 200)
    for path in ("", "/balance?spent=true", "/activities"):
        answer = api.answer("GET", f"/customers/{gone}{path}")
        assert answer.status_code == 301
        assert f'"merged_into":{kept}' in answer.text.replace(" ", "")
        assert answer.headers["Location"].endswith(f"/api/v1/customers/{kept}{path}")
    told = {"amount": "5.00", "direction": "plus", "reason": "x", "bonus_type": None, "legal_entity": None}
    assert api.answer("POST", f"/customers/{gone}/adjustments", told).status_code == 308
    assert api.answer("PUT", f"/customers/{gone}/block", {"reason": "x"}).status_code == 308


@pytest.mark.parametrize(
    ("customer", "where"),
    [
        ({"card": "ann-1"}, "customer"),
        ({"card": "404"}, "customer"),
        ({"id": 404}, "customer"),
        ({}, "customer"),
        ({"id": 1, "card": "ann-2"}, "customer"),
        ({"id": -1}, "customer.id"),
        ({"phone": "x"}, "customer.phone"),
        ("ann-2", "customer"),
    ],
)
def test_who_cannot_be_merged_is_refused(api: Program, two: list[int], customer: Any, where: str):
    status = 404 if customer == {"id": 404} else 400
    (found,) = api.places("POST", f"/customers/{two[0]}/merge", {"customer": customer}, status)
    assert found.startswith(where)
    assert len(api.get("/customers")["items"]) == 2


def test_who_has_been_merged_with_another_is_a_conflict(api: Program, two: list[int]):
    third = api.post("/customers", {"external_id": "bo"})["id"]
    api.post(f"/customers/{two[0]}/merge", {"customer": {"id": two[1]}}, 200)
    assert api.places("POST", f"/customers/{third}/merge", {"customer": {"id": two[1]}}, 409) == ["customer"]
    assert api.answer("POST", f"/customers/{two[1]}/merge", {"customer": {"id": third}}).status_code == 308
