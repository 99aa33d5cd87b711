"""Promo codes over the API: lists, thousands of codes at once, and codes that are used once or many times."""

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from loyalty_core.database import Database
from loyalty_core.events import Event
from loyalty_core.promotions.promo_codes import PromoCodeUse
from tests.web.api.conftest import Program
from tests.web.api.test_till import basket, sale


def make_list(api: Program, *codes: str, **more: Any) -> int:
    """A list of promo codes with a promotion that takes 10.00 off for them; answers the list's id."""
    name = more.pop("name", "Spring")
    list_id = int(api.post("/promo-code-lists", {"name": name} | more)["id"])
    api.post("/promotions", {"name": f"Ten off, {name}", "promo_code_list": list_id, "discount_amount": "10.00"})
    if codes:
        api.post(f"/promo-code-lists/{list_id}/codes", {"codes": list(codes)})
    return list_id


@pytest.fixture
def ann(api: Program) -> int:
    return int(api.post("/customers", {"external_id": "ann", "card": "1001"})["id"])


@pytest.fixture
def bob(api: Program) -> int:
    return int(api.post("/customers", {"external_id": "bob", "card": "1002"})["id"])


def figures(api: Program, list_id: int) -> tuple[int, int, int, int | None]:
    found = api.get(f"/promo-code-lists/{list_id}")
    return found["codes"], found["used"], found["uses"], found["left"]


@pytest.mark.usefixtures("ann", "bob")
def test_kilbil_a_code_of_a_list_that_is_not_reusable_is_used_once(api: Program):
    """ "Промокоды" (kilbil): без флага «Многоразовый» второе применение промокода отклоняется."""
    list_id = make_list(api, "SPRING-1", "SPRING-2")
    first = api.post("/till/settle", sale("ann", "1", "100.00", promo_codes=["spring 1"]))
    assert (first["to_pay"], first["promo_codes"]) == ("90.00", ["SPRING1"])
    assert api.places("POST", "/till/settle", sale("bob", "2", "100.00", promo_codes=["SPRING1"])) == ["promo_codes.0"]
    assert api.places("POST", "/purchases", sale("ann", "3", "100.00", promo_codes=["SPRING1"])) == ["promo_codes.0"]
    assert figures(api, list_id) == (2, 1, 1, 1)


@pytest.mark.usefixtures("ann", "bob")
def test_kilbil_a_code_of_a_reusable_list_is_used_again_and_again(api: Program):
    """ "Промокоды" (kilbil): «Многоразовый» – все промокоды из списка можно использовать несколько раз."""
    list_id = make_list(api, "ЛЕТО", reusable=True)
    for number, customer in enumerate(("ann", "bob", "ann")):
        settled = api.post("/till/settle", sale(customer, str(number), "100.00", promo_codes=["лето"]))
        assert settled["to_pay"] == "90.00"
    assert figures(api, list_id) == (1, 1, 3, None)


@pytest.mark.usefixtures("ann")
def test_a_price_says_whether_a_code_acts_and_why_not_and_uses_none_up(api: Program):
    make_list(api, "GOOD", "SECOND")
    make_list(api, "OLD", name="Old", active=False)
    idle = api.post("/promo-code-lists", {"name": "Idle"})["id"]
    api.post(f"/promo-code-lists/{idle}/codes", {"codes": ["IDLE"]})
    told = ["good", "SECOND", "GOOD", "OLD", "IDLE", "NONE", "?!"]
    for _twice in range(2):
        priced = api.post("/till/price", basket("ann", "100.00", promo_codes=told), 200)
        assert [(each["code"], each["acts"], each["reason"]) for each in priced["promo_codes"]] == [
            ("GOOD", True, None),
            ("SECOND", False, "Another code of its list acts already"),
            ("GOOD", False, "This promo code is named twice"),
            ("OLD", False, "This promo code is not accepted now"),
            ("IDLE", False, "No promotion takes this code now"),
            ("NONE", False, "There is no such promo code"),
            ("?!", False, "There is no such promo code"),
        ]
        assert priced["to_pay"] == "90.00"
    settled = api.post("/till/settle", sale("ann", "1", "100.00", promo_codes=["GOOD", "SECOND", "IDLE"]))
    assert settled["promo_codes"] == ["GOOD"]
    assert api.places("POST", "/till/settle", sale("ann", "2", "9.00", promo_codes=["SECOND", "OLD"])) == [
        "promo_codes.1"
    ]
    assert api.post("/till/settle", sale("ann", "3", "100.00", promo_codes=["SECOND"]))["to_pay"] == "90.00"


