"""Promotions and promo codes on the pages, and at the till's."""

import html
import json
import re
import threading
from typing import Any

import pytest
from flask import Flask

from tests.web.pages.conftest import TOKEN, Reader, Shop
from tests.web.pages.test_loyalty import BASKET

EVERYBODY = '{"all": [{"condition": "segment", "op": "has", "value": [1]}]}'

SPRING: dict[str, Any] = {
    "name": "Spring tea",
    "active": "1",
    "adds_up": "1",
    "least_sum": "500",
    "skus": "Tea\n\n Mint ",
    "products_least": "2",
    "promo_code_list": "1",
    "scope": "products",
    "discount_percent": "10",
    "bonus_amount": "50",
    "lifetime_days": "7",
    "priority": "−3",
    "starts_at": "2026-01-01T09:00",
}


def test_a_list_gets_its_codes_and_says_what_became_of_each_line(reader: Reader) -> None:
    assert "No list of promo codes yet" in reader.get("/promo-codes")
    made = reader.post("/promo-codes/new", name="Spring", description="Leaflet", active="1")
    assert made.headers["Location"] == "/promo-codes/1"
    assert "No codes yet" in reader.get("/promo-codes/1")
    pasted = "\r\n".join(["spring-1", "SPRING 2", "spring1", "no/code", *(f"L{number:05}" for number in range(60_000))])
    text = reader.post("/promo-codes/1/codes", 200, codes=pasted).text
    assert "60\u00a0002 codes added, 1 was there already, 1 is no code" in text
    assert "Line 4: “no/code” is no code" in text
    assert "Line 3: SPRING1 is in “Spring”" in text
    assert "L00000" in reader.get("/promo-codes/1?q=l-00")
    assert "Next 100" in reader.get("/promo-codes/1/codes?after=1")
    assert "No code of this list begins with" in reader.get("/promo-codes/1?q=zzz")
    assert "60\u00a0002" in reader.get("/promo-codes")
    reader.post("/promo-codes/1/codes/1/removal")
    assert "is removed" in reader.get("/promo-codes/1?q=nothing")
    assert "Write at least one code" in reader.post("/promo-codes/1/codes", 400, codes=" \n").text
    reader.post("/promo-codes/1", name="Summer", active="", reusable="1")
    listed = reader.get("/promo-codes")
    assert "Switched off" in listed
    assert "many times" in listed
    for path in ("/promo-codes/new", "/promo-codes/1"):
        assert 'class="hint bad"' in reader.post(path, 400, name="").text
    reader.get("/promo-codes/404", status=404)
    reader.post("/promo-codes/404/codes", 404, codes="A")


def test_a_promotion_with_a_code_is_set_up_on_the_pages_and_acts_at_the_till(reader: Reader, shop: Shop) -> None:
    assert "No promotion yet" in reader.get("/promotions")
    reader.post("/promo-codes/new", name="Spring", active="1")
    reader.post("/promo-codes/1/codes", 200, codes="SPRING24, SPRING25")
    assert '<option value="1" selected>Spring</option>' in reader.get("/promotions/new?codes=1")
    reader.post("/promotions/new", **SPRING)
    assert "Spring tea" in reader.get("/promo-codes/1")
    listed = reader.get("/promotions")
    for words in (
        "from £500.00",
        "2 pieces of Mint, Tea",
        "a code of “Spring”",
        "−10",
        "+50 bonuses",
        "−3",
        "Going on",
    ):
        assert words in listed, words
    without = reader.post("/till/price", 200, **BASKET).text
    assert "Spring tea" not in without
    told = BASKET | {"promo_codes": "spring-24, NONE"}
    priced = reader.post("/till/price", 200, **told).text
    assert "Spring tea: −£40.00, +50.00 bonuses, burn" in priced
    assert "SPRING24: acts" in priced
    assert "NONE: There is no such promo code" in priced
    assert "NONE: There is no such promo code" in reader.post("/till", 400, **told).text
    reader.post("/till", **told | {"promo_codes": "spring-24"})
    assert "Promotion “Spring tea”" in reader.get(f"/customers/{shop.anna}")
    receipt = reader.get("/purchases/4")
    assert "SPRING24" in receipt
    assert "Spring tea</a>" in receipt
    again = reader.post("/till/price", 200, **told | {"number": "till-8"}).text
    assert "SPRING24: This promo code has been used" in again


