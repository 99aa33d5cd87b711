"""Promotions over the API: every condition, every effect, their order, and whether they add up."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from loyalty_core.database import Database
from loyalty_core.proof import proof
from tests.web.api.conftest import Program
from tests.web.api.test_returns import active, back
from tests.web.api.test_till import SAVINGS, basket, give, sale

NOW = datetime.now(UTC)


@pytest.fixture
def ann(api: Program) -> int:
    """A customer whom no programme's rules hold for."""
    return int(api.post("/customers", {"external_id": "ann", "card": "1001"})["id"])


def promote(api: Program, name: str = "Ten off", **more: Any) -> int:
    """A promotion, which takes 10.00 off where nothing else is told."""
    told = {"discount_amount": "10.00"} if not GIVES & more.keys() else {}
    return int(api.post("/promotions", {"name": name} | told | more)["id"])


GIVES = {"bonus_percent", "bonus_amount", "discount_percent", "discount_amount", "special_price", "forbids_redemption"}


def goods(*lines: tuple[str, Any, str], customer: str = "ann", **more: Any) -> dict[str, Any]:
    """A basket of (code, quantity, price)."""
    told = [{"sku": sku, "quantity": quantity, "price": price} for sku, quantity, price in lines]
    return {"customer": {"external_id": customer}, "lines": told, **more}


def price(api: Program, told: dict[str, Any]) -> Any:
    return api.post("/till/price", told, 200)


def acted(api: Program, told: dict[str, Any]) -> list[str]:
    """The names of the promotions that act on a basket, in their order."""
    return [each["name"] for each in price(api, told)["promotions"]]


# Conditions


@pytest.mark.usefixtures("ann")
def test_it_acts_from_its_least_sum_on_before_discounts(api: Program):
    promote(api, "First", priority=1, least_sum="100.00")
    promote(api, "Second", least_sum="100.00")
    assert acted(api, basket("ann", "50.00", "49.99")) == []
    assert acted(api, basket("ann", "50.00", "50.00")) == ["First", "Second"]


@pytest.mark.usefixtures("ann")
def test_it_acts_from_its_least_quantity_of_goods_on(api: Program):
    promote(api, least_quantity=3)
    assert acted(api, goods(("a", 1, "9.00"), ("b", "1.999", "9.00"))) == []
    assert acted(api, goods(("a", 1, "9.00"), ("b", 2, "9.00"))) == ["Ten off"]


@pytest.mark.usefixtures("ann")
def test_it_acts_on_its_products_by_code_or_category(api: Program):
    promote(api, skus=["tea"], categories=["Jam"], products_least="2")
    assert acted(api, goods(("coffee", 9, "9.00"))) == []
    assert acted(api, goods(("tea", 1, "9.00"), ("coffee", 9, "9.00"))) == []
    jam = {"sku": "plum", "category": "Jam", "quantity": 1, "price": "9.00"}
    both = goods(("tea", 1, "9.00"))
    both["lines"].append(jam)
    assert acted(api, both) == ["Ten off"]


@pytest.mark.usefixtures("ann")
def test_a_category_that_the_till_does_not_tell_is_that_of_the_product(api: Program):
    promote(api, categories=["Jam"])
    told = {"sku": "plum", "category": "Jam", "quantity": 1, "price": "9.00"}
    api.post("/purchases", goods() | {"lines": [told], "external_id": "1", "at": NOW.isoformat()})
    assert acted(api, goods(("plum", 1, "9.00"))) == ["Ten off"]
    other = goods(("plum", 1, "9.00"))
    other["lines"][0]["category"] = "Fruit"
    assert acted(api, other) == []


@pytest.mark.usefixtures("ann")
def test_it_acts_from_its_first_moment_until_before_its_last(api: Program):
    begin, end = NOW.replace(microsecond=0), NOW.replace(microsecond=0) + timedelta(days=1)
    promote(api, starts_at=begin.isoformat(), ends_at=end.isoformat())
    second = timedelta(seconds=1)
    seen = {
        at: acted(api, basket("ann", "9.00", at=at.isoformat())) for at in (begin - second, begin, end - second, end)
    }
    assert list(seen.values()) == [[], ["Ten off"], ["Ten off"], []]


