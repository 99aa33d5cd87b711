"""The liability of a legal entity over the API."""

from datetime import UTC, datetime

from loyalty_core.database import Database
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.lifetime import Lifetime
from tests.web.api.conftest import Program

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_a_legal_entity_owes_at_a_past_moment_what_was_there_then(api: Program, database: Database):
    entity = api.post("/legal-entities", {"name": "Harbour Gifts Ltd"})["id"]
    customer = api.post("/customers", {"external_id": "crm-1"})["id"]
    with database.begin() as session:
        accrue_to_many(
            session,
            [Recipient(customer, "a")],
            amount=50_000,
            lifetime=Lifetime.days(2),
            legal_entity_id=entity,
            source="api",
            at=AT,
        )
    path = f"/legal-entities/{entity}/liability"
    sums = {"active": "500.00", "awaiting": "0.00", "total": "500.00", "debt": "0.00"}
    assert api.get(f"{path}?at=2026-11-01T12:00:00Z") == {"at": "2026-11-01T12:00:00+00:00", **sums}
    assert api.get(f"{path}?at=2026-11-01T11:59:59Z")["total"] == "0.00"
    assert api.get(f"{path}?at=2026-11-09T12:00:00Z")["total"] == "0.00"
    assert api.get(path)["total"] == "0.00"


def test_a_liability_of_nobody_or_of_no_moment_is_refused(api: Program):
    assert api.get("/legal-entities/99/liability", 404)["errors"][0]["where"] == "legal_entity"
    entity = api.post("/legal-entities", {"name": "Harbour Gifts Ltd"})["id"]
    assert api.get(f"/legal-entities/{entity}/liability?at=yesterday", 400)["errors"][0]["where"] == "at"