def test_the_form_keeps_what_was_saved(reader: Reader, shop: Shop) -> None:
    reader.post("/promo-codes/new", name="Spring", active="1")
    reader.post("/promotions/new", **SPRING | {"outlets": "1", "conditions": EVERYBODY, "ends_at": "2026-12-31T23:59"})
    text = reader.get("/promotions/1")
    kept = (
        'value="2026-01-01T09:00"',
        'value="2026-12-31T23:59"',
        'value="-3"',
        "Mint\nTea",
        'value="500"',
        'value="7"',
    )
    for value in kept:
        assert value in text, value
    assert 'name="outlets" value="1" checked' in text
    reader.post("/promotions/1", name="Free tea", active="", skus="Tea", special_price="0", starts_at="")
    listed = reader.get("/promotions")
    assert "Free tea" in listed
    assert "£0.00 each" in listed
    assert "acts alone" in listed
    assert "Switched off" in listed
    reader.get("/promotions/404", status=404)
    assert "used by “Free tea”" not in reader.post("/segments/1/deletion", 302).text


def test_a_segment_that_a_promotion_asks_for_is_not_deleted(reader: Reader, shop: Shop) -> None:
    reader.post("/promotions/new", name="For all", conditions=EVERYBODY, bonus_percent="5")
    assert "“For all”" in reader.post("/segments/1/deletion", 409).text


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ({}, ["800.00", "20.00", "980.00", "50.00 bonuses", "23:59:59"]),
        ({"scope": "receipt", "promo_code_list": ""}, ["100.00", "900.00"]),
        ({"special_price": "30", "discount_percent": ""}, ["−60.00", "940.00"]),
        ({"skus": "", "products_least": "", "scope": "receipt", "least_quantity": "3"}, ["Goods", "1\u00a0000.00"]),
        ({"forbids_redemption": "1"}, ["800.00 with bonuses"]),
        ({"lifetime_days": ""}, ["as long as the programme’s"]),
        ({"discount_amount": "5"}, ["not both"]),
        ({"bonus_amount": "", "lifetime_days": "", "discount_percent": ""}, ["Say what the promotion gives"]),
        ({"name": "", "least_sum": "x"}, ["Write an amount"]),
    ],
)
def test_the_form_shows_what_an_example_basket_would_get(
    reader: Reader, told: dict[str, Any], shown: list[str]
) -> None:
    text = reader.post("/promotions/example", 200, **SPRING | told).text
    for words in shown:
        assert words in text, text


def told_choice(page: str) -> str:
    """The option that is chosen in the list of conditions, as somebody without scripts sees it."""
    (select,) = re.findall(r'<select[^>]* name="conditions".*?</select>', page)
    (chosen,) = re.findall(r"<option[^>]* selected>(.*?)</option>", select)
    return html.unescape(chosen)


def test_the_form_says_in_words_whom_the_conditions_mean(reader: Reader, shop: Shop) -> None:
    gift = {"name": "Gift", "active": "1", "scope": "receipt", "bonus_amount": "5"}
    assert "For</span>" not in reader.post("/promotions/example", 200, **gift).text
    shown = reader.post("/promotions/example", 200, **gift, conditions=EVERYBODY).text
    assert "Customers who are in the segment “Everybody”" in shown
    half_drawn = '{"all": [{"condition": "age", "op": "ge", "value": null}]}'
    shown = reader.post("/promotions/example", 200, **gift, conditions=half_drawn).text
    assert "once each of them has its value" in shown
    assert "5.00 bonuses" in shown


