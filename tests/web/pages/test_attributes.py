"""Attributes of one's own on the pages."""

import re
from datetime import UTC, datetime

import pytest

from loyalty_core.database import Database
from segmenter.segments import create
from tests.web.pages.conftest import Reader, Shop


@pytest.fixture
def kinds(reader: Reader) -> Reader:
    """One attribute of each kind: size, dish, wedding, children."""
    told = (("size", "number"), ("dish", "text"), ("wedding", "date"), ("children", "flag"))
    for key, kind in told:
        reader.post("/attributes/new", key=key, name=key.title(), kind=kind)
    return reader


def test_attributes_are_added_renamed_and_deleted(reader: Reader) -> None:
    assert "No attribute yet" in reader.get("/attributes")
    reader.post("/attributes/new", key="shoe_size", name="Shoe size", kind="number")
    for wrong, told in (
        ({"key": "Shoe Size", "name": "x", "kind": "number"}, "Write a key in small letters"),
        ({"key": "x", "name": " ", "kind": "number"}, "Write a name"),
        ({"key": "x", "name": "x" * 101, "kind": "number"}, "Write a name"),
        ({"key": "x", "name": "x", "kind": ""}, "Choose one of"),
        ({"key": "shoe_size", "name": "x", "kind": "text"}, "There is an attribute with this key"),
    ):
        assert told in reader.post("/attributes/new", 400, **wrong).text
    reader.post("/attributes/new", key="dish", name="Dish", kind="text")
    assert "There is an attribute with this name" in reader.post("/attributes/1", 400, name="Dish").text
    reader.post("/attributes/1", name="Size of shoes")
    text = reader.get("/attributes")
    assert "Size of shoes" in text
    assert "shoe_size" in text
    (dish,) = re.findall(r'href="(/attributes/\d+)">Dish', text)
    reader.post(f"{dish}/deletion")
    assert f'href="{dish}"' not in reader.get("/attributes")
    reader.get(dish, status=404)
    reader.post(f"{dish}/deletion", 404)


def test_an_attribute_that_a_segment_asks_for_is_not_deleted(kinds: Reader, database: Database) -> None:
    leaf = {"condition": "attribute_number", "of": [1], "op": "ge", "value": "40"}
    with database.begin() as session:
        create(session, "Big feet", {"any": [{"all": [leaf]}]}, datetime.now(UTC))
    assert "is used by “Big feet”" in kinds.post("/attributes/1/deletion", 409).text
    kinds.post("/attributes/2/deletion")


def test_values_are_written_on_the_profile_and_forgotten_where_a_field_is_emptied(kinds: Reader, shop: Shop) -> None:
    page = f"/customers/{shop.anna}/attributes"
    kinds.post(page, of_size="42,5", of_dish="Fish & chips", of_wedding="2020-02-29", of_children="yes")
    profile = kinds.get(f"/customers/{shop.anna}")
    for shown in ("Size: 42.50", "Dish: Fish &amp; chips", "Wedding: 29 Feb 2020", "Children: yes"):
        assert shown in profile
    form = kinds.get(page)
    for shown in ('value="42.50"', 'value="Fish &amp; chips"', 'value="2020-02-29"', '<option value="yes" selected>'):
        assert shown in form
    kinds.post(page, of_size="", of_dish="Soup")
    profile = kinds.get(f"/customers/{shop.anna}")
    assert "Size:" not in profile
    assert "Dish: Soup" in profile
    assert "Wedding" in profile


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("size", "many"), ("size", "1e9"), ("wedding", "31.12.2026"), ("children", "maybe"), ("dish", "x" * 201)],
)
def test_a_wrong_value_is_refused_at_its_field_and_changes_nothing(
    kinds: Reader, shop: Shop, field: str, wrong: str
) -> None:
    page = f"/customers/{shop.anna}/attributes"
    other = "dish" if field != "dish" else "size"
    text = kinds.post(page, 400, **{f"of_{field}": wrong, f"of_{other}": "7"}).text
    assert f'id="{field}-told"' in text
    assert f"{other.title()}: " not in kinds.get(f"/customers/{shop.anna}")
    kinds.post("/customers/999/attributes", 404, of_size="1")
