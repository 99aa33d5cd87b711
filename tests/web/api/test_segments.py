"""Segments over the API."""

import pytest

from tests.web.api.conftest import Program

FREQUENT = {"all": [{"condition": "purchase_count", "op": "ge", "value": 1}]}


@pytest.fixture
def base(api: Program) -> Program:
    """Three customers, of whom the second has bought."""
    for number in range(3):
        api.post("/customers", {"external_id": f"c{number}", "first_name": f"Ann{number}", "card": f"100{number}"})
    line = {"sku": "tea", "quantity": 4, "price": "2.50"}
    receipt = {"external_id": "r1", "customer": {"card": "1001"}, "at": "2026-11-01T10:00:00Z", "lines": [line]}
    api.post("/purchases", receipt)
    return api


def test_conditions_describe_themselves(api: Program):
    conditions = {each["key"]: each for each in api.get("/conditions")["items"]}
    assert {"purchase_count", "average_receipt", "days_since_registration", "tag"} <= set(conditions)
    assert conditions["purchase_count"]["windowed"] is True
    assert "ge" in [operator["key"] for operator in conditions["purchase_count"]["operators"]]


def test_a_preview_counts_without_saving(base: Program):
    found = base.post("/segments/preview", {"tree": FREQUENT}, 200)
    assert (found["count"], found["total"], found["lines"]) == (1, 3, [{"path": "all.0", "count": 1}])
    (row,) = found["sample"]
    assert (row["name"], row["card"], row["purchase_sum"], row["active"]) == ("Ann1", "1001", "10.00", "0.00")
    assert base.get("/segments")["items"] == []


def test_a_segment_is_saved_changed_and_deleted(base: Program):
    made = base.post("/segments", {"name": "Frequent", "tree": FREQUENT})
    assert (made["count"], made["tree"]) == (1, FREQUENT)
    assert "1 or more" in made["sentence"]
    changed = base.put(f"/segments/{made['id']}", {"tree": {"all": []}})
    assert (changed["name"], changed["count"]) == ("Frequent", 3)
    assert base.get(f"/segments/{made['id']}") == changed
    base.delete(f"/segments/{made['id']}")
    base.get(f"/segments/{made['id']}", 404)


def test_a_segment_is_kept_while_customers_travel_along_a_version_that_asks_for_it(base: Program):
    segment = base.post("/segments", {"name": "Frequent", "tree": FREQUENT})["id"]
    trigger = {"id": "n1", "type": "date_reached", "settings": {"at": "2026-11-01T09:00"}}

    def chain(*steps: dict[str, object]) -> dict[str, object]:
        line = {"source": "n1", "port": "out", "target": "n2"}
        return {"nodes": [trigger, *({"id": "n2", **step} for step in steps)], "edges": [line]}

    asking = chain({"type": "customers_from_segment", "settings": {"segment": segment}})
    campaign = base.post("/campaigns", {"name": "Winter", "graph": asking})
    where = f"/campaigns/{campaign['id']}"
    base.post(f"{where}/publication", {}, 200)
    base.post(f"{where}/runs", {})
    plain = chain({"type": "filter_customers", "settings": {"tree": {"all": []}}})
    base.put(where, {"revision": campaign["revision"], "graph": plain})
    base.post(f"{where}/publication", {}, 200)

    assert base.places("DELETE", f"/segments/{segment}", status=409) == ["segment"]


def test_the_customers_of_a_segment_come_page_by_page(base: Program):
    segment = base.post("/segments", {"name": "All", "tree": {"all": []}})["id"]
    first = base.get(f"/segments/{segment}/customers?limit=2")
    rest = base.get(f"/segments/{segment}/customers?limit=2&after={first['next']}")
    assert [row["name"] for row in first["items"] + rest["items"]] == ["Ann0", "Ann1", "Ann2"]
    assert rest["next"] is None


def test_an_explanation_is_given_of_a_tree_that_is_not_saved_group_by_group(base: Program):
    customer = base.get("/customers?q=c0")["items"][0]["id"]
    tree = {"all": [{"none": FREQUENT["all"]}, *FREQUENT["all"]]}
    found = base.post("/segments/explanation", {"tree": tree, "customer": customer}, 200)
    assert found["groups"] == [
        {"path": "", "kind": "all", "met": False},
        {"path": "all.0", "kind": "none", "met": True},
    ]
    assert [(line["path"], line["met"]) for line in found["lines"]] == [("all.0.none.0", False), ("all.1", False)]
    saved = base.post("/segments", {"name": "Odd", "tree": tree})["id"]
    assert base.get(f"/segments/{saved}/explanation?customer={customer}") == found
    base.post("/segments/explanation", {"tree": tree, "customer": 10**15}, 404)
    assert base.places("POST", "/segments/explanation", {"tree": {"all": 5}, "customer": customer}) == ["tree.all"]
    assert base.places("POST", "/segments/explanation", {"tree": tree, "customer": "x"}) == ["customer"]