@pytest.mark.usefixtures("ann")
def test_the_moment_of_the_purchase_decides_not_that_of_its_telling(api: Program):
    promote(api, ends_at=(NOW - timedelta(hours=1)).isoformat())
    assert api.post("/till/settle", sale("ann", "1", "90.00"))["to_pay"] == "90.00"
    late = sale("ann", "2", "90.00", at=NOW - timedelta(hours=2))
    assert api.post("/till/settle", late)["to_pay"] == "80.00"


@pytest.mark.usefixtures("ann")
def test_it_acts_in_its_outlets_alone(api: Program):
    soho, _mayfair = (api.post("/outlets", {"name": name, "external_id": name})["id"] for name in ("soho", "mayfair"))
    promote(api, outlets=[soho])
    seen = [acted(api, basket("ann", "9.00", outlet=outlet)) for outlet in ("soho", "mayfair", None)]
    assert seen == [["Ten off"], [], []]


@pytest.mark.usefixtures("ann")
def test_it_acts_for_the_customers_of_its_segment_and_the_segment_stays_while_it_does(api: Program):
    api.post("/customers", {"external_id": "bob", "sex": "male"})
    tree = {"all": [{"condition": "sex", "op": "is", "value": "male"}]}
    segment = api.post("/segments", {"name": "Men", "tree": tree})["id"]
    promotion = promote(api, segment=segment)
    assert [acted(api, basket(each, "9.00")) for each in ("ann", "bob")] == [[], ["Ten off"]]
    assert api.places("DELETE", f"/segments/{segment}", status=409) == ["segment"]
    api.put(f"/promotions/{promotion}", {"name": "Ten off", "discount_amount": "10.00"})
    api.delete(f"/segments/{segment}")
    assert api.places("POST", "/promotions", {"name": "B", "bonus_percent": "1", "segment": segment}) == ["segment"]


@pytest.mark.usefixtures("ann")
def test_an_inactive_one_does_not_act(api: Program):
    promote(api, active=False)
    assert acted(api, basket("ann", "9.00")) == []


# Effects


def test_an_extra_percent_is_of_what_money_pays(api: Program, ann: int, database: Database):
    api.post("/programmes", SAVINGS | {"name": "Savings"})
    promote(api, "Double", bonus_percent="10")
    give(database, ann, 5_000)
    settled = api.post("/till/settle", sale("ann", "1", "100.00", "50.00", redeem="50.00"))
    assert settled["accrued"] == "13.00"
    assert settled["promotions"] == [{"id": 1, "name": "Double", "discounted": "0.00", "accrued": "10.00"}]
    assert active(api, ann) == "13.00"


def test_fixed_bonuses_come_once_a_receipt_and_live_as_the_promotion_says(api: Program, ann: int):
    """kilbil: срок действия бонусов задаётся в программе или в акции."""
    api.put("/organisation", {"name": "Shop", "zone": "Europe/Moscow", "currency": "RUB", "leap_day": "feb28"})
    api.post("/programmes", SAVINGS | {"name": "Savings", "lifetime_days": 90})
    month = api.post("/bonus-types", {"name": "Late", "activation": "after_days", "activation_amount": 1})["id"]
    promote(api, "Two days", bonus_amount="50.00", lifetime_days=2)
    promote(api, "Late", bonus_amount="7.00", bonus_type=month)
    promote(api, "Plain", bonus_amount="1.00")
    bought = datetime(2023, 9, 15, 11, 45, 33, tzinfo=UTC)
    priced = price(api, basket("ann", "100.00", at=bought.isoformat()))
    assert [each["expires_at"] for each in (priced, *priced["promotions"])] == [
        "2023-12-14T20:59:59+00:00",
        "2023-09-17T20:59:59+00:00",
        None,
        "2023-12-14T20:59:59+00:00",
    ]
    settled = api.post("/till/settle", sale("ann", "1", "60.00", "40.00", at=bought))
    assert settled["accrued"] == "61.00"
    lots = api.get(f"/customers/{ann}/balance?spent=true")["lots"]
    found = {(lot["amount"], lot["active_at"], lot["expires_at"], lot["bonus_type"]) for lot in lots}
    at = bought.isoformat()
    assert found == {
        ("3.00", at, "2023-12-14T20:59:59+00:00", None),
        ("50.00", at, "2023-09-17T20:59:59+00:00", None),
        ("7.00", (bought + timedelta(days=1)).isoformat(), None, "Late"),
        ("1.00", at, "2023-12-14T20:59:59+00:00", None),
    }
    titles = [each["title"] for each in api.get(f"/customers/{ann}/activities")["items"]]
    assert "Promotion “Two days”" in titles