@pytest.mark.usefixtures("ann")
def test_a_code_whose_promotion_does_not_act_stays_unused_and_the_price_says_why(api: Program):
    list_id = api.post("/promo-code-lists", {"name": "Spring"})["id"]
    api.post(f"/promo-code-lists/{list_id}/codes", {"codes": ["SPRING"]})
    promotion = {"name": "Ten off", "promo_code_list": list_id, "discount_amount": "10.00", "least_sum": "50.00"}
    api.post("/promotions", promotion)
    (code,) = api.post("/till/price", basket("ann", "49.99", promo_codes=["SPRING"]), 200)["promo_codes"]
    assert code["reason"] == "“Ten off” does not act: it wants a purchase of 50.00"
    assert api.post("/till/settle", sale("ann", "1", "49.99", promo_codes=["SPRING"]))["promo_codes"] == []
    assert api.post("/till/settle", sale("ann", "2", "50.00", promo_codes=["SPRING"]))["to_pay"] == "40.00"


def test_a_till_that_lost_the_answer_sends_its_code_again(api: Program, ann: int, database: Database):
    make_list(api, "ONCE", "TWICE")
    told = sale("ann", "1", "100.00", promo_codes=["ONCE"])
    first = api.post("/till/settle", told)
    assert api.post("/till/settle", told) == first
    assert first["promotions"] == [{"id": 1, "name": "Ten off, Spring", "discounted": "10.00", "accrued": "0.00"}]
    assert api.get(f"/purchases/{first['id']}")["promotions"] == first["promotions"]
    assert api.places("POST", "/till/settle", told | {"promo_codes": []}, 409) == ["promo_codes"]
    assert api.places("POST", "/till/settle", told | {"promo_codes": ["TWICE"]}, 409) == ["promo_codes"]
    with database.read() as session:
        (event,) = session.scalars(select(Event).where(Event.kind == "promo_code.used"))
        assert event.customer_id == ann
        assert event.properties == {"code": "ONCE", "list_id": 1, "purchase_id": first["id"], "promotions": [1]}


@pytest.mark.usefixtures("ann")
def test_promotions_that_want_a_code_of_one_list_act_by_one_code(api: Program):
    list_id = make_list(api, "ONCE", "SPARE")
    api.post("/promotions", {"name": "And bonuses", "promo_code_list": list_id, "bonus_amount": "5.00"})
    settled = api.post("/till/settle", sale("ann", "1", "100.00", promo_codes=["ONCE", "SPARE"]))
    assert (settled["to_pay"], settled["accrued"], settled["promo_codes"]) == ("90.00", "5.00", ["ONCE"])
    assert figures(api, list_id) == (2, 1, 1, 1)


@pytest.mark.usefixtures("ann", "bob")
def test_two_tills_with_the_same_code_at_once_one_wins(api: Program, app: Flask, database: Database):
    """Two customers, so that no lock of a customer helps: the database itself refuses the second use."""
    make_list(api, "ONCE", "OTHER")
    answers: list[int] = []

    def tell(number: int) -> None:
        codes = ["ONCE", "OTHER"] if number % 2 else ["OTHER", "ONCE"]
        told = sale(("ann", "bob")[number % 2], f"r{number}", "100.00", promo_codes=codes[:1] if number < 2 else codes)
        answers.append(Program(app.test_client(), api.key).answer("POST", "/till/settle", told).status_code)

    tills = [threading.Thread(target=tell, args=(number,)) for number in (1, 3, 2, 4, 6, 5)]
    for till in tills:
        till.start()
    for till in tills:
        till.join()
    # Each sale that went through used one code; both codes were used by whoever was there first.
    assert sorted(answers)[:1] == [201]
    assert set(answers) == {201, 400}
    with database.read() as session:
        uses = session.execute(select(PromoCodeUse.code_id, PromoCodeUse.purchase_id)).all()
    assert len(uses) == len({code_id for code_id, _purchase in uses}) == answers.count(201)


@pytest.mark.usefixtures("ann")
def test_a_code_stays_used_when_the_goods_come_back(api: Program):
    make_list(api, "ONCE")
    sold = api.post("/till/settle", sale("ann", "1", "100.00", promo_codes=["ONCE"]))
    back = {"external_id": "r1", "at": sold["at"]}
    assert api.post(f"/purchases/{sold['id']}/returns", back)["to_refund"] == "90.00"
    assert api.places("POST", "/till/settle", sale("ann", "2", "100.00", promo_codes=["ONCE"])) == ["promo_codes.0"]


