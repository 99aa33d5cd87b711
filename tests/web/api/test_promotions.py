"""Promotions over the API: every condition, for whom they act, and what they cannot be."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.web.api.conftest import Program
from tests.web.api.test_till import basket, sale

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
def test_an_inactive_one_does_not_act(api: Program):
    promote(api, active=False)
    assert acted(api, basket("ann", "9.00")) == []


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
        ({"conditions": "men"}, "conditions"),
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