@pytest.mark.usefixtures("ann")
def test_a_discount_is_a_percent_or_an_amount_and_no_price_falls_below_0(api: Program):
    promote(api, "Tenth", discount_percent="10", priority=2)
    promote(api, "Seven off", discount_amount="7.00", priority=1)
    priced = price(api, basket("ann", "33.33", "66.66"))
    assert [each["discounted"] for each in priced["promotions"]] == ["10.00", "7.00"]
    assert [line["amount"] for line in priced["lines"]] == ["27.67", "55.32"]
    assert price(api, basket("ann", "5.00"))["to_pay"] == "0.00"
    free = price(api, basket("ann", "0.00"))
    assert (free["to_pay"], free["discounted"]) == ("0.00", "0.00")


@pytest.mark.usefixtures("ann")
def test_a_special_price_is_of_one_product_and_never_dearer(api: Program):
    promote(api, "Tea for 2.50", special_price="2.50", skus=["tea"])
    priced = price(api, goods(("tea", 2, "4.00"), ("tea", "0.5", "2.40"), ("jam", 1, "9.00")))
    assert [line["amount"] for line in priced["lines"]] == ["5.00", "1.20", "9.00"]
    assert priced["promotions"][0]["discounted"] == "3.00"


@pytest.mark.usefixtures("ann")
def test_an_effect_of_its_products_leaves_other_goods_alone(api: Program):
    promote(api, "Tea", skus=["tea"], of_products=True, discount_percent="50", bonus_amount="3.00", bonus_percent="10")
    lines = price(api, goods(("tea", 1, "10.00"), ("jam", 1, "10.00"), ("tea", 2, "10.00")))["lines"]
    assert [(line["amount"], line["accrued"]) for line in lines] == [
        ("5.00", "1.50"),
        ("10.00", "0.00"),
        ("10.00", "3.00"),
    ]


def test_bonuses_may_not_pay_where_a_promotion_forbids_it(api: Program, ann: int, database: Database):
    api.post("/programmes", SAVINGS | {"name": "Half", "payable_percent": "50"})
    give(database, ann, 100_000)
    promote(api, "No bonuses for tobacco", skus=["tobacco"], of_products=True, forbids_redemption=True)
    told = goods(("tobacco", 1, "100.00"), ("jam", 1, "30.00"))
    assert price(api, told)["redeemable"] == "15.00"
    assert [line["redeemed"] for line in price(api, told | {"redeem": "15.00"})["lines"]] == ["0.00", "15.00"]
    assert api.places("POST", "/till/price", told | {"redeem": "15.01"}) == ["redeem"]
    promote(api, "No bonuses at all", forbids_redemption=True)
    assert price(api, told)["redeemable"] == "0.00"
    assert price(api, told)["promotions"][1] == {
        "id": 2,
        "name": "No bonuses at all",
        "discounted": "0.00",
        "accrued": "0.00",
        "active_at": None,
        "expires_at": None,
    }


# Order


@pytest.mark.usefixtures("ann")
def test_special_prices_come_first_then_promotions_then_the_programme(api: Program):
    tiers = [{"above": "0.00", "bonus_percent": "10", "discount_percent": "10"}]
    api.post("/programmes", {"name": "Both", "kind": "both", "is_default": True, "tiers": tiers})
    promote(api, "Tenth", discount_percent="10", priority=5)
    promote(api, "Ten off", discount_amount="10.00", priority=3)
    promote(api, "Tea for 50", special_price="50.00", skus=["tea"], priority=1)
    priced = price(api, goods(("tea", 2, "100.00")))
    # 200 → 100 (special) → 90 (a tenth) → 80 (ten off) → 72 (the programme's tenth), which earns 7.20.
    assert [each["discounted"] for each in priced["promotions"]] == ["10.00", "10.00", "100.00"]
    assert (priced["amount"], priced["accrued"]) == ("72.00", "7.20")


