"""Customers over the API."""

from datetime import UTC, datetime, timedelta

import pytest

from loyalty_core.database import Database
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.lifetime import Lifetime
from tests.web.api.conftest import Program

ANN = {
    "external_id": "crm-1",
    "first_name": "Ann",
    "last_name": "Lee",
    "email": "Ann@Example.test",
    "phone": "+44 20 7946 0958",
    "card": "1000-2000",
    "birth_date": "1990-02-28",
    "sex": "female",
    "registered_at": "2025-01-31T23:30:00+01:00",
    "consents": {"email": True, "sms": False},
}


def test_a_registered_customer_is_read_back_as_told(api: Program):
    api.post("/outlets", {"name": "Soho", "external_id": "soho"})
    made = api.post("/customers", {**ANN, "outlet": "soho"})
    assert made == api.get(f"/customers/{made['id']}")
    told = {name: made[name] for name in ANN if name != "registered_at"}
    assert told == {name: value for name, value in ANN.items() if name != "registered_at"}
    assert made["registered_at"] == "2025-01-31T22:30:00+00:00"
    assert (made["name"], made["outlet"], made["purchase_sum"], made["active"]) == ("Ann Lee", 1, "0.00", "0.00")


def test_the_same_external_id_changes_what_is_told_and_leaves_the_rest(api: Program):
    made = api.post("/customers", ANN)
    changed = api.post("/customers", {"external_id": "crm-1", "first_name": "Anna", "last_name": None}, 200)
    assert changed == {**made, "first_name": "Anna", "name": "Anna Lee"}