def test_ten_thousand_codes_are_added_in_one_go_with_a_report(api: Program, statements: list[str]):
    make_list(api, "CODE-00007", name="Earlier")
    list_id = make_list(api)
    told = [f"code {number:05}" for number in range(12_000)] + ["CODE00001", "no/code", "", "A1, A2;A3\tA4", "Ж" * 41]
    statements.clear()
    report = api.post(f"/promo-code-lists/{list_id}/codes", {"codes": told})
    assert len(statements) < 15
    assert report["added"] == 12_000 - 1 + 4
    assert report["known"] == [
        {"line": 8, "code": "CODE00007", "list": "Earlier"},
        {"line": 12_001, "code": "CODE00001", "list": "Spring"},
    ]
    assert report["refused"] == [{"line": 12_002, "text": "no/code"}, {"line": 12_005, "text": "Ж" * 41}]
    again = api.post(f"/promo-code-lists/{list_id}/codes", {"codes": told[:3]})
    assert (again["added"], [each["list"] for each in again["known"]]) == (0, ["Spring"] * 3)
    assert figures(api, list_id) == (12_003, 0, 0, 12_003)
    found = api.get(f"/promo-code-lists/{list_id}/codes?q=code-1199&limit=4")
    assert [each["code"] for each in found["items"]] == [f"CODE1199{number}" for number in range(4)]
    assert api.get(f"/promo-code-lists/{list_id}/codes?q=%2F")["items"] == []
    following = api.get(f"/promo-code-lists/{list_id}/codes?q=code-1199&limit=4&after={found['next']}")
    assert following["items"][0]["code"] == "CODE11994"


def test_the_same_codes_pasted_by_two_at_once_are_there_once(api: Program, app: Flask):
    lists = [make_list(api, name=name) for name in ("One", "Two")]
    added = []

    def paste(list_id: int) -> None:
        codes = [f"C{number}" for number in range(500)]
        program = Program(app.test_client(), api.key)
        added.append(program.post(f"/promo-code-lists/{list_id}/codes", {"codes": codes})["added"])

    people = [threading.Thread(target=paste, args=(list_id,)) for list_id in lists]
    for each in people:
        each.start()
    for each in people:
        each.join()
    assert sum(added) == 500
    assert sum(figures(api, list_id)[0] for list_id in lists) == 500


@pytest.mark.usefixtures("ann")
def test_only_a_code_that_was_never_used_can_be_removed(api: Program):
    list_id = make_list(api, "USED", "UNUSED")
    api.post("/till/settle", sale("ann", "1", "100.00", promo_codes=["USED"]))
    codes = {each["code"]: each for each in api.get(f"/promo-code-lists/{list_id}/codes")["items"]}
    assert codes["USED"]["uses"] == 1
    assert api.places("DELETE", f"/promo-code-lists/{list_id}/codes/{codes['USED']['id']}", status=409) == [
        "promo_code"
    ]
    api.delete(f"/promo-code-lists/{list_id}/codes/{codes['UNUSED']['id']}")
    assert api.places("DELETE", f"/promo-code-lists/{list_id}/codes/{codes['UNUSED']['id']}", status=404) == [
        "promo_code"
    ]
    assert figures(api, list_id) == (1, 1, 1, 0)


@pytest.mark.usefixtures("ann", "bob")
def test_a_reusable_list_that_becomes_one_of_one_use_keeps_its_uses(api: Program):
    list_id = make_list(api, "LOCKED", reusable=True)
    api.post("/till/settle", sale("ann", "1", "100.00", promo_codes=["LOCKED"]))
    api.put(f"/promo-code-lists/{list_id}", {"name": "Spring", "reusable": False})
    assert api.places("POST", "/till/settle", sale("bob", "2", "9.00", promo_codes=["LOCKED"])) == ["promo_codes.0"]


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("/promo-code-lists", {"name": ""}, "name"),
        ("/promo-code-lists", {"name": "Spring"}, "name"),
        ("/promo-code-lists", {"name": "B", "active": 1}, "active"),
        ("/promo-code-lists", {"name": "B", "description": "x" * 501}, "description"),
        ("/promo-code-lists/1/codes", {"codes": []}, "codes"),
        ("/promo-code-lists/1/codes", {"codes": [" ", ""]}, "codes"),
        ("/promo-code-lists/1/codes", {"codes": [7]}, "codes.0"),
        ("/promo-code-lists/1/codes", {"codes": "A"}, "codes"),
        ("/promo-code-lists/1/codes", {"codes": ["A"] * 100_001}, "codes"),
        ("/promo-code-lists/1/codes", {"codes": ["A\0"]}, "codes.0"),
        ("/till/price", basket("ann", "1.00", promo_codes=["A"] * 21), "promo_codes"),
        ("/till/price", basket("ann", "1.00", promo_codes=[""]), "promo_codes.0"),
        ("/till/price", basket("ann", "1.00", promo_codes="A"), "promo_codes"),
        ("/till/price", basket("ann", "1.00", promo_codes=None), "promo_codes"),
    ],
)
@pytest.mark.usefixtures("ann")
def test_what_cannot_be_taken_is_refused_with_its_place(api: Program, path: str, body: Any, where: str):
    make_list(api)
    assert api.places("POST", path, body) == [where]
    assert figures(api, 1) == (0, 0, 0, 0)
    assert api.places("GET", "/promo-code-lists/404/codes", status=404) == ["promo_code_list"]
