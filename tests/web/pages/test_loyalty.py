"""Programmes, customer groups and the till on the pages."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from loyalty_core.customers.rows import Customer
from loyalty_core.database import Database
from tests.web.pages.conftest import Reader, Shop

SKY: dict[str, Any] = {
    "name": "Savings",
    "kind": "bonus",
    "above": ["0", "1000", "3 000.00", ""],
    "bonus": ["2", "3", "5", ""],
    "discount": ["", "", "", ""],
    "payable": "50",
    "lifetime_days": "90",
    "is_default": "1",
}
BASKET: dict[str, Any] = {
    "who": "RU-204417",
    "goods": ["Tea", "", "Jam"],
    "quantity": ["2", "1", "0.5"],
    "price": ["200.00", "", "200"],
    "number": "till-7",
}


def test_the_tiers_of_sky_service_are_set_up_on_the_pages_and_work_at_the_till(reader: Reader, shop: Shop) -> None:
    assert "No programme yet" in reader.get("/programmes")
    reader.post("/programmes/new", **SKY)
    listed = reader.get("/programmes")
    assert "over 1\u00a0000:" in listed
    assert "5\u00a0%" in listed
    assert "No customer group yet" in reader.get("/customer-groups")
    reader.post("/customer-groups/new", name="New customers", programme="1", is_default="1")
    priced = reader.post("/till/price", 200, **BASKET).text
    assert "Savings" in priced
    assert "10.00 bonuses" in priced
    assert "£500.00" in priced
    assert "23:59:59" in priced
    sold = reader.post("/till", **BASKET)
    assert sold.headers["Location"] == f"/customers/{shop.anna}"
    assert "10.00" in reader.get(f"/customers/{shop.anna}")
    reader.get("/campaigns")  # the notice is read
    assert reader.post("/till", **BASKET).headers["Location"] == sold.headers["Location"]
    assert reader.get(f"/customers/{shop.anna}").count("Receipt till-7") == 1
    assert reader.get(f"/customers/{shop.anna}").count("Purchase till-7") == 1


def test_the_form_shows_what_a_purchase_of_1000_would_earn(reader: Reader) -> None:
    told = SKY | {"kind": "both", "discount": ["10", "20", "30", ""], "delay_days": "2", "lifetime_days": "10"}
    example = reader.post("/programmes/example", 200, **told).text
    assert "A purchase of 1\u00a0000.00" in example
    assert "900.00" in example
    assert "18.00" in example
    assert "450.00 with bonuses" in example
    assert "23:59:59" in example
    wrong = reader.post("/programmes/example", 200, **SKY | {"payable": "101"}).text
    assert "Write a percent from 0 to 100" in wrong


def test_the_form_of_a_group_shows_what_a_purchase_of_its_customers_would_earn(reader: Reader) -> None:
    reader.post("/programmes/new", **SKY)
    assert "30.00" in reader.post("/customer-groups/example", 200, programme="1").text
    assert "earns nothing" in reader.post("/customer-groups/example", 200, programme="").text
    assert "There is no programme 99" in reader.post("/customer-groups/example", 200, programme="99").text
    assert "whole number" in reader.post("/customer-groups/example", 200, programme="x").text.lower()


@pytest.mark.parametrize(
    "told",
    [
        {"name": ""},
        {"kind": ""},
        {"above": ["0", "x"], "bonus": ["2", "3"], "discount": ["", ""]},
        {"above": ["0", "0"], "bonus": ["2", "3"], "discount": ["", ""]},
        {"bonus": ["2", "x", "5", ""]},
        {"payable": "-1"},
        {"delay_days": "1.5"},
        {"accrual_time": "9 o’clock", "delay_days": "1"},
        {"lifetime_days": "0"},
        {"archived": "1"},
    ],
)
def test_what_a_programme_cannot_be_is_told_at_its_field(reader: Reader, told: dict[str, Any]) -> None:
    text = reader.post("/programmes/new", 400, **SKY | told).text
    assert 'class="hint bad"' in text
    assert "No programme yet" in reader.get("/programmes?archived=1")


def test_a_programme_is_changed_and_archived(reader: Reader) -> None:
    reader.post("/programmes/new", **SKY)
    text = reader.get("/programmes/1")
    assert 'value="3000"' in text
    reader.post("/programmes/1", **{**SKY, "name": "Old savings", "archived": "1", "is_default": ""})
    assert "“Old savings” is saved" in reader.get("/campaigns")
    assert "Old savings" not in reader.get("/programmes")
    assert "Old savings" in reader.get("/programmes?archived=1")
    reader.get("/programmes/404", status=404)


def test_the_groups_page_counts_customers_and_average_receipts(reader: Reader, shop: Shop, database: Database) -> None:
    reader.post("/customer-groups/new", name="Regulars")
    assert "Nobody is known by" in reader.post("/customer-groups/1/customers", 400, who="404").text
    reader.post("/customer-groups/1/customers", who="RU-204417")
    with database.read() as session:
        assert session.get_one(Customer, shop.anna).customer_group_id == 1
    text = reader.get("/customer-groups")
    assert "75.00" in text
    assert "25.00" in text
    yesterday = (datetime.now(UTC) - timedelta(days=400)).date().isoformat()
    assert "25.00" not in reader.get(f"/customer-groups?begin={yesterday}&end={yesterday}")
    reader.get("/customer-groups?begin=2026-02-30", status=400)
    reader.get("/customer-groups?begin=2026-02-02&end=2026-02-01", status=400)


def test_a_group_is_changed_and_keeps_its_archived_programme(reader: Reader) -> None:
    reader.post("/programmes/new", **SKY)
    reader.post("/customer-groups/new", name="Regulars", programme="1")
    reader.post("/programmes/1", **{**SKY, "archived": "1", "is_default": ""})
    assert "archived" in reader.get("/customer-groups/1")
    reader.post("/customer-groups/1", name="Old regulars", programme="1")
    assert "Old regulars" in reader.get("/customer-groups")
    for wrong in ({"name": ""}, {"name": "A", "programme": "404"}, {"name": "Old regulars"}):
        reader.post("/customer-groups/new", 400, **wrong)


@pytest.mark.parametrize(
    "told",
    [
        {"who": "404"},
        {"quantity": ["x", "1", "1"]},
        {"quantity": ["0", "1", "1"]},
        {"price": ["dear", "", ""]},
        {"redeem": "1000000"},
        {"outlet": "77"},
        {"number": ""},
    ],
)
def test_what_cannot_be_sold_is_told_and_not_sold(reader: Reader, shop: Shop, told: dict[str, Any]) -> None:
    before = reader.get(f"/customers/{shop.anna}").count("Purchase")
    assert reader.post("/till", 400 if "outlet" not in told else 404, **BASKET | told)
    assert reader.get(f"/customers/{shop.anna}").count("Purchase") == before


def test_a_card_that_buys_too_often_is_blocked_at_the_till_and_unblocked_on_its_page(
    reader: Reader, shop: Shop
) -> None:
    reader.post("/programmes/new", **SKY | {"shift_purchases_max": "1", "shift_starts": "00:00"})
    assert 'value="00:00"' in reader.get("/programmes/1")
    reader.post("/till", **BASKET)
    assert "Blocked" not in reader.get(f"/customers/{shop.anna}")
    second = BASKET | {"number": "till-8"}
    assert "Blocked, or blocked by this purchase" in reader.post("/till/price", 200, **second).text
    reader.post("/till", **second)
    assert "Receipt till-8 was one purchase too many" in reader.get(f"/customers/{shop.anna}")
    reader.post(f"/customers/{shop.anna}/unblocking")
    reader.get("/campaigns")  # the notice is read
    assert "one purchase too many" not in reader.get(f"/customers/{shop.anna}")
    wrong = SKY | {"name": "Other", "shift_purchases_max": "1"}
    assert "or neither" in reader.post("/programmes/new", 400, **wrong).text


def test_the_till_waits_for_a_customer_and_a_price(reader: Reader) -> None:
    assert "Nothing changes until" in reader.post("/till/price", 200).text
    assert "Nobody is known by" in reader.post("/till/price", 200, who="404", price="1").text
    assert 'value="RU-1"' in reader.get("/till?who=RU-1")
