"""What is known of a customer and whose rules hold for them, changed over the API."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from tests.web.api.conftest import Program
from tests.web.api.test_till import SAVINGS, basket


@pytest.fixture
def ann(api: Program) -> int:
    told = {
        "first_name": "Ann",
        "phone": "+44 7700 900014",
        "card": "1001",
        "sex": "female",
        "birth_date": "1980-02-29",
    }
    return int(api.post("/customers", told | {"external_id": "ann", "consents": {"email": True}})["id"])


def earns(api: Program) -> str:
    return str(api.post("/till/price", basket("ann", "100.00"), 200)["accrued"])


def test_a_group_s_rules_come_before_those_of_a_programme_of_their_own_and_both_before_the_default(api: Program, ann):
    api.post("/programmes", SAVINGS | {"name": "Default"})
    for name, percent in (("Of the group", "5"), ("Own", "7")):
        tiers = [{"above": "0.00", "bonus_percent": percent}]
        api.post("/programmes", SAVINGS | {"name": name, "is_default": False, "tiers": tiers})
    group = api.post("/customer-groups", {"name": "Friends", "programme": 2})["id"]
    for told, earned in (({}, "3.00"), ({"group": group}, "5.00"), ({"programme": 3}, "7.00"), ({}, "3.00")):
        assert api.put(f"/customers/{ann}/loyalty", told, 204) is None
        assert earns(api) == earned
    known = api.get(f"/customers/{ann}")
    assert (known["group"], known["programme"]) == (None, None)


def test_rules_that_cannot_hold_are_refused(api: Program, ann: int):
    api.post("/programmes", SAVINGS | {"name": "Gone", "is_default": False, "archived": True})
    group = api.post("/customer-groups", {"name": "Friends"})["id"]
    address = f"/customers/{ann}/loyalty"
    assert api.places("PUT", address, {"group": group, "programme": 1}) == ["programme"]
    assert api.places("PUT", address, {"programme": 1}) == ["programme"]
    assert api.places("PUT", address, {"programme": 404}) == ["programme"]
    assert api.places("PUT", address, {"group": 404}) == ["group"]
    assert api.places("PUT", address, {"group": "Friends"}) == ["group"]
    assert api.places("PUT", "/customers/404/loyalty", {}, 404) == ["customer_id"]
    assert api.get(f"/customers/{ann}")["group"] is None


def test_who_has_an_archived_programme_may_keep_it(api: Program, ann: int):
    told = SAVINGS | {"name": "Old", "is_default": False}
    programme = api.post("/programmes", told)["id"]
    api.put(f"/customers/{ann}/loyalty", {"programme": programme}, 204)
    api.put(f"/programmes/{programme}", told | {"archived": True})
    api.put(f"/customers/{ann}/loyalty", {"programme": programme}, 204)
    assert earns(api) == "3.00"


def test_a_customer_is_edited_as_a_whole(api: Program, ann: int):
    told = {"last_name": "Lee", "cards": ["1001", "2002"], "email": "ann@example.test", "birth_date": "1981-03-01"}
    known = api.put(f"/customers/{ann}", told)
    assert (known["name"], known["cards"], known["phone"], known["email"], known["sex"], known["birth_date"]) == (
        *("Lee", ["1001", "2002"], None),
        *("ann@example.test", None, "1981-03-01"),
    )
    assert known["consents"] == {"email": True}
    assert known["external_id"] == "ann"
    assert api.put(f"/customers/{ann}", told) == known
    known = api.put(f"/customers/{ann}", {"cards": ["2002"], "consents": {"email": False, "sms": True}})
    assert (known["cards"], known["email"], known["consents"]) == (["2002"], None, {"email": False, "sms": True})
    assert api.post("/customers", {"external_id": "bob", "card": "1001"})["cards"] == ["1001"]


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({"cards": ["1001", "9009"]}, "cards.1"),
        ({"cards": ["?"]}, "cards.0"),
        ({"cards": ["1"] * 21}, "cards"),
        ({"phone": "+44 7700 900099"}, "phone"),
        ({"phone": "call me"}, "phone"),
        ({"email": "ann"}, "email"),
        ({"birth_date": "1066-10-14"}, "birth_date"),
        ({"birth_date": 5}, "birth_date"),
        ({"sex": "x"}, "sex"),
        ({"outlet": 404}, "outlet"),
        ({"first_name": "x" * 101}, "first_name"),
        ({"first_name": "\0"}, "first_name"),
        ({"external_id": "b"}, "external_id"),
    ],
)
def test_what_cannot_be_known_of_a_customer_changes_nothing(api: Program, ann: int, told: dict[str, Any], where: str):
    api.post("/customers", {"external_id": "bob", "card": "9009", "phone": "+44 7700 900099"})
    before = api.get(f"/customers/{ann}")
    assert api.places("PUT", f"/customers/{ann}", {"first_name": "Anna"} | told) == [where]
    assert api.get(f"/customers/{ann}") == before
    assert api.places("PUT", "/customers/404", {}, 404) == ["customer"]


def test_two_who_are_given_the_same_card_at_once_do_not_both_get_it(app: Flask, api: Program, ann: int):
    bob = api.post("/customers", {"external_id": "bob"})["id"]

    def give(customer: int) -> int:
        program = Program(app.test_client(), api.key)
        return program.answer("PUT", f"/customers/{customer}", {"cards": ["7007"]}).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(set(pool.map(give, [ann, bob] * 4)))
    assert answers in ([200, 400], [200, 400, 409])
    cards = [api.get(f"/customers/{customer}")["cards"] for customer in (ann, bob)]
    assert sorted(cards) in ([[], ["7007"]], [["1001"], ["7007"]])
