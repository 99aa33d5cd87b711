"""A receipt is found at the till, and its goods are taken back after the page has said what that moves."""

from typing import Any

import pytest

from tests.web.pages.conftest import Reader, Shop
from tests.web.pages.test_loyalty import BASKET, SKY


@pytest.fixture
def sold(reader: Reader, shop: Shop) -> str:
    """The address of a purchase of 2 teas for 400.00 and half a jam for 100.00 that earned 10.00."""
    reader.post("/programmes/new", **SKY)
    reader.post("/customer-groups/new", name="New customers", programme="1", is_default="1")
    reader.post("/till", **BASKET)
    answer = reader.client.get("/till/receipt?number=till-7")
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_a_receipt_is_found_by_its_number(reader: Reader, sold: str) -> None:
    text = reader.get(sold)
    assert "Receipt till-7" in text
    assert "£500.00" in text
    assert "There is no receipt “404”" in reader.get("/till/receipt?number=404", 404)
    assert "Write the number" in reader.get("/till/receipt?number=%00", 400)
    reader.get("/purchases/404", 404)


def test_several_receipts_with_one_number_are_listed(reader: Reader, sold: str) -> None:
    reader.post("/till", **BASKET | {"who": "boris"})
    text = reader.get("/till/receipt?number=till-7")
    assert "Anna Bell" in text
    assert "Boris Stone" in text


def test_some_pieces_are_taken_back_as_the_page_foretold(reader: Reader, sold: str, shop: Shop) -> None:
    form: dict[str, Any] = {"number": "return-1", "sku": ["Tea", "Jam"], "quantity": ["1", ""]}
    foretold = reader.post(f"{sold}/returns/preview", 200, **form).text
    assert "£200.00" in foretold
    assert "4.00 bonuses" in foretold
    assert "Returns</h2>" not in reader.get(sold)
    assert reader.post(f"{sold}/returns", **form).headers["Location"] == sold
    text = reader.get(sold)
    assert "£200.00 to refund, 0.00 bonuses given back, 4.00 taken back" in text
    reader.post(f"{sold}/returns", **form)
    assert reader.get(sold).count("<td>return-1</td>") == 1
    assert f'href="{sold}"' in reader.get(f"/customers/{shop.anna}")
    reader.post(f"{sold}/returns", **form | {"number": "return-2", "quantity": ["1", "0.5"]})
    assert "Take these goods back" not in reader.get(sold)


@pytest.mark.parametrize(
    ("quantities", "told"),
    [
        (["", ""], "Name at least one line"),
        (["", "0.51"], "Only 0.5 of Jam"),
        (["3", ""], "Only 2 of Tea"),
        (["-1", ""], "A quantity is above 0"),
        (["two", ""], "Write a quantity such as"),
        (["NaN", ""], "A quantity is above 0"),
    ],
)
def test_what_cannot_come_back_is_told_at_its_row(reader: Reader, sold: str, quantities: list[str], told: str) -> None:
    form: dict[str, Any] = {"number": "return-1", "sku": ["Tea", "Jam"], "quantity": quantities}
    assert told in reader.post(f"{sold}/returns/preview", 200, **form).text
    text = reader.post(f"{sold}/returns", 400, **form).text
    assert told in text
    assert 'class="hint bad"' in text
    assert "Returns</h2>" not in reader.get(sold)
