"""The list of customers, Find, and the profile."""

import re

import pytest

from tests.web.pages.conftest import Reader, Shop


@pytest.mark.parametrize("words", ["anna", "Bell Anna", "ru-204", "anna@", "+44 7700 900014", "00447700900014", "ANNA"])
def test_a_customer_is_found_by_name_card_phone_or_address(reader: Reader, shop: Shop, words: str) -> None:
    text = reader.client.get("/customers", query_string={"q": words}).text
    assert f'href="/customers/{shop.anna}">Anna Bell</a>' in text
    assert "Boris" not in text


def test_words_that_fit_nobody_say_so_and_can_be_cleared(reader: Reader, shop: Shop) -> None:
    text = reader.get("/customers?q=%25_%27")
    assert "No customer has “%_&#39;”" in text
    assert ">Clear</a>" in text


def test_words_that_no_database_keeps_are_no_error(reader: Reader, shop: Shop) -> None:
    for path in ("/customers", "/campaigns", "/segments", "/find"):
        reader.get(f"{path}?q=%00a&after=99999999999999999999")
    reader.get("/customers/99999999999999999999", status=404)
    reader.get("/runs?campaign=99999999999999999999")


def test_find_looks_for_customers_campaigns_and_segments(reader: Reader, shop: Shop) -> None:
    text = reader.get("/find?q=b")
    for found in (f"/customers/{shop.anna}", f"/customers/{shop.boris}", f"/campaigns/{shop.campaign}", "/segments/1"):
        assert f'href="{found}"' in text
    part = reader.client.get("/find?q=zzz", headers={"Accept": "text/x-fragment"}).text
    assert "Nothing has “zzz”" in part
    assert "<html" not in part


def test_the_profile_says_who_what_and_why(reader: Reader, shop: Shop) -> None:
    text = reader.get(f"/customers/{shop.anna}")
    for known in ("RU-204417", "anna@example.test", "Paris, Le Marais", "letters"):
        assert known in text
    assert '<b class="big">300.00</b>' in text
    assert f'<a class="strong" href="/campaigns/{shop.campaign}">Birthday gift</a>' in text
    assert f'href="/messages/{shop.letter}">as it was sent</a>' in text
    assert "Purchase R-2</a> for £37.50" in text
    assert "Moments in the time of Paris." in text
    assert ", 23:59:59" in text, "bonuses burn at the end of the customer's own day"


def test_who_has_nothing_is_told_so(reader: Reader, shop: Shop) -> None:
    text = reader.get(f"/customers/{shop.boris}")
    assert "No bonuses now" in text
    assert '<b class="big">0.00</b>' in text


SEEN = {"bonuses": "+300.00", "purchases": "Purchase R-1", "messages": "as it was sent"}


@pytest.mark.parametrize("show", SEEN)
def test_activities_can_be_of_one_kind(reader: Reader, shop: Shop, show: str) -> None:
    activities = reader.get(f"/customers/{shop.anna}?show={show}").split('id="activities-title"')[1]
    assert [kind for kind, words in SEEN.items() if words in activities] == [show]


def test_a_place_in_the_list_that_is_none_is_refused(reader: Reader, shop: Shop) -> None:
    reader.get(f"/customers/{shop.anna}?before=yesterday", status=400)


def test_a_balance_is_adjusted_in_the_dialog_once_however_often_it_is_sent(reader: Reader, shop: Shop) -> None:
    form = {"key": "k1", "direction": "plus", "amount": "12,50", "reason": "Late parcel"}
    for _time in range(2):
        reader.post(f"/customers/{shop.boris}/adjustments", **form)
    text = reader.get(f"/customers/{shop.boris}")
    assert '<b class="big">12.50</b>' in text
    assert "Late parcel" in text
    assert "corrected by" in text


def test_the_profile_and_the_till_say_where_alone_bonuses_are_valid(reader: Reader, shop: Shop) -> None:
    place = re.search(r'name="outlets" value="(\d+)"> ([^<]+)<', reader.get(f"/customers/{shop.anna}"))
    assert place is not None
    form = {"key": "k3", "direction": "plus", "amount": "300", "reason": "Opening", "outlets": place[1]}
    reader.post(f"/customers/{shop.anna}/adjustments", **form)
    assert reader.get(f"/customers/{shop.anna}").count(f"only at {place[2]}") == 2
    told = reader.post("/till/price", 200, who="RU-204417").text
    assert f"300.00 more bonuses only at {place[2]}" in told


def test_the_dialog_says_what_to_mend(reader: Reader, shop: Shop) -> None:
    form = {"key": "k2", "direction": "minus", "amount": "5", "reason": "Late parcel"}
    for change, told in (
        ({}, "The customer has fewer bonuses than that"),
        ({"amount": "x"}, "Write an amount such as"),
        ({"reason": ""}, "Write a reason"),
        ({"bonus_type": "99"}, "Choose one of the list"),
    ):
        text = reader.post(f"/customers/{shop.boris}/adjustments", 400, **{**form, **change}).text
        assert told in text
        assert "data-opened" in text
