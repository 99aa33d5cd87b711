"""Purchases and returns over the API."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from loyalty_core.database import Database
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.lifetime import Lifetime
from tests.web.api.conftest import Program

RECEIPT: dict[str, Any] = {
    "external_id": "till-1/42",
    "customer": {"phone": "020 7946 0958"},
    "at": "2026-11-21T10:00:00+00:00",
    "lines": [
        {"sku": "tea", "name": "Tea", "category": "Drinks", "quantity": 2, "price": "2.50"},
        {"sku": "cheese", "quantity": "0.250", "price": "10.01"},
    ],
}


@pytest.fixture
def customer(api: Program) -> int:
    return int(api.post("/customers", {"external_id": "crm-1", "phone": "02079460958"})["id"])


@pytest.fixture
def rich(customer: int, database: Database) -> int:
    """The customer, with 3.00 bonuses."""
    with database.begin() as session:
        recipients = [Recipient(customer, "gift", None)]
        accrue_to_many(session, recipients, amount=300, lifetime=Lifetime(), source="api", at=datetime.now(UTC))
    return customer


def test_a_purchase_is_recorded_and_counted(api: Program, customer: int):
    placed = api.post("/purchases", RECEIPT)
    assert placed | {"id": 0} == {
        "id": 0,
        "external_id": "till-1/42",
        "customer": customer,
        "outlet": None,
        "at": "2026-11-21T10:00:00+00:00",
        "amount": "7.50",
        "net_amount": "7.50",
        "opens_visit": True,
        "discounted": "0.00",
        "redeemed": "0.00",
        "accrued": "0.00",
        "promotions": [],
        "promo_codes": [],
    }
    found = api.get(f"/purchases/{placed['id']}")
    assert [(line["sku"], line["quantity"], line["amount"]) for line in found["lines"]] == [
        ("tea", "2", "5.00"),
        ("cheese", "0.25", "2.50"),
    ]
    assert api.get(f"/customers/{customer}")["purchase_sum"] == "7.50"


def test_the_same_receipt_again_is_the_same_purchase(api: Program, customer: int):
    assert api.post("/purchases", RECEIPT) == api.post("/purchases", RECEIPT)
    assert api.get(f"/customers/{customer}")["purchase_count"] == 1
    other = {**RECEIPT, "lines": RECEIPT["lines"][:1]}
    assert api.places("POST", "/purchases", other, 409) == ["external_id"]


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({"customer": {}}, "customer"),
        ({"customer": {"card": "404"}}, "customer"),
        ({"customer": {"phone": "x"}}, "customer.phone"),
        ({"customer": {"id": 1}}, "customer.id"),
        ({"lines": []}, "lines"),
        ({"lines": [{"sku": "", "quantity": 1, "price": "1.00"}]}, "lines.0.sku"),
        ({"outlet": 5}, "outlet"),
        ({"promo_codes": ["SPRING"]}, "promo_codes.0"),
        ({"redeem": "0.01"}, "redeem"),
        ({"redeem": 1}, "redeem"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_place(api: Program, customer: int, told, where: str):
    assert api.places("POST", "/purchases", RECEIPT | told) == [where]
    assert api.get(f"/customers/{customer}")["purchase_count"] == 0


def test_bonuses_pay_a_part_once(api: Program, rich: int):
    paid = RECEIPT | {"redeem": "2.00"}
    assert api.post("/purchases", paid) == api.post("/purchases", paid)
    assert api.post("/purchases", paid)["redeemed"] == "2.00"
    assert api.get(f"/customers/{rich}/balance")["active"] == "1.00"
    assert api.places("POST", "/purchases", RECEIPT, 409) == ["redeem"]


def test_a_receipt_that_spent_nothing_spends_nothing_later(api: Program, rich: int):
    api.post("/purchases", RECEIPT)
    assert api.places("POST", "/purchases", RECEIPT | {"redeem": "2.00"}, 409) == ["redeem"]
    assert api.get(f"/customers/{rich}/balance")["active"] == "3.00"


def test_nobody_spends_more_than_they_have_or_the_purchase_costs(api: Program, rich: int):
    assert api.places("POST", "/purchases", RECEIPT | {"redeem": "3.01"}) == ["redeem"]
    small = RECEIPT | {"lines": [{"sku": "tea", "quantity": 1, "price": "2.50"}], "redeem": "2.51"}
    assert api.places("POST", "/purchases", small) == ["redeem"]
    assert api.get(f"/customers/{rich}")["purchase_count"] == 0


def test_the_same_receipt_at_once_spends_once(api: Program, rich: int, app: Flask):
    answers = []

    def tell() -> None:
        answers.append(Program(app.test_client(), api.key).call("POST", "/purchases", RECEIPT | {"redeem": "2.00"}))

    tills = [threading.Thread(target=tell) for _number in range(6)]
    for till in tills:
        till.start()
    for till in tills:
        till.join()
    assert {answer.get("redeemed") for answer in answers} == {"2.00"}, answers
    assert api.get(f"/customers/{rich}/balance")["active"] == "1.00"


def test_goods_come_back_once(api: Program, customer: int):
    purchase = api.post("/purchases", RECEIPT)["id"]
    told = {"external_id": "r1", "at": "2026-11-22T10:00:00Z", "lines": [{"sku": "tea", "quantity": 1}]}
    back = api.post(f"/purchases/{purchase}/returns", told)
    assert (back["amount"], back["customer"]) == ("2.50", customer)
    assert api.post(f"/purchases/{purchase}/returns", told) == back
    assert api.get(f"/purchases/{purchase}")["net_amount"] == "5.00"
    rest = api.post(f"/purchases/{purchase}/returns", {"external_id": "r2", "at": "2026-11-22T11:00:00Z"})
    assert rest["amount"] == "5.00"
    assert api.get(f"/customers/{customer}")["purchase_sum"] == "0.00"


def test_more_than_was_bought_does_not_come_back(api: Program, customer: int):
    purchase = api.post("/purchases", RECEIPT)["id"]
    told = {"external_id": "r1", "at": "2026-11-22T10:00:00Z", "lines": [{"sku": "tea", "quantity": 3}]}
    assert api.places("POST", f"/purchases/{purchase}/returns", told) == ["lines.0.quantity"]
    assert api.places("POST", "/purchases/99/returns", told, 404) == ["purchase"]