def test_an_explanation_says_why_a_customer_is_out(base: Program):
    segment = base.post("/segments", {"name": "Frequent", "tree": FREQUENT})["id"]
    customer = base.get("/customers?q=c0")["items"][0]["id"]
    found = base.get(f"/segments/{segment}/explanation?customer={customer}")
    assert found["met"] is False
    assert [(line["path"], line["met"]) for line in found["lines"]] == [("all.0", False)]


@pytest.mark.parametrize(
    ("tree", "where"),
    [
        ({}, "tree"),
        ({"all": [{"condition": "age"}]}, "tree.all.0.op"),
        ({"all": [{"condition": "purchase_count", "op": "ge", "value": "ten"}]}, "tree.all.0.value"),
        ({"all": [{"condition": "purchase_count", "op": "ge", "value": 2**63}]}, "tree.all.0.value"),
        ({"all": 5}, "tree.all"),
        ([], "tree"),
        (None, "tree"),
    ],
)
def test_a_wrong_tree_is_refused_with_its_place(api: Program, tree, where: str):
    assert api.places("POST", "/segments/preview", {"tree": tree}) == [where]
    assert api.places("POST", "/segments/estimate", {"tree": tree}) == [where]
    assert api.places("POST", "/segments/holdings", {"tree": tree}) == [where]
    assert api.places("POST", "/segments/holdings/estimate", {"tree": tree}) == [where]
    assert api.places("POST", "/segments", {"name": "Wrong", "tree": tree}) == [where]


def test_a_name_is_given_once(base: Program):
    base.post("/segments", {"name": "Frequent", "tree": FREQUENT})
    assert base.places("POST", "/segments", {"name": "Frequent", "tree": FREQUENT}, 409) == ["name"]


def test_a_segment_that_a_chain_uses_stays(base: Program):
    segment = base.post("/segments", {"name": "Frequent", "tree": FREQUENT})["id"]
    node = {"id": "n1", "type": "customers_from_segment", "settings": {"segment": segment}}
    base.post("/campaigns", {"name": "Gift", "graph": {"nodes": [node], "edges": []}})
    assert base.places("DELETE", f"/segments/{segment}", status=409) == ["segment"]


def test_a_list_of_segments_takes_one_statement_more_or_less_never(base: Program, statements: list[str]):
    def count() -> int:
        statements.clear()
        base.get("/segments")
        return len(statements)

    none = count()
    for number in range(5):
        base.post("/segments", {"name": f"Segment {number}", "tree": FREQUENT})
    assert count() == none


def test_goods_are_found_by_a_part_of_their_name_and_picked_for_conditions(base: Program):
    receipt = {"customer": {"card": "1002"}, "at": "2026-11-02T10:00:00Z", "external_id": "r2"}
    lines = [
        {"sku": "esp", "name": "Espresso", "category": "Coffee", "quantity": 1, "price": "2.00"},
        {"sku": "lat", "name": "Latte 50%", "category": "Coffee", "quantity": 2, "price": "3.00"},
    ]
    base.post("/purchases", receipt | {"lines": lines})
    goods = base.get("/goods")["items"]
    assert [(each["name"], each["hint"]) for each in goods] == [
        ("Coffee", "category"),
        ("tea", "tea"),
        ("Espresso", "esp"),
        ("Latte 50%", "lat"),
    ]
    assert [each["name"] for each in base.get("/goods?q=0%25")["items"]] == ["Latte 50%"]
    first = base.get("/goods?limit=1&q=te")
    assert [each["name"] for each in first["items"]] == ["tea"]
    assert [each["name"] for each in base.get(f"/goods?limit=1&q=te&after={first['next']}")["items"]] == ["Latte 50%"]
    bought = {"condition": "bought_goods", "op": "has", "value": [goods[0]["id"], goods[1]["id"]]}
    found = base.post("/segments/preview", {"tree": {"all": [bought]}}, 200)
    assert found["count"] == 2
    assert found["names"]["/goods"] == {"category:Coffee": "Coffee", goods[1]["id"]: "tea"}
    assert found["sentence"] == "Customers who bought “Coffee” or “tea”"