@pytest.mark.usefixtures("ann")
def test_the_higher_priority_acts_first_and_of_equal_ones_the_older(api: Program):
    for name, priority in (("Old", 0), ("New", 0), ("Low", -5), ("High", 7)):
        promote(api, name, priority=priority, discount_amount="1.00")
    assert acted(api, basket("ann", "9.00")) == ["High", "Old", "New", "Low"]


@pytest.mark.usefixtures("ann")
def test_one_that_does_not_add_up_acts_alone(api: Program):
    alone = promote(api, "Alone", priority=5, adds_up=False, least_sum="50.00")
    promote(api, "Other", priority=3, discount_amount="1.00")
    promote(api, "Alone too", priority=1, adds_up=False)
    assert acted(api, basket("ann", "50.00")) == ["Alone"]
    assert acted(api, basket("ann", "49.00")) == ["Other"]
    api.put(f"/promotions/{alone}", {"name": "Alone", "priority": 2, "adds_up": False, "discount_amount": "1.00"})
    assert acted(api, basket("ann", "50.00")) == ["Other"]


# For whom


def test_nothing_acts_for_the_blocked_nor_in_a_group_without_a_programme(api: Program, ann: int):
    list_id = api.post("/promo-code-lists", {"name": "Spring"})["id"]
    api.post(f"/promo-code-lists/{list_id}/codes", {"codes": ["SPRING"]})
    promote(api, promo_code_list=list_id)
    told = basket("ann", "9.00", promo_codes=["SPRING"])
    assert acted(api, told) == ["Ten off"]
    group = api.post("/customer-groups", {"name": "Без програми лояльності"})["id"]
    api.put(f"/customers/{ann}/group", {"group": group}, 204)
    assert acted(api, told) == []
    api.put(f"/customers/{ann}/group", {"group": None}, 204)
    api.put(f"/customers/{ann}/block", {"reason": "Shows the cashier’s card"}, 204)
    assert acted(api, told) == []
    assert price(api, told)["promo_codes"][0]["reason"] == "No promotion acts for this customer"
    settled = api.post("/till/settle", sale("ann", "1", "9.00", promo_codes=["SPRING"]))
    assert (settled["to_pay"], settled["promo_codes"]) == ("9.00", [])


# Returns


def test_a_return_takes_back_what_promotions_gave_for_the_goods(api: Program, ann: int, database: Database):
    api.post("/programmes", SAVINGS | {"name": "Savings"})
    promote(api, "Fixed", bonus_amount="10.00", lifetime_days=5)
    promote(api, "Percent", bonus_percent="5")
    sold = api.post("/till/settle", sale("ann", "1", "75.00", "25.00"))
    assert (sold["accrued"], active(api, ann)) == ("18.00", "18.00")
    some = api.post(f"/purchases/{sold['id']}/returns", back("r1", ("p1", 1)))
    assert (some["taken_back"], active(api, ann)) == ("4.50", "13.50")
    lots = {(lot["amount"], lot["remaining"]) for lot in api.get(f"/customers/{ann}/balance")["lots"]}
    assert lots == {("3.00", "2.25"), ("10.00", "7.50"), ("5.00", "3.75")}
    rest = api.post(f"/purchases/{sold['id']}/returns", back("r2"))
    assert (rest["taken_back"], active(api, ann)) == ("13.50", "0.00")
    with database.read() as session:
        assert proof(session) == []


def test_parts_of_all_returns_add_up_with_promotions_too(api: Program, ann: int, database: Database):
    tiers = [{"above": "0.00", "bonus_percent": "3.33", "discount_percent": "7"}]
    api.post("/programmes", {"name": "Both", "kind": "both", "is_default": True, "tiers": tiers})
    give(database, ann, 9_000)
    promote(api, "A", bonus_amount="10.01", discount_amount="3.33")
    promote(api, "B", bonus_percent="1.11", discount_percent="1.11", skus=["p1"], of_products=True)
    promote(api, "C", bonus_amount="0.01", lifetime_days=1)
    sold = api.post("/till/settle", sale("ann", "1", "0.99", "33.33", "7.01", redeem="20.03"))
    parts = [("p0", "0.333"), ("p1", "0.1"), ("p1", "0.7"), ("p2", "0.999")]
    returns = [api.post(f"/purchases/{sold['id']}/returns", back(f"r{n}", part)) for n, part in enumerate(parts)]
    returns.append(api.post(f"/purchases/{sold['id']}/returns", back("rest")))
    for name, whole in (("amount", "amount"), ("given_back", "redeemed"), ("taken_back", "accrued")):
        assert sum(Decimal(each[name]) for each in returns) == Decimal(sold[whole]), name
    assert active(api, ann) == "90.00"
    with database.read() as session:
        assert proof(session) == []


