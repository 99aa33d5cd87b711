"""Promotions for some customers over the API: the till obeys their conditions, and what those name stays."""

from typing import Any

import pytest

from tests.web.api.conftest import Program
from tests.web.api.test_promotions import acted, price, promote
from tests.web.api.test_rfm_settings import EVER
from tests.web.api.test_till import basket

MEN = {"condition": "sex", "op": "is", "value": "male"}


@pytest.fixture
def people(api: Program) -> Program:
    """Ann, who is 40, and Bob, who is 20; no programme's rules hold for them."""
    api.post("/customers", {"external_id": "ann", "sex": "female", "birth_date": "1980-01-01"})
    api.post("/customers", {"external_id": "bob", "sex": "male", "birth_date": "2008-01-01"})
    return api


def test_it_acts_for_those_who_meet_its_own_conditions(people: Program):
    old = {"condition": "age", "op": "ge", "value": 30}
    tag = people.post("/tags", {"name": "Guest"})["id"]
    guests = {"all": [{"any": [MEN, old]}, {"condition": "tag", "op": "has", "value": [tag]}]}
    promote(people, "Men", conditions=MEN)
    promote(people, "Not men", conditions={"none": [MEN]})
    promote(people, "Guests", conditions=guests)
    promote(people, "All", conditions={"all": []})
    seen = [acted(people, basket(each, "90.00")) for each in ("ann", "bob")]
    assert seen == [["Not men", "All"], ["Men", "All"]]
    people.put(f"/tags/{tag}/customers", {"customers": [{"external_id": "ann"}]})
    assert acted(people, basket("ann", "90.00")) == ["Not men", "Guests", "All"]


def test_it_acts_for_the_customers_of_its_segment_and_the_segment_stays_while_it_does(people: Program):
    segment = people.post("/segments", {"name": "Men", "tree": {"all": [MEN]}})["id"]
    asking = {"condition": "segment", "op": "has", "value": [segment]}
    promotion = promote(people, conditions={"all": [asking]})
    assert [acted(people, basket(each, "9.00")) for each in ("ann", "bob")] == [[], ["Ten off"]]
    use = {"kind": "promotion", "id": promotion, "name": "Ten off"}
    assert people.get(f"/segments/{segment}")["used_by"] == [use]
    assert people.places("DELETE", f"/segments/{segment}", status=409) == ["segment"]
    people.put(f"/promotions/{promotion}", {"name": "Ten off", "discount_amount": "10.00"})
    assert people.get(f"/promotions/{promotion}")["conditions"] is None
    people.delete(f"/segments/{segment}")
    told = {"name": "B", "bonus_percent": "1", "conditions": asking}
    assert people.places("POST", "/promotions", told) == ["conditions.value"]


def test_a_code_by_which_it_does_not_act_says_that_it_is_for_others(people: Program):
    codes = people.post("/promo-code-lists", {"name": "Spring"})["id"]
    people.post(f"/promo-code-lists/{codes}/codes", {"codes": ["SPRING"]})
    promote(people, promo_code_list=codes, conditions=MEN)
    (told,) = price(people, basket("ann", "9.00", promo_codes=["SPRING"]))["promo_codes"]
    assert told["reason"] == "“Ten off” does not act: it is for other customers"


def test_conditions_of_many_promotions_are_asked_at_once_and_only_where_the_basket_lacks_nothing(
    people: Program, statements: list[str]
):
    def asked() -> int:
        statements.clear()
        price(people, basket("ann", "9.00"))
        return len(statements)

    people.put("/organisation", {"name": "Shop", "zone": "Europe/London", "currency": "GBP", "leap_day": "feb28"})
    without = asked()
    promote(people, "Dear", least_sum="500.00", conditions=MEN)
    assert asked() == without
    for number in range(5):
        old = {"condition": "age", "op": "ge", "value": number}
        promote(people, f"Old {number}", conditions={"all": [old, {"none": [MEN]}]})
    # One for the organisation's calendar, one for all that they ask.
    assert asked() == without + 2


def test_a_list_an_attribute_and_a_calculation_that_it_asks_for_are_not_deleted(people: Program):
    guests = people.post("/customer-lists", {"name": "Guests", "marks": ["ann"]})["id"]
    size = people.post("/customer-attributes", {"key": "shoe_size", "name": "Shoe size", "kind": "number"})["id"]
    ever = people.post("/rfm/settings", EVER)["id"]
    asking = [
        {"condition": "customer_list", "op": "has", "value": [guests]},
        {"condition": "attribute_number", "of": size, "op": "ge", "value": "40"},
        {"condition": "rfm_score", "of": "r", "by": ever, "op": "ge", "value": 4},
    ]
    promotion = promote(people, "For the few", conditions={"any": asking})
    things = [f"/customer-lists/{guests}", f"/customer-attributes/{size}", f"/rfm/settings/{ever}"]
    for path in things:
        (error,) = people.delete(path, 409)["errors"]
        assert "“For the few”" in error["message"]
    people.put(f"/promotions/{promotion}", {"name": "For all", "discount_amount": "10.00"})
    for path in things:
        people.delete(path)


def _nested(depth: int) -> dict[str, Any]:
    tree: dict[str, Any] = MEN
    for _level in range(depth):
        tree = {"all": [tree]}
    return tree


@pytest.mark.parametrize(
    ("tree", "where"),
    [
        ({}, "conditions"),
        ([], "conditions"),
        ("men", "conditions"),
        ({"all": [MEN], "any": []}, "conditions"),
        ({"all": {}}, "conditions.all"),
        ({"all": [MEN, 5]}, "conditions.all.1"),
        ({"all": [MEN | {"condition": "shoes"}]}, "conditions.all.0.condition"),
        ({"all": [MEN | {"op": "ge"}]}, "conditions.all.0.op"),
        ({"any": [{"none": [MEN | {"value": "?"}]}]}, "conditions.any.0.none.0.value"),
        ({"all": [{"condition": "segment", "op": "has", "value": [404]}]}, "conditions.all.0.value"),
        ({"all": [{"condition": "segment", "op": "has", "value": [2**63]}]}, "conditions.all.0.value.0"),
        ({"all": [{"condition": "tag", "op": "has", "value": 404}]}, "conditions.all.0.value"),
        (
            {"all": [{"condition": "purchase_count", "op": "ge", "value": 1, "outlets": [404]}]},
            "conditions.all.0.outlets",
        ),
        ({"all": [{"condition": "rfm_score", "of": "r", "by": 404, "op": "ge", "value": 4}]}, "conditions.all.0.by"),
        ({"all": [{"condition": "attribute_flag", "of": 404, "op": "is", "value": "yes"}]}, "conditions.all.0.of"),
        (_nested(9), "conditions.all.0.all.0.all.0.all.0.all.0.all.0.all.0.all.0"),
        ({"any": [MEN] * 201}, "conditions.any.200"),
    ],
)
def test_wrong_conditions_are_refused_at_their_place(api: Program, tree: Any, where: str):
    told = {"name": "New", "discount_amount": "1.00", "conditions": tree}
    assert api.places("POST", "/promotions", told) == [where]
    kept = promote(api, conditions=MEN)
    assert api.places("PUT", f"/promotions/{kept}", told) == [where]
    assert [each["conditions"] for each in api.get("/promotions")["items"]] == [MEN]