def test_a_segment_says_what_uses_it_and_of_which_kind(base: Program):
    segment = base.post("/segments", {"name": "Frequent", "tree": FREQUENT})["id"]
    node = {"id": "n1", "type": "customers_from_segment", "settings": {"segment": segment}}
    campaign = base.post("/campaigns", {"name": "Gift", "graph": {"nodes": [node], "edges": []}})["id"]
    inner = {"all": [{"condition": "segment", "op": "has", "value": [segment]}]}
    other = base.post("/segments", {"name": "Of frequent", "tree": inner})["id"]
    assert base.get(f"/segments/{segment}")["used_by"] == [
        {"kind": "campaign", "id": campaign, "name": "Gift"},
        {"kind": "segment", "id": other, "name": "Of frequent"},
    ]
    errors = base.call("DELETE", f"/segments/{segment}", status=409)["errors"]
    assert "“Gift”, “Of frequent”" in errors[0]["message"]


def test_a_segment_is_copied_and_frozen(base: Program):
    segment = base.post("/segments", {"name": "Frequent", "tree": FREQUENT})["id"]
    copied = base.post(f"/segments/{segment}/copy")
    assert (copied["name"], copied["tree"], copied["kind"]) == ("Copy of Frequent", FREQUENT, "dynamic")
    frozen = base.post("/segments/frozen", {"name": "Frequent then", "tree": FREQUENT})
    assert (frozen["kind"], frozen["count"]) == ("frozen", 1)
    line = {"sku": "tea", "quantity": 1, "price": "2.50"}
    base.post(
        "/purchases", {"external_id": "r9", "customer": {"card": "1000"}, "at": "2026-11-02T10:00:00Z", "lines": [line]}
    )
    assert (base.get(f"/segments/{segment}")["count"], base.get(f"/segments/{frozen['id']}")["count"]) == (2, 1)
    assert base.places("POST", "/segments/frozen", {"name": "Frequent then", "tree": FREQUENT}, 409) == ["name"]
    assert base.places("POST", "/segments/frozen", {"name": "", "tree": FREQUENT}) == ["name"]
    assert base.places("POST", "/segments/frozen", {"name": "New", "tree": {"all": 5}}) == ["tree.all"]
    base.post("/segments/404/copy", status=404)


def test_the_size_of_a_segment_is_kept_when_it_is_saved(base: Program):
    segment = base.post("/segments", {"name": "Frequent", "tree": FREQUENT})["id"]
    base.put(f"/segments/{segment}", {"tree": {"all": []}})
    (today,) = base.get(f"/segments/{segment}/sizes")["items"]
    assert today["count"] == 3
    base.get("/segments/404/sizes", 404)


def test_a_customer_is_told_segment_by_segment(base: Program):
    base.post("/segments", {"name": "Frequent", "tree": FREQUENT})
    base.post("/segments", {"name": "All", "tree": {"all": []}})
    customer = base.get("/customers?q=c0")["items"][0]["id"]
    found = base.get(f"/customers/{customer}/segments")["items"]
    assert [(each["name"], each["inside"]) for each in found] == [("All", True), ("Frequent", False)]
    first = base.get(f"/customers/{customer}/segments?limit=1")
    rest = base.get(f"/customers/{customer}/segments?limit=1&after={first['next']}")
    assert [each["name"] for each in first["items"] + rest["items"]] == ["All", "Frequent"]
    base.get("/customers/404/segments", 404)


def test_a_preview_tells_money_and_an_estimate_its_margin(base: Program):
    found = base.post("/segments/preview", {"tree": FREQUENT}, 200)
    assert found["bought"] == {"purchases": 1, "sum": "10.00", "average_receipt": "10.00"}
    assert (found["base"], found["margin"], found["without"]) == (found["bought"], None, [])
    told = base.post("/segments/estimate", {"tree": FREQUENT}, 200)
    assert (told["count"], told["margin"], told["sample"]) == (1, 0, [])


def test_what_they_hold_is_told_by_bonuses_and_channels(base: Program):
    people = [each["id"] for each in base.get("/customers")["items"]]
    for customer in people:
        base.post(f"/customers/{customer}/adjustments", {"direction": "plus", "amount": "10.01", "reason": "Gift"})
    base.put("/customers/by-external-id/c0", {"email": "a@example.test"})
    base.put("/customers/by-external-id/c1", {"email": "b@example.test", "consents": {"email": False}})
    told = base.post("/segments/holdings", {"tree": {"all": []}}, 200)
    assert (told["count"], told["bonuses"], told["average_bonuses"]) == (3, "30.03", "10.01")
    assert told["reached_by"] == {"email": 1, "sms": 0, "push": 0, "telegram": 0}
    about = base.post("/segments/holdings/estimate", {"tree": {"all": []}}, 200)
    assert about | {"took_ms": 0} == told | {"took_ms": 0}
    nobody = base.post("/segments/holdings", {"tree": {"none": [{"all": []}]}}, 200)
    assert (nobody["count"], nobody["bonuses"], nobody["average_bonuses"]) == (0, "0.00", None)
