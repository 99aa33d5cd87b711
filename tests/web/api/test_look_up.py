"""A till looks a customer up before it sells: who they are, where they stand, what they have."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from loyalty_core.database import Database
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.lifetime import Lifetime
from tests.web.api.conftest import Program
from tests.web.api.test_till import give, sale

TIERS = {
    "name": "Savings",
    "kind": "bonus",
    "is_default": True,
    "payable_percent": "50",
    "delay_days": 2,
    "tiers": [{"above": "0.00", "bonus_percent": "2"}, {"above": "1000.00", "bonus_percent": "3"}],
}


@pytest.fixture
def ann(api: Program) -> int:
    api.post("/programmes", TIERS)
    told = {
        "external_id": "crm 7",
        "first_name": "Ann",
        "last_name": "Lee",
        "card": "10-01",
        "phone": "+44 7700 900014",
    }
    return int(api.post("/customers", told)["id"])


@pytest.mark.parametrize("mark", ["code=1001", "code=10 01", "code=crm 7", "card=10-01", "phone=%2B44 (7700) 900014"])
def test_a_customer_is_looked_up_by_whatever_a_scanner_reads(api: Program, ann: int, mark: str):
    found = api.get(f"/till/customer?{mark}")
    assert (found["id"], found["name"], found["external_id"]) == (ann, "Ann Lee", "crm 7")


def test_a_look_up_tells_the_tier_what_the_next_one_takes_and_the_bonuses(api: Program, ann: int, database: Database):
    give(database, ann, 5_000)
    soon = datetime.now(UTC)
    with database.begin() as session:
        asked = [Recipient(ann, "soon", None)]
        accrue_to_many(session, asked, amount=700, lifetime=Lifetime.days(3), source="api", at=soon)
    api.post("/purchases", sale("crm 7", "1", "1000.00"))
    found = api.get("/till/customer?code=1001")
    assert found["programme"]["name"] == "Savings"
    assert found["tier"] == {"above": "0.00", "bonus_percent": "2", "discount_percent": "0"}
    # Exactly 1 000.00 stays below.
    assert found["next_tier"]["missing"] == "0.01"
    assert (found["active"], found["awaiting"], found["debt"]) == ("57.00", "20.00", "0.00")
    assert (found["burning"]["amount"], found["blocked"], found["activated"]) == ("7.00", None, True)
    assert found["burning"]["at"][:10] == (soon + timedelta(days=3)).date().isoformat()
    api.post("/purchases", sale("crm 7", "2", "0.01"))
    found = api.get("/till/customer?code=1001")
    assert (found["tier"]["bonus_percent"], found["next_tier"]) == ("3", None)
    api.call("PUT", f"/customers/{ann}/block", {"reason": "Lost"}, 204)
    assert api.get("/till/customer?code=1001")["blocked"] == "Lost"


def test_a_card_wins_over_another_customers_number(api: Program, ann: int):
    other = api.post("/customers", {"external_id": "1001"})["id"]
    assert api.get("/till/customer?code=1001")["id"] == ann
    assert api.get("/customers")["items"][-1]["id"] == other


@pytest.mark.parametrize(
    ("query", "status", "where"),
    [
        ("", 400, "code"),
        ("?code=", 400, "code"),
        ("?code=1001&card=1001", 400, "code"),
        ("?code=404", 404, "code"),
        ("?phone=404", 400, "phone"),
        ("?phone=4477009", 404, "phone"),
        ("?card=%00", 400, "card"),
        ("?code=" + "1" * 101, 400, "code"),
        ("?name=Ann", 400, "name"),
    ],
)
def test_who_cannot_be_looked_up_is_told_with_the_place(api: Program, ann: int, query: str, status: int, where: str):
    assert api.places("GET", f"/till/customer{query}", status=status) == [where]


def test_a_look_up_takes_a_handful_of_statements_however_much_is_there(api: Program, ann: int, database: Database):
    for number in range(3):
        api.post("/purchases", sale("crm 7", str(number), "10.00", at=datetime.now(UTC) - timedelta(days=number)))
    statements: list[str] = []
    engine = api.client.application.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", lambda _c, _k, sql, *_more: statements.append(sql))
    api.get("/till/customer?card=1001")
    assert len(statements) <= 12, statements


def test_a_till_can_ask_whether_it_gets_through(api: Program):
    api.call("GET", "/till/ping", status=204)
    assert api.answer("GET", "/till/ping", Authorization="Bearer nobody").status_code == 401