def test_a_customer_is_put_at_their_external_id(api: Program):
    made = api.put("/customers/by-external-id/crm-7", {"first_name": "Bo"}, 201)
    assert api.put("/customers/by-external-id/crm-7", {"first_name": "Bob"}) == {
        **made,
        "first_name": "Bob",
        "name": "Bob",
    }


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({"email": "nobody"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"birth_date": "1990-02-30"}, "birth_date"),
        ({"sex": "other"}, "sex"),
        ({"registered_at": "2025-01-31T23:30:00"}, "registered_at"),
        ({"outlet": "nowhere"}, "outlet"),
        ({"outlet": 2**63}, "outlet"),
        ({"consents": {"fax": True}}, "consents.fax"),
        ({"consents": {"email": "yes"}}, "consents.email"),
        ({"first_name": "x" * 101}, "first_name"),
        ({"nickname": "x"}, "nickname"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_place(api: Program, told, where: str):
    assert api.places("POST", "/customers", {"external_id": "crm-1", **told}) == [where]


def test_a_mark_of_somebody_else_is_refused(api: Program):
    api.post("/customers", ANN)
    assert api.places("POST", "/customers", {"external_id": "crm-2", "email": "ann@example.test"}) == ["email"]


def test_customers_are_found_by_every_mark_and_page_by_page(api: Program):
    api.post("/customers", ANN)
    for number in range(4):
        api.post("/customers", {"external_id": f"other-{number}", "first_name": "Bo"})
    for word in ("ann", "lee", "Ann Lee", "crm-1", "10002000", "1000 2000", "ann@example", "44207", "%2B44 20 7"):
        assert [found["name"] for found in api.get(f"/customers?q={word}")["items"]] == ["Ann Lee"], word
    first = api.get("/customers?q=Bo&limit=3")
    rest = api.get(f"/customers?q=Bo&limit=3&after={first['next']}")
    assert [len(first["items"]), len(rest["items"]), rest["next"]] == [3, 1, None]


def test_percent_and_underscore_are_only_letters_in_a_search(api: Program):
    api.post("/customers", ANN)
    assert api.get("/customers?q=%25")["items"] == api.get("/customers?q=_nn")["items"] == []


def test_a_page_of_customers_takes_as_many_statements_as_one_customer(api: Program, statements: list[str]):
    api.post("/customers", ANN)
    statements.clear()
    api.get("/customers")
    one = len(statements)
    for number in range(20):
        api.post("/customers", {"external_id": f"other-{number}", "email": f"o{number}@example.test"})
    statements.clear()
    assert len(api.get("/customers")["items"]) == 21
    assert len(statements) == one


def test_tags_are_put_on_and_taken_off(api: Program):
    customer = api.post("/customers", ANN)["id"]
    tag = api.post("/tags", {"name": "VIP"})["id"]
    for _time in range(2):
        api.call("PUT", f"/customers/{customer}/tags/{tag}", status=204)
    assert api.get(f"/customers/{customer}")["tags"] == [{"id": tag, "name": "VIP"}]
    for _time in range(2):
        api.delete(f"/customers/{customer}/tags/{tag}")
    assert api.get(f"/customers/{customer}")["tags"] == []
    api.call("PUT", f"/customers/{customer}/tags/{tag + 1}", status=404)


def test_a_balance_says_what_is_active_and_what_burns_when(api: Program, database: Database):
    customer = api.post("/customers", ANN)["id"]
    now = datetime.now(UTC)
    with database.begin() as session:
        for key, amount, lifetime in (
            ("a", 50_000, Lifetime.days(2)),
            ("b", 1, Lifetime(activation="after_days", activation_amount=3)),
        ):
            recipients = [Recipient(customer, key, None)]
            accrue_to_many(session, recipients, amount=amount, lifetime=lifetime, source="api", at=now)
    found = api.get(f"/customers/{customer}/balance")
    assert (found["active"], found["awaiting"]) == ("500.00", "0.01")
    (burning,) = found["burning"]
    assert burning["amount"] == "500.00"
    assert datetime.fromisoformat(burning["at"]) > now + timedelta(days=1)
    assert [lot["state"] for lot in found["lots"]] == ["active", "awaiting"]
    assert api.get(f"/customers/{customer}")["active"] == "500.00"


def test_activities_go_on_page_by_page_newest_first(api: Program):
    customer = api.post("/customers", ANN)["id"]
    for day in range(1, 6):
        line = {"sku": "tea", "quantity": 1, "price": "2.50"}
        receipt = {"external_id": f"r{day}", "customer": {"card": "10002000"}, "at": f"2026-11-0{day}T10:00:00Z"}
        api.post("/purchases", {**receipt, "lines": [line]})
    seen: list[tuple[str, str, str]] = []
    path: str | None = f"/customers/{customer}/activities?limit=2"
    while path:
        found = api.get(path)
        seen += [(each["kind"], each["title"], each["amount"]) for each in found["items"]]
        path = found["next"] and f"/customers/{customer}/activities?limit=2&after={found['next']}"
    assert seen == [("purchase", f"Purchase r{day}", "2.50") for day in (5, 4, 3, 2, 1)]
    assert api.places("GET", f"/customers/{customer}/activities?after=WyJ4Il0=") == ["after"]


@pytest.mark.parametrize("what", ["", "/balance", "/activities"])
def test_an_unknown_customer_is_not_found(api: Program, what: str):
    assert api.places("GET", f"/customers/9{what}", status=404) == ["customer"]


def test_a_balance_is_corrected_with_a_reason_and_says_by_whom(api: Program):
    customer = api.post("/customers", ANN)["id"]
    path = f"/customers/{customer}/adjustments"
    given = api.post(path, {"direction": "plus", "amount": "50.00", "reason": "Late parcel"})
    assert (given["active"], given["debt"]) == ("50.00", "0.00")
    taken = api.post(path, {"direction": "minus", "amount": "20.00", "reason": "Counted twice"})
    assert taken["active"] == "30.00"
    newest, oldest = api.get(f"/customers/{customer}/activities")["items"]
    assert (newest["kind"], newest["title"], newest["amount"]) == ("adjust", "Counted twice", "-20.00")
    assert (oldest["title"], oldest["amount"], bool(oldest["author"])) == ("Late parcel", "50.00", True)


def test_a_correction_that_cannot_be_says_where(api: Program):
    customer = api.post("/customers", ANN)["id"]
    path = f"/customers/{customer}/adjustments"
    for change, where in (
        ({"direction": "minus"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"reason": ""}, "reason"),
        ({"direction": "up"}, "direction"),
        ({"bonus_type": 99}, "bonus_type"),
        ({"legal_entity": 99}, "legal_entity"),
    ):
        body = {"direction": "plus", "amount": "5.00", "reason": "Late parcel", **change}
        assert api.post(path, body, 400)["errors"][0]["where"] == where
    api.post("/customers/999/adjustments", {"direction": "plus", "amount": "5.00", "reason": "Late"}, 404)