@pytest.mark.usefixtures("ann")
def test_a_promotion_whose_bonuses_have_burned_already_does_not_stop_the_till(api: Program):
    past = {"name": "Till 2020", "burning": "on_date", "burning_date": "2020-01-31"}
    promote(api, "Late gift", bonus_amount="5.00", bonus_type=api.post("/bonus-types", past)["id"])
    settled = api.post("/till/settle", sale("ann", "1", "9.00"))
    assert (settled["accrued"], settled["promotions"]) == ("0.00", [])


@pytest.mark.usefixtures("ann")
def test_without_promotions_a_price_costs_one_question_more_and_with_many_no_more(api: Program, statements: list[str]):
    def asked() -> int:
        statements.clear()
        price(api, basket("ann", "9.00", "9.00"))
        return len(statements)

    without = asked()
    for number in range(3):
        promote(api, f"Plain {number}")
    assert asked() == without
    for number in range(5):
        promote(api, f"Products {number}", skus=["p0", f"p{number}"], categories=["Jam"])
    assert asked() == without + 2


def test_a_promotion_is_changed_as_a_whole_and_listed(api: Program):
    told = {"name": "Tea", "skus": ["tea", "tea", "mint"], "least_quantity": "1.5", "bonus_percent": "2.5"}
    made = api.post("/promotions", told)
    assert (made["skus"], made["least_quantity"], made["bonus_percent"]) == (["mint", "tea"], "1.5", "2.5")
    changed = api.put(f"/promotions/{made['id']}", {"name": "Tea", "skus": ["tea"], "special_price": "0.00"})
    assert (changed["skus"], changed["bonus_percent"], changed["special_price"]) == (["tea"], "0", "0.00")
    assert api.get("/promotions")["items"] == [changed] == [api.get(f"/promotions/{made['id']}")]
    assert api.places("GET", "/promotions/404", status=404) == ["promotion"]


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({"name": ""}, "name"),
        ({"name": "Taken"}, "name"),
        ({"discount_amount": "0.00"}, "bonus_percent"),
        ({"discount_percent": "1"}, "discount_amount"),
        ({"discount_percent": "100.01"}, "discount_percent"),
        ({"bonus_percent": "-1"}, "bonus_percent"),
        ({"bonus_amount": 5}, "bonus_amount"),
        ({"special_price": "1.00"}, "special_price"),
        ({"of_products": True}, "of_products"),
        ({"products_least": 2}, "products_least"),
        ({"least_quantity": 0}, "least_quantity"),
        ({"least_quantity": "0.0001"}, "least_quantity"),
        ({"least_sum": "-1"}, "least_sum"),
        ({"skus": [""]}, "skus.0"),
        ({"skus": [" "]}, "skus.0"),
        ({"categories": ["x" * 101]}, "categories.0"),
        ({"priority": 2**31}, "priority"),
        ({"priority": 1_000_001}, "priority"),
        ({"starts_at": "2026-01-02T00:00:00Z", "ends_at": "2026-01-02T00:00:00Z"}, "ends_at"),
        ({"outlets": [404]}, "outlets"),
        ({"outlets": ["soho"]}, "outlets.0"),
        ({"promo_code_list": 404}, "promo_code_list"),
        ({"segment": 404}, "segment"),
        ({"segment": 2**63}, "segment"),
        ({"bonus_type": 404, "bonus_percent": "1"}, "bonus_type"),
        ({"bonus_type": 1}, "bonus_type"),
        ({"lifetime_days": 5}, "lifetime_days"),
        ({"lifetime_days": 0, "bonus_percent": "1"}, "lifetime_days"),
        ({"adds_up": "yes"}, "adds_up"),
        ({"description": "x" * 501}, "description"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_a_promotion_cannot_be_is_refused_with_its_place(api: Program, told: dict[str, Any], where: str):
    promote(api, "Taken")
    assert api.places("POST", "/promotions", {"name": "New", "discount_amount": "1.00"} | told) == [where]
    assert len(api.get("/promotions")["items"]) == 1
