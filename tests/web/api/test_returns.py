"""Returns over the API: bonuses follow the goods, in proportion and to the minor unit."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from loyalty_core.database import Database
from loyalty_core.ledger.proof import proof
from tests.web.api.conftest import Program
from tests.web.api.test_till import give, sale

BOTH = {
    "name": "Both",
    "kind": "both",
    "is_default": True,
    "tiers": [{"above": "0.00", "bonus_percent": "10", "discount_percent": "10"}],
}


@pytest.fixture
def ann(api: Program, database: Database) -> int:
    """A customer with 90.00 bonuses, who follows a programme."""
    api.post("/programmes", BOTH)
    customer = int(api.post("/customers", {"external_id": "ann"})["id"])
    give(database, customer, 9_000)
    return customer


def back(number: str, *lines: tuple[str, Any]) -> dict[str, Any]:
    told = {"external_id": number, "at": datetime.now(UTC).isoformat()}
    return told | ({"lines": [{"sku": sku, "quantity": quantity} for sku, quantity in lines]} if lines else {})


def active(api: Program, customer: int) -> str:
    return str(api.get(f"/customers/{customer}/balance")["active"])


def test_bonuses_follow_the_goods_in_proportion(api: Program, ann: int):
    """200 and 100, a tenth off, 90 of 270 paid with bonuses: 60 and 30; the money, 120 and 60, earns 12 and 6."""
    sold = api.post("/till/settle", sale("ann", "1", "200.00", "100.00", redeem="90.00"))
    assert (sold["to_pay"], sold["accrued"], active(api, ann)) == ("180.00", "18.00", "18.00")
    some = api.post(f"/purchases/{sold['id']}/returns", back("r1", ("p0", "0.5")))
    assert {name: some[name] for name in ("amount", "given_back", "to_refund", "taken_back", "debt")} == {
        "amount": "90.00",
        "given_back": "30.00",
        "to_refund": "60.00",
        "taken_back": "6.00",
        "debt": "0.00",
    }
    assert active(api, ann) == "42.00"
    rest = api.post(f"/purchases/{sold['id']}/returns", back("r2"))
    assert (rest["given_back"], rest["to_refund"], rest["taken_back"]) == ("60.00", "120.00", "12.00")
    assert active(api, ann) == "90.00"


def test_a_return_that_is_told_again_moves_nothing_more(api: Program, ann: int):
    sold = api.post("/till/settle", sale("ann", "1", "200.00", "100.00", redeem="90.00"))
    told = back("r1", ("p1", 1))
    first = api.post(f"/purchases/{sold['id']}/returns", told)
    assert api.post(f"/purchases/{sold['id']}/returns", told) == first
    assert active(api, ann) == "42.00"


def test_what_was_spent_of_taken_back_bonuses_is_a_debt(api: Program, ann: int, database: Database):
    sold = api.post("/till/settle", sale("ann", "1", "1000.00"))
    assert active(api, ann) == "180.00"
    api.post("/till/settle", sale("ann", "2", "200.00", redeem="180.00"))
    returned = api.post(f"/purchases/{sold['id']}/returns", back("r1"))
    assert (returned["taken_back"], returned["debt"], returned["to_refund"]) == ("90.00", "90.00", "900.00")
    assert active(api, ann) == "0.00"
    api.post("/till/settle", sale("ann", "3", "2000.00"))
    assert active(api, ann) == "90.00"
    with database.read() as session:
        assert proof(session) == []


def test_parts_of_all_returns_add_up_to_what_the_purchase_moved(api: Program, ann: int, database: Database):
    sold = api.post("/till/settle", sale("ann", "1", "0.99", "33.33", "7.01", redeem="20.03"))
    before = active(api, ann)
    parts = [("p0", "0.333"), ("p1", "0.1"), ("p1", "0.7"), ("p2", "0.999")]
    returns = [api.post(f"/purchases/{sold['id']}/returns", back(f"r{n}", part)) for n, part in enumerate(parts)]
    returns.append(api.post(f"/purchases/{sold['id']}/returns", back("rest")))
    for name, whole in (("amount", "amount"), ("given_back", "redeemed"), ("taken_back", "accrued")):
        assert sum(round(float(each[name]) * 100) for each in returns) == round(float(sold[whole]) * 100), name
    assert before != active(api, ann) == "90.00"
    with database.read() as session:
        assert proof(session) == []


def test_a_return_is_foreseen_as_it_will_be_and_changes_nothing(api: Program, ann: int):
    sold = api.post("/till/settle", sale("ann", "1", "200.00", "100.00", redeem="90.00"))
    told = [{"sku": "p0", "quantity": "0.5"}]
    foreseen = api.post(f"/purchases/{sold['id']}/returns/preview", {"lines": told}, 200)
    assert foreseen["given_back"] == "30.00"
    assert api.get(f"/purchases/{sold['id']}")["net_amount"] == "270.00"
    assert active(api, ann) == "18.00"
    done = api.post(f"/purchases/{sold['id']}/returns", back("r1", ("p0", "0.5")))
    assert {name: done[name] for name in foreseen} == foreseen
    whole = api.post(f"/purchases/{sold['id']}/returns/preview", {}, 200)
    assert (whole["amount"], whole["to_refund"]) == ("180.00", "120.00")


@pytest.mark.parametrize(
    ("lines", "where"),
    [
        ([{"sku": "p0", "quantity": "1.001"}], "lines.0.quantity"),
        ([{"sku": "p0", "quantity": 1}, {"sku": "p0", "quantity": "0.5"}], "lines.1.quantity"),
        ([{"sku": "p1", "quantity": 1}, {"sku": "other", "quantity": 1}], "lines.1.quantity"),
        ([{"sku": "p0", "quantity": 0}], "lines.0.quantity"),
        ([], "lines"),
    ],
)
def test_more_than_was_bought_cannot_come_back(api: Program, ann: int, lines: Any, where: str):
    sold = api.post("/till/settle", sale("ann", "1", "200.00", "100.00"))
    assert api.places("POST", f"/purchases/{sold['id']}/returns/preview", {"lines": lines}) == [where]
    assert api.places("POST", f"/purchases/{sold['id']}/returns", back("r1") | {"lines": lines}) == [where]
    assert api.get(f"/purchases/{sold['id']}")["net_amount"] == "270.00"


def test_a_number_that_stands_for_other_goods_is_refused(api: Program, ann: int):
    sold = api.post("/till/settle", sale("ann", "1", "200.00", "100.00"))
    api.post(f"/purchases/{sold['id']}/returns", back("r1", ("p1", 1)))
    other = back("r1", ("p0", 1))
    assert api.places("POST", f"/purchases/{sold['id']}/returns", other, 409) == ["external_id"]
    assert api.places("POST", f"/purchases/{sold['id']}/returns", back("r2", ("p1", 1))) == ["lines.0.quantity"]
    api.post(f"/purchases/{sold['id']}/returns", back("r3"))
    assert api.places("POST", f"/purchases/{sold['id']}/returns", back("r4")) == ["lines"]
    assert api.places("POST", "/purchases/404/returns/preview", {}, 404) == ["purchase"]


def test_the_same_return_at_once_is_taken_once(api: Program, ann: int, app: Flask, database: Database):
    sold = api.post("/till/settle", sale("ann", "1", "200.00", "100.00", redeem="90.00"))
    told, answers = back("r1", ("p0", 1)), []

    def tell() -> None:
        path = f"/purchases/{sold['id']}/returns"
        answers.append(Program(app.test_client(), api.key).call("POST", path, told))

    tills = [threading.Thread(target=tell) for _number in range(6)]
    for till in tills:
        till.start()
    for till in tills:
        till.join()
    assert [answer.get("given_back") for answer in answers] == ["60.00"] * 6, answers
    assert active(api, ann) == "66.00"
    with database.read() as session:
        assert proof(session) == []


def test_a_receipt_is_found_by_its_number(api: Program, ann: int):
    api.post("/customers", {"external_id": "ben"})
    sold = [api.post("/purchases", sale(who, "till-1/7", "5.00"))["id"] for who in ("ann", "ben")]
    found = api.get("/purchases?external_id=till-1/7&limit=1")
    assert [each["id"] for each in found["items"]] == sold[:1]
    assert api.get(f"/purchases?external_id=till-1/7&after={found['next']}")["items"][0]["id"] == sold[1]
    assert api.get("/purchases?external_id=404") == {"items": [], "next": None}
    assert api.places("GET", "/purchases") == ["external_id"]
