"""Cashier hints on the pages: set up with an example from real purchases, and shown at the till."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.web.pages.conftest import Reader, Shop

START = datetime.now(UTC) - timedelta(days=30)
HINT: dict[str, Any] = {
    "name": "The usual",
    "starts_on": f"{START:%Y-%m-%d}",
    "starts_time": "09:00",
    "goods_shown": "2",
    "skus": "tea\r\n\r\njam ",
    "active": "1",
}


def test_a_hint_is_set_up_and_the_till_shows_it(reader: Reader, shop: Shop) -> None:
    assert "No cashier hint yet" in reader.get("/cashier-hints")
    reader.get("/cashier-hints/new")
    example = reader.post("/cashier-hints/example", 200, **HINT).text
    assert "Anna Bell" in example
    assert "3 receipts" in example
    reader.post("/cashier-hints/new", **HINT | {"outlets": ["1"]})
    listed = reader.get("/cashier-hints")
    assert "2 products" in listed
    assert "Paris, Le Marais" in listed
    form = reader.get("/cashier-hints/1")
    assert "tea" in form
    assert 'value="1" checked' in form
    card: dict[str, Any] = {"who": "RU-204417", "price": ["", ""], "outlet": "1"}
    assert "3 receipts" in reader.post("/till/price", 200, **card).text
    assert "3 receipts" not in reader.post("/till/price", 200, **card | {"outlet": ""}).text
    basket = card | {"goods": ["x"], "quantity": ["1"], "price": ["5"]}
    assert "The usual" in reader.post("/till/price", 200, **basket).text
    reader.post("/cashier-hints/1", **HINT | {"active": "", "name": "Off", "outlets": ["1"]})
    assert "switched off" in reader.get("/cashier-hints")
    assert "3 receipts" not in reader.post("/till/price", 200, **card).text


def test_a_hint_without_purchases_says_when_it_will_have_something(reader: Reader, shop: Shop) -> None:
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
    assert "Nothing yet" in reader.post("/cashier-hints/example", 200, **HINT | {"starts_on": tomorrow}).text


@pytest.mark.parametrize(
    "told",
    [
        {"name": " "},
        {"starts_on": ""},
        {"starts_time": "9 o’clock"},
        {"goods_shown": "0"},
        {"goods_shown": "many"},
        {"least_sum": "-1"},
        {"outlets": ["404"]},
        {"outlets": ["x"]},
        {"skus": "x" * 101},
    ],
)
def test_what_a_hint_cannot_be_is_told_at_its_field(reader: Reader, shop: Shop, told: dict[str, Any]) -> None:
    assert 'class="hint bad"' in reader.post("/cashier-hints/new", 400, **HINT | told).text
    assert "No cashier hint yet" in reader.get("/cashier-hints")
