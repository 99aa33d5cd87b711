"""Attributes and events of one's own over the API, and segments that ask for them."""

import pytest

from tests.web.api.conftest import Program


@pytest.fixture
def base(api: Program) -> Program:
    """Two customers, of whom Ann wears shoes of size 42.50."""
    for name in ("Ann", "Bob"):
        api.post("/customers", {"external_id": name, "first_name": name})
    api.post("/customer-attributes", {"key": "shoe_size", "name": "Shoe size", "kind": "number"})
    api.post("/customer-attributes", {"key": "city", "name": "Town", "kind": "text"})
    api.put("/customers/1/attributes", {"values": {"shoe_size": "42.50"}})
    return api


def names(base: Program, leaf: dict[str, object]) -> list[str]:
    return [row["name"] for row in base.post("/segments/preview", {"tree": {"all": [leaf]}}, 200)["sample"]]


def test_an_attribute_of_ones_own_is_known_of_customers_and_asked_for(base: Program):
    (attribute,) = base.get("/customer-attributes?kind=number&q=shoe")["items"]
    assert base.get("/customer-attributes?kind=flag")["items"] == []
    asked = {"condition": "attribute_number", "of": attribute["id"], "op": "ge", "value": "42.5"}
    assert names(base, asked) == ["Ann"]
    assert names(base, asked | {"op": "gt"}) == []
    sentence = base.post("/segments/preview", {"tree": asked}, 200)["sentence"]
    assert sentence == "Customers whose “Shoe size” is 42.50 or more"
    for key, kind in (("vip", "flag"), ("wedding", "date")):
        base.post("/customer-attributes", {"key": key, "name": key, "kind": kind})
    values = {"vip": True, "city": "Łódź", "wedding": "2020-02-29", "shoe_size": None}
    known = {"city": "Łódź", "vip": True, "wedding": "2020-02-29"}
    assert base.put("/customers/1/attributes", {"values": values})["values"] == known
    assert base.get("/customers/1/attributes")["values"] == known
    base.delete(f"/customer-attributes/{attribute['id']}")
    assert names(base, asked) == []
    base.delete(f"/customer-attributes/{attribute['id']}", 404)


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"shoe_size": "many"}, "values.shoe_size"),
        ({"shoe_size": True}, "values.shoe_size"),
        ({"shoe_size": 1.5}, "values.shoe_size"),
        ({"shoe_size": "99999999999"}, "values.shoe_size"),
        ({"shoe_size": "1", "hat": "2"}, "values.hat"),
        ({"\x00": "2"}, "values"),
        ({"city": "\x00"}, "values.city"),
        ({"city": ""}, "values.city"),
        ("x", "values"),
    ],
)
def test_a_wrong_value_is_refused_at_its_key_and_changes_nothing(base: Program, values: object, where: str):
    (error,) = base.put("/customers/1/attributes", {"values": values}, 400)["errors"]
    assert error["where"] == where
    assert base.get("/customers/1/attributes")["values"] == {"shoe_size": "42.50"}
    base.put("/customers/99/attributes", {"values": {}}, 404)


def test_an_attribute_has_a_key_a_name_and_a_kind_of_its_own(base: Program):
    for wrong, status in (
        ({"key": "Shoe Size", "name": "x", "kind": "number"}, 400),
        ({"key": "x", "name": "x", "kind": "colour"}, 400),
        ({"key": "shoe_size", "name": "x", "kind": "text"}, 409),
        ({"key": "x", "name": "Shoe size", "kind": "text"}, 409),
    ):
        base.post("/customer-attributes", wrong, status)


