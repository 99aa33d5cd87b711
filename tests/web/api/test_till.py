"""The till over the API: the worked examples of the help pages, and what a till may rely on."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from loyalty_core.database import Database
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.lifetime import Lifetime
from tests.web.api.conftest import Program

SAVINGS = {"kind": "bonus", "is_default": True, "tiers": [{"above": "0.00", "bonus_percent": "3"}]}


def basket(customer: str, *prices: str, **more: Any) -> dict[str, Any]:
    lines = [{"sku": f"p{place}", "quantity": 1, "price": price} for place, price in enumerate(prices)]
    return {"customer": {"external_id": customer}, "lines": lines, **more}


def sale(customer: str, number: str, *prices: str, at: datetime | None = None, **more: Any) -> dict[str, Any]:
    return basket(customer, *prices, external_id=number, at=(at or datetime.now(UTC)).isoformat(), **more)


def give(database: Database, customer: int, amount: int) -> None:
    with database.begin() as session:
        recipients = [Recipient(customer, f"gift {amount}", None)]
        accrue_to_many(session, recipients, amount=amount, lifetime=Lifetime(), source="api", at=datetime.now(UTC))


@pytest.fixture
def ann(api: Program) -> int:
    return int(api.post("/customers", {"external_id": "ann", "card": "1001"})["id"])


# "Автоматизація лояльності з групами клієнтів" (SkyService): up to 1000, more than 1000, more than 3000.
# What an order of 500 earns, and what is paid for it, after purchases of so much.
EARNED = {"0": 10, "999.99": 10, "1000.00": 10, "1000.01": 15, "2999.99": 15, "3000.00": 15, "3000.01": 25}
PAID = {"0": 450, "999.99": 450, "1000.00": 450, "1000.01": 400, "2999.99": 400, "3000.00": 400, "3000.01": 350}


def grown(api: Program, total: str) -> str:
    """A client whose purchases sum up to so much."""
    api.call("POST", "/customers", {"external_id": "olena"})
    if total != "0":
        api.post("/purchases", sale("olena", "before", total))
    return "olena"


@pytest.mark.parametrize(("total", "earned"), list(EARNED.items()))
def test_sky_service_bonus_programme_earns_2_3_5_percent_by_the_sum_of_purchases(api: Program, total, earned):
    client = grown(api, total)
    tiers = [
        {"above": "0.00", "bonus_percent": "2"},
        {"above": "1000.00", "bonus_percent": "3"},
        {"above": "3000.00", "bonus_percent": "5"},
    ]
    told = {"name": "Бонусна програма накопичення бонусів % від суми покупок", "kind": "bonus", "tiers": tiers}
    programme = api.post("/programmes", told)["id"]
    api.post("/customer-groups", {"name": "Нові клієнти", "programme": programme, "is_default": True})
    settled = api.post("/till/settle", sale(client, "order", "500.00"))
    assert (settled["accrued"], settled["to_pay"]) == (f"{earned}.00", "500.00")


@pytest.mark.parametrize(("total", "paid"), list(PAID.items()))
def test_sky_service_discount_programme_takes_10_20_30_percent_off_by_the_sum_of_purchases(api: Program, total, paid):
    client = grown(api, total)
    tiers = [
        {"above": "0.00", "discount_percent": "10"},
        {"above": "1000.00", "discount_percent": "20"},
        {"above": "3000.00", "discount_percent": "30"},
    ]
    told = {"name": "Програма лояльності збільшення відсотку знижки", "kind": "discount", "tiers": tiers}
    programme = api.post("/programmes", told)["id"]
    api.post("/customer-groups", {"name": "Нові клієнти", "programme": programme, "is_default": True})
    settled = api.post("/till/settle", sale(client, "order", "500.00"))
    assert (settled["to_pay"], settled["accrued"]) == (f"{paid}.00", "0.00")
    assert settled["subtotal"] == "500.00"


def test_sky_service_group_without_a_loyalty_programme_has_no_bonuses_and_no_discount(api: Program, ann: int):
    api.post("/programmes", SAVINGS | {"name": "Savings"})
    group = api.post("/customer-groups", {"name": "Без програми лояльності"})["id"]
    api.put(f"/customers/{ann}/group", {"group": group}, 204)
    priced = api.post("/till/price", basket("ann", "500.00"), 200)
    assert (priced["to_pay"], priced["accrued"], priced["redeemable"]) == ("500.00", "0.00", "0.00")


@pytest.mark.parametrize(("balance", "most"), [(80_000, "500.00"), (30_000, "300.00")])
def test_kilbil_50_percent_of_a_purchase_can_be_paid_with_bonuses(
    api: Program, ann: int, database: Database, balance: int, most: str
):
    """ "Программы лояльности" (kilbil): при выставлении «50», бонусами можно оплатить только 50% от суммы покупки."""
    api.post("/programmes", SAVINGS | {"name": "Бонусная", "payable_percent": "50"})
    give(database, ann, balance)
    assert api.post("/till/price", basket("ann", "1000.00"), 200)["redeemable"] == most
    over = f"{float(most) + 0.01:.2f}"
    assert api.places("POST", "/till/price", basket("ann", "1000.00", redeem=over)) == ["redeem"]
    assert api.places("POST", "/till/settle", sale("ann", "1", "1000.00", redeem=over)) == ["redeem"]
    assert api.post("/till/settle", sale("ann", "1", "1000.00", redeem=most))["redeemed"] == most


def test_kilbil_a_delay_of_2_days_is_48_hours_from_the_moment_of_purchase(api: Program, ann: int):
    """ "Отсрочка начисления бонусов (дни)" (kilbil): считаются сутки (24 часа) с момента покупки."""
    api.put("/organisation", {"name": "Shop", "zone": "Europe/Moscow", "currency": "RUB", "leap_day": "feb28"})
    api.post("/programmes", SAVINGS | {"name": "Бонусная", "delay_days": 2})
    bought = datetime(2026, 3, 10, 15, 30, tzinfo=UTC)
    assert api.post("/till/settle", sale("ann", "1", "1000.00", at=bought))["accrued"] == "30.00"
    just_before, then = (bought + timedelta(hours=48, seconds=seconds) for seconds in (-1, 0))
    price = {at: api.post("/till/price", basket("ann", "100.00", at=at.isoformat()), 200) for at in (just_before, then)}
    assert (price[just_before]["active"], price[then]["active"]) == ("0.00", "30.00")


def test_kilbil_bonuses_of_2_days_burn_at_the_end_of_the_second_day(api: Program, ann: int):
    """ "Сгорающие бонусы" (kilbil): начисление 15.09.2023 в 14:45:33, через 2 дня: сгорят 17.09.2023 в 23:59:59."""
    api.put("/organisation", {"name": "Shop", "zone": "Europe/Moscow", "currency": "RUB", "leap_day": "feb28"})
    api.post("/programmes", SAVINGS | {"name": "Бонусная", "lifetime_days": 2})
    bought = datetime.fromisoformat("2023-09-15T14:45:33+03:00")
    api.post("/till/settle", sale("ann", "1", "1000.00", at=bought))
    (lot,) = api.get(f"/customers/{ann}/balance?spent=true")["lots"]
    assert datetime.fromisoformat(lot["expires_at"]) == datetime.fromisoformat("2023-09-17T23:59:59+03:00")
    for at, active in (("2023-09-17T23:59:58+03:00", "30.00"), ("2023-09-17T23:59:59+03:00", "0.00")):
        assert api.post("/till/price", basket("ann", "100.00", at=at), 200)["active"] == active


def test_kilbil_late_accrual_waits_for_its_time_of_day(api: Program, ann: int):
    """ "Время начисления отсроченных бонусов": the first 09:00 of the shop at or after 2 × 24 hours."""
    api.post("/outlets", {"name": "Арбат", "external_id": "arbat", "zone": "Europe/Moscow"})
    late = {"delay_days": 2, "accrual_time": "09:00", "lifetime_days": 10}
    api.post("/programmes", SAVINGS | {"name": "Бонусная"} | late)
    at = "2026-03-10T18:30:00+03:00"
    priced = api.post("/till/price", basket("ann", "1000.00", outlet="arbat", at=at), 200)
    assert priced["active_at"] == "2026-03-13T06:00:00+00:00"
    assert priced["expires_at"] == "2026-03-23T23:59:59+00:00"
    api.post("/till/settle", sale("ann", "1", "1000.00", outlet="arbat", at=datetime.fromisoformat(at)))
    (lot,) = api.get(f"/customers/{ann}/balance?spent=true")["lots"]
    assert (lot["active_at"], lot["expires_at"]) == (priced["active_at"], priced["expires_at"])


def test_a_price_changes_nothing_and_is_what_the_sale_does(api: Program, ann: int, database: Database):
    tiers = [{"above": "0.00", "bonus_percent": "5", "discount_percent": "10"}]
    programme = api.post("/programmes", {"name": "Both", "kind": "both", "is_default": True, "tiers": tiers})["id"]
    give(database, ann, 10_000)
    priced = api.post("/till/price", basket("ann", "100.10", "33.33", redeem="50.00"), 200)
    assert api.get(f"/customers/{ann}")["purchase_count"] == 0
    assert api.get(f"/customers/{ann}/balance")["active"] == "100.00"
    assert priced["programme"] == {"id": programme, "name": "Both"}
    settled = api.post("/till/settle", sale("ann", "1", "100.10", "33.33", redeem="50.00"))
    for name in ("subtotal", "discounted", "amount", "redeemed", "to_pay", "accrued"):
        assert settled[name] == priced[name], name
    assert (settled["discounted"], settled["amount"], settled["to_pay"]) == ("13.34", "120.09", "70.09")
    lines = api.get(f"/purchases/{settled['id']}")["lines"]
    for name in ("discounted", "amount", "redeemed", "accrued"):
        assert [line[name] for line in lines] == [line[name] for line in priced["lines"]], name
    assert api.get(f"/customers/{ann}/balance")["active"] == f"{50 + float(settled['accrued']):.2f}"


def test_a_till_that_lost_the_answer_sends_again(api: Program, ann: int, database: Database):
    programme = api.post("/programmes", SAVINGS | {"name": "Savings"})["id"]
    give(database, ann, 10_000)
    told = sale("ann", "till-1/7", "500.00", redeem="100.00")
    first = api.post("/till/settle", told)
    api.put(f"/programmes/{programme}", SAVINGS | {"name": "Richer", "payable_percent": "0"})
    assert api.post("/till/settle", told) == first
    assert api.get(f"/customers/{ann}/balance")["active"] == "12.00"
    assert api.get(f"/customers/{ann}")["purchase_count"] == 1
    assert api.places("POST", "/till/settle", told | {"redeem": "1.00"}, 409) == ["redeem"]
    dearer = told | {"lines": [{"sku": "p0", "quantity": 1, "price": "501.00"}]}
    assert api.places("POST", "/till/settle", dearer, 409) == ["external_id"]


def test_the_same_receipt_at_once_is_settled_once(api: Program, ann: int, app: Flask):
    api.post("/programmes", SAVINGS | {"name": "Savings"})
    told, answers = sale("ann", "1", "500.00"), []

    def tell() -> None:
        answers.append(Program(app.test_client(), api.key).call("POST", "/till/settle", told))

    tills = [threading.Thread(target=tell) for _number in range(6)]
    for till in tills:
        till.start()
    for till in tills:
        till.join()
    assert [answer["accrued"] for answer in answers] == ["15.00"] * 6, answers
    assert api.get(f"/customers/{ann}/balance")["active"] == "15.00"


def test_the_company_of_the_shop_owes_what_a_purchase_earns(api: Program, ann: int):
    company = api.post("/legal-entities", {"name": "Harbour Gifts Ltd"})["id"]
    api.post("/outlets", {"name": "Soho", "external_id": "soho", "legal_entity": company})
    api.post("/programmes", SAVINGS | {"name": "Savings"})
    api.post("/purchases", sale("ann", "1", "500.00", outlet="soho"))
    (lot,) = api.get(f"/customers/{ann}/balance")["lots"]
    assert (lot["amount"], lot["legal_entity"], lot["source"]) == ("15.00", "Harbour Gifts Ltd", "purchase")


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({"customer": {"card": "404"}}, "customer"),
        ({"outlet": "nowhere"}, "outlet"),
        ({"lines": []}, "lines"),
        ({"redeem": "0.01"}, "redeem"),
        ({"at": "yesterday"}, "at"),
    ],
)
def test_what_cannot_be_priced_is_refused_with_its_place(api: Program, ann: int, told, where: str):
    assert api.places("POST", "/till/price", basket("ann", "5.00") | told) == [where]


def test_bonuses_that_are_valid_only_at_downtown_pay_only_there(api: Program, ann: int):
    company = api.post("/legal-entities", {"name": "Harbour Gifts Ltd"})["id"]
    ids = {
        name: api.post("/outlets", {"name": name, "external_id": name.lower(), "legal_entity": company})["id"]
        for name in ("Downtown", "Harbour")
    }
    api.post("/programmes", SAVINGS | {"name": "Savings", "payable_percent": "100"})
    gift = {"direction": "plus", "amount": "300.00", "reason": "Opening", "outlets": [ids["Downtown"]]}
    held = api.post(f"/customers/{ann}/adjustments", gift)
    only = [{"id": ids["Downtown"], "name": "Downtown"}]
    assert (held["active"], held["bound"]) == ("300.00", [{"amount": "300.00", "outlets": only}])
    assert [lot["outlets"] for lot in held["lots"]] == [only]
    for place, can in ((None, "0.00"), ("harbour", "0.00"), ("downtown", "300.00")):
        where = {"outlet": place} if place else {}
        priced = api.post("/till/price", basket("ann", "500.00", **where), 200)
        assert (priced["active"], priced["redeemable"]) == (can, can)
        named = f"&outlet={place}" if place else ""
        looked_up = api.get(f"/till/customer?card=1001{named}")
        assert (looked_up["active"], looked_up["spendable"]) == ("300.00", can)
    elsewhere = sale("ann", "1", "500.00", outlet="harbour", redeem="1.00")
    assert api.places("POST", "/till/settle", elsewhere) == ["redeem"]
    there = sale("ann", "2", "500.00", outlet="downtown", redeem="250.00")
    assert api.post("/till/settle", there)["redeemed"] == "250.00"
    assert api.get(f"/customers/{ann}/balance")["bound"][0]["amount"] == "50.00"


@pytest.mark.parametrize(("outlets", "where"), [([99], "outlets"), (["x"], "outlets.0"), ("x", "outlets")])
def test_a_correction_for_outlets_that_are_none_is_refused(api: Program, ann: int, outlets, where: str):
    gift = {"direction": "plus", "amount": "3.00", "reason": "Opening", "outlets": outlets}
    assert api.places("POST", f"/customers/{ann}/adjustments", gift) == [where]
