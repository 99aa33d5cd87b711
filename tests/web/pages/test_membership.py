"""Customers registered and edited by hand, and their membership on the profile."""

from typing import Any

import pytest

from tests.web.pages.conftest import Reader, Shop
from tests.web.pages.test_loyalty import SKY

ANN: dict[str, Any] = {
    "first_name": "Ann",
    "last_name": "Lee",
    "phone": "+44 7700 900099",
    "email": "",
    "card": ["1001"],
    "birth_date": "1980-02-29",
    "sex": "female",
    "outlet": "",
    "consents": ["sms"],
}


def test_a_customer_is_registered_by_hand_and_edited(reader: Reader) -> None:
    assert "New customer" in reader.get("/customers")
    address = reader.post("/customers/new", **ANN).headers["Location"]
    text = reader.get(address)
    assert "Ann Lee" in text
    assert "1001" in text
    form = reader.get(f"{address}/editing")
    assert 'value="+44 7700 900099"' in form
    assert 'value="1980-02-29"' in form
    reader.post(f"{address}/editing", **ANN | {"phone": "", "card": ["", "2002", ""], "consents": []})
    text = reader.get(address)
    assert "2002" in text
    assert "1001" not in text
    assert "900099" not in text
    assert "refused" in text


@pytest.mark.parametrize(
    "told",
    [
        {"phone": "", "card": [""]},
        {"phone": "call me"},
        {"phone": "+44 7700 900014"},
        {"card": ["RU-204417"]},
        {"email": "ann"},
        {"birth_date": "yesterday"},
        {"birth_date": "1066-10-14"},
        {"sex": "x"},
        {"outlet": "404"},
        {"outlet": "x"},
        {"first_name": "x" * 101},
        {"card": ["10\x0001"]},
    ],
)
def test_who_cannot_be_registered_is_told_at_the_field(reader: Reader, shop: Shop, told: dict[str, Any]) -> None:
    text = reader.post("/customers/new", 400, **ANN | told).text
    assert 'class="hint bad"' in text
    assert "3 customers" in reader.get("/customers")
    if told.get("card") != [""]:
        text = reader.post(f"/customers/{shop.boris}/editing", 400, **ANN | told).text
        assert 'class="hint bad"' in text
        assert "Ann" not in reader.get(f"/customers/{shop.boris}")


def test_what_no_database_keeps_is_left_out(reader: Reader) -> None:
    told = ANN | {"first_name": "A\0nn", "email": "ann\0@example.test", "card": ["\0"]}
    address = reader.post("/customers/new", **told).headers["Location"]
    text = reader.get(address)
    assert "Ann Lee" in text
    assert "ann@example.test" in text


def test_a_form_that_is_sent_twice_registers_one(reader: Reader) -> None:
    reader.post("/customers/new", **ANN)
    assert "belongs to another customer" in reader.post("/customers/new", 400, **ANN).text


def test_whose_rules_hold_is_chosen_on_the_profile(reader: Reader, shop: Shop) -> None:
    reader.post("/programmes/new", **SKY)
    reader.post("/programmes/new", **SKY | {"name": "For friends", "is_default": ""})
    reader.post("/customer-groups/new", name="Friends", programme="2")
    address = f"/customers/{shop.anna}"
    for told, shown in (
        ({"whose": "group", "group": "1", "programme": "1"}, 'href="/customer-groups/1">Friends</a>'),
        ({"whose": "programme", "programme": "2"}, 'href="/programmes/2">For friends</a>'),
        ({"whose": "default", "group": "1"}, 'href="/programmes/1">Savings</a>'),
    ):
        reader.post(f"{address}/loyalty", **told)
        assert shown in reader.get(address)
    for wrong in ({}, {"whose": "group"}, {"whose": "group", "group": "404"}, {"whose": "programme", "programme": "x"}):
        text = reader.post(f"{address}/loyalty", 400, **wrong).text
        assert 'class="hint bad"' in text
        assert text.count("data-opened") == 1
    reader.post("/customers/404/loyalty", 404, whose="default")


def test_a_customer_is_blocked_for_a_reason_and_unblocked(reader: Reader, shop: Shop) -> None:
    address = f"/customers/{shop.anna}"
    assert "Write a reason" in reader.post(f"{address}/blocking", 400, block_reason=" ").text
    reader.post(f"{address}/blocking", block_reason="Lost card")
    assert "Lost card" in reader.get(address)
    reader.post(f"{address}/unblocking")
    assert "Lost card" not in reader.get(address)
    reader.post("/customers/404/blocking", 404, block_reason="x")