def test_an_event_of_ones_own_is_counted_with_its_properties(base: Program):
    event = {"customer": {"external_id": "Ann"}, "kind": "cart.left", "properties": {"page": "shoes", "items": 2}}
    base.post("/events", event, 204)
    base.post("/events", event | {"customer": {"external_id": "Bob"}, "properties": {}}, 204)
    assert base.get("/event-kinds?q=cart")["items"] == [{"id": "cart.left", "name": "cart.left"}]
    asked = {"condition": "event_count", "of": "cart.left", "op": "ge", "value": 1}
    assert names(base, asked) == ["Ann", "Bob"]
    with_shoes = {"kind": "cart.left", "properties": {"page": "shoes", "items": "2"}}
    assert names(base, asked | {"of": with_shoes, "within": {"this": "day"}}) == ["Ann"]
    assert names(base, asked | {"of": with_shoes, "within": {"previous": "day"}}) == []


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"kind": "purchase.placed"}, "kind"),
        ({"kind": "Cart left"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"properties": {"a b": "x"}}, "properties"),
        ({"properties": {"page": ["x"]}}, "properties.page"),
        ({"properties": {"page": "x" * 201}}, "properties.page"),
        ({"properties": {"page": "\x00"}}, "properties.page"),
        ({"properties": {"page": 10**300}}, "properties.page"),
        ({"properties": {f"p{n}": 1 for n in range(21)}}, "properties"),
        ({"customer": {"external_id": "Nobody"}}, "customer"),
        ({"at": "yesterday"}, "at"),
    ],
)
def test_a_wrong_event_is_refused_at_its_place(base: Program, changed: dict[str, object], where: str):
    event = {"customer": {"external_id": "Ann"}, "kind": "cart.left"}
    (error,) = base.post("/events", event | changed, 400)["errors"]
    assert error["where"] == where
    assert base.get("/event-kinds")["items"] == []


@pytest.mark.parametrize(
    ("leaf", "where"),
    [
        ({"condition": "event_count", "op": "ge", "value": 1}, "of"),
        ({"condition": "event_count", "op": "ge", "value": 1, "of": {"kind": "x y"}}, "of.kind"),
        ({"condition": "event_count", "op": "ge", "value": 1, "of": {"kind": "x", "properties": {"a": 5}}}, None),
        ({"condition": "goods_sum", "op": "ge", "value": "1", "of": ["product:x"]}, "of.0"),
        ({"condition": "goods_sum", "op": "ge", "value": "1", "of": "product:99999999999999999999"}, "of"),
        ({"condition": "bought_goods", "op": "has", "value": ["category:"]}, "value.0"),
        ({"condition": "bought_goods", "op": "has", "value": 7}, "value"),
        ({"condition": "purchase_count", "op": "ge", "value": 1, "outlets": ["x"]}, "outlets.0"),
        ({"condition": "purchase_count", "op": "ge", "value": 1, "outlets": []}, "outlets"),
        ({"condition": "age", "op": "ge", "value": 1, "outlets": [1]}, "outlets"),
        ({"condition": "age", "op": "ge", "value": 1, "of": [1]}, "of"),
        ({"condition": "purchase_count", "op": "ge", "value": 1, "within": {"this": "decade"}}, "within.this"),
        ({"condition": "purchase_count", "op": "ge", "value": 1, "within": {"this": ["day"]}}, "within.this"),
        ({"condition": "purchase_count", "op": "ge", "value": 1, "within": {"next_days": 1}}, "within"),
        ({"condition": "bonuses_burning", "op": "ge", "value": 1, "within": {"last_days": 1}}, "within"),
        ({"condition": "bonuses_burning", "op": "ge", "value": 1, "within": {"next_days": -1}}, "within.next_days"),
        ({"condition": "consent", "op": "is", "value": "granted", "of": "pigeon"}, "of"),
        ({"condition": "attribute_number", "op": "ge", "value": "1", "of": [1, 2]}, "of"),
        ({"condition": "attribute_date", "op": "ge", "value": "2026-02-30", "of": 1}, "value"),
        ({"condition": "attribute_text", "op": "is", "value": "", "of": 1}, "value"),
        ({"condition": "campaign_entered", "op": "ge", "value": 1, "of": "x"}, "of"),
    ],
)
def test_what_a_leaf_cannot_take_is_refused_at_its_place(api: Program, leaf: dict[str, object], where: str | None):
    answer = api.post("/segments/preview", {"tree": {"all": [leaf]}}, 400)
    assert answer["errors"][0]["where"] == f"tree.all.0.{where or 'of.properties.a'}"
