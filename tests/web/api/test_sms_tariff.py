"""What an SMS costs, and a text as it would be sent."""

import pytest

from tests.web.api.conftest import Program


def test_a_text_is_shown_with_its_parts_and_price_as_the_tariff_says(api: Program) -> None:
    """SkyService, "Вартість СМС" (d25): 1.01 for each 70 characters."""
    assert api.get("/sms-tariff") == {"part_price": "0.00", "counting": "encoding"}
    assert api.put("/sms-tariff", {"part_price": "1.01", "counting": "flat70"})["part_price"] == "1.01"
    for length, price in ((1, "1.01"), (70, "1.01"), (71, "2.02"), (140, "2.02"), (141, "3.03")):
        shown = api.post("/messages/preview", {"text": "я" * length}, 200)
        assert (shown["price"], shown["characters"], shown["encoding"]) == (price, length, "")
    api.put("/sms-tariff", {"part_price": "2.00", "counting": "encoding"})
    shown = api.post(
        "/messages/preview", {"text": "{{ customer.first_name }}, {{ burning }} burn on {{ burning_on }}"}, 200
    )
    assert shown == {
        "text": "Anna, 120 burn on 17 September 2026",
        "characters": 35,
        "encoding": "GSM-7",
        "parts": 1,
        "price": "2.00",
    }


@pytest.mark.parametrize(
    "text",
    ["", " ", "{{ customer.nam }}", "{% for x in y %}{% endfor %}", "a\0", "x" * 1001, 7, None],
    ids=lambda text: repr(text)[:30],
)
def test_a_text_that_cannot_be_sent_is_refused_at_its_place(api: Program, text: object) -> None:
    assert api.places("POST", "/messages/preview", {"text": text}) == ["text"]


@pytest.mark.parametrize(
    "told",
    [{"part_price": "-1"}, {"part_price": 1}, {"part_price": "10000000.01"}, {"counting": "words"}, {"counting": None}],
)
def test_a_tariff_that_cannot_be_is_refused_at_its_place(api: Program, told: dict[str, object]) -> None:
    places = api.places("PUT", "/sms-tariff", {"part_price": "1.00", "counting": "encoding"} | told)
    assert places == list(told)


def test_a_customers_telegram_and_device_are_told_and_replaced(api: Program) -> None:
    told = {"external_id": "a", "telegram": " 204417001 ", "push": "device-token-1", "consents": {"telegram": True}}
    customer = api.post("/customers", told)
    assert (customer["telegram"], customer["push"], customer["consents"]) == (
        "204417001",
        "device-token-1",
        {"telegram": True},
    )
    assert api.post("/customers", {"external_id": "a", "push": "device-token-2"}, 200)["push"] == "device-token-2"
    assert api.places("POST", "/customers", {"external_id": "b", "telegram": "@anna"}) == ["telegram"]
    assert api.places("POST", "/customers", {"external_id": "b", "push": "two words"}) == ["push"]