def test_conditions_are_shown_in_the_list_and_kept_by_a_form_without_scripts(reader: Reader, shop: Shop) -> None:
    gift = {"name": "Gift", "active": "1", "scope": "receipt", "bonus_amount": "5"}
    assert told_choice(reader.get("/promotions/new")) == "everybody"
    reader.post("/promotions/new", **gift, conditions=EVERYBODY)
    assert told_choice(reader.get("/promotions/1")) == "Everybody"
    own = '{"all": [{"condition": "age", "op": "ge", "value": 60}]}'
    reader.post("/promotions/1", **gift, conditions=own)
    words = "Customers who are 60 or more years old"
    assert words in reader.get("/promotions")
    page = reader.get("/promotions/1")
    assert told_choice(page) == words
    (kept,) = re.findall(r'data-tree="(.*?)"', page)
    assert json.loads(html.unescape(kept)) == json.loads(own)
    reader.post("/promotions/1", **gift, conditions="")
    assert words not in reader.get("/promotions")


@pytest.mark.parametrize(
    ("conditions", "where", "shown"),
    [
        ("{", "conditions", "Draw the conditions anew"),
        ("[" * 100_000, "conditions", "Draw the conditions anew"),
        ("[]", "conditions", "Write a group or a condition"),
        (
            '{"all": [{"condition": "age", "op": "ge", "value": null}]}',
            "conditions.all.0.value",
            "Write a whole number",
        ),
        (
            '{"any": [{"all": []}, {"condition": "tag", "op": "has", "value": [404]}]}',
            "conditions.any.1.value",
            "Choose",
        ),
    ],
)
def test_wrong_conditions_are_told_at_their_place_and_nothing_typed_is_lost(
    reader: Reader, conditions: str, where: str, shown: str
) -> None:
    told = {"name": "Gift", "bonus_amount": "5", "conditions": conditions, "description": "For the brave"}
    page = reader.post("/promotions/new", 400, **told).text
    assert f'data-where="{where}"' in page
    assert shown in page
    assert "For the brave" in page
    assert f'data-tree="{conditions}"' in html.unescape(page)
    assert "No promotion yet" in reader.get("/promotions")


@pytest.mark.parametrize(
    "told",
    [
        {"name": ""},
        {"least_sum": "much"},
        {"least_quantity": "-1"},
        {"least_quantity": "NaN"},
        {"products_least": "0.0001"},
        {"skus": "x" * 101},
        {"skus": "", "categories": ""},
        {"bonus_percent": "101"},
        {"bonus_amount": "-5"},
        {"lifetime_days": "0"},
        {"discount_amount": "5"},
        {"special_price": "dear"},
        {"priority": "high"},
        {"priority": "99999999999"},
        {"starts_at": "yesterday"},
        {"starts_at": "9999-12-31T23:59"},
        {"ends_at": "2025-01-01T00:00"},
        {"promo_code_list": "404"},
        {"promo_code_list": "x"},
        {"conditions": EVERYBODY},
        {"bonus_type": "404", "lifetime_days": ""},
        {"outlets": "404"},
        {"outlets": "x"},
    ],
)
def test_what_a_promotion_cannot_be_is_told_at_its_field(reader: Reader, told: dict[str, Any]) -> None:
    reader.post("/promo-codes/new", name="Spring", active="1")
    text = reader.post("/promotions/new", 400, **SPRING | told).text
    assert 'class="hint bad"' in text or "outlets" in told
    assert "No promotion yet" in reader.get("/promotions")


def test_the_same_promotion_saved_by_two_at_once_is_there_once(reader: Reader, app: Flask) -> None:
    token = TOKEN.search(reader.get("/promotions"))
    assert token is not None
    form = {"csrf_token": token[1], "name": "Twice", "bonus_percent": "5"}
    cookie = reader.client.get_cookie("session")
    assert cookie is not None
    answers: list[int] = []

    def save() -> None:
        client = app.test_client()
        client.set_cookie("session", cookie.value)
        answers.append(client.post("/promotions/new", data=form).status_code)

    people = [threading.Thread(target=save) for _person in range(4)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    assert answers.count(302) == 1, answers
    assert set(answers) <= {302, 400, 409}
    assert reader.get("/promotions").count("Twice") == 1
