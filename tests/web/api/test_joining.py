"""Joining a programme over the API: activation, and the welcome bonus that comes with it, once."""

import threading
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from loyalty_core.customers.registration import CustomerData, register_many
from loyalty_core.customers.rows import Customer
from loyalty_core.database import Database
from loyalty_core.errors import Conflict
from loyalty_core.events import Event
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.rows import Operation
from loyalty_core.programmes.activation import activate_many
from tests.web.api.conftest import Program
from tests.web.api.test_till import SAVINGS, basket, sale

WELCOME = {"welcome_amount": "200.00"}


@pytest.fixture
def savings(api: Program) -> str:
    """The address of the default programme's joining."""
    return f"/programmes/{api.post('/programmes', SAVINGS | {'name': 'Savings'})['id']}/joining"


def join(api: Program, name: str, **more: Any) -> int:
    return int(api.post("/customers", {"external_id": name, **more})["id"])


def lots(api: Program, customer: int) -> list[dict[str, Any]]:
    return list(api.get(f"/customers/{customer}/balance")["lots"])


def told(database: Database, kind: str = "customer.activated") -> list[int]:
    with database.read() as session:
        return list(session.scalars(select(Event.customer_id).where(Event.kind == kind).order_by(Event.id)))


def end_of(day: date, zone: str = "UTC") -> datetime:
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(zone)).astimezone(UTC)


def test_kilbil_a_second_activation_gives_no_second_welcome_bonus(api: Program, savings: str, database: Database):
    """ "Приветственные бонусы … начисляются клиенту один раз при вступлении в программу лояльности" (d9)."""
    api.put(savings, WELCOME | {"activation_needed": True})
    ann = join(api, "ann", card="1001")
    assert api.get(f"/customers/{ann}")["activated_at"] is None
    assert lots(api, ann) == []
    first = api.post(f"/customers/{ann}/activation", status=200)
    assert (first["active"], bool(first["activated_at"])) == ("200.00", True)
    assert api.post(f"/customers/{ann}/activation", status=200) == first
    assert api.post("/till/activation", {"customer": {"card": "1001"}}, 200) == first
    assert [(lot["amount"], lot["source"]) for lot in lots(api, ann)] == [("200.00", "welcome")]
    assert [each["title"] for each in api.get(f"/customers/{ann}/activities")["items"]] == ["Welcome bonus"]
    assert told(database) == [ann]


def test_the_ledger_itself_refuses_a_second_welcome_bonus(api: Program, savings: str, database: Database):
    api.put(savings, WELCOME)
    ann = join(api, "ann")
    again, now = [Recipient(ann, "welcome", 1)], datetime.now(UTC)
    with database.session(writing=True) as session, pytest.raises(Conflict):
        accrue_to_many(session, again, amount=99, lifetime=Lifetime(), source="welcome", at=now)


def test_kilbil_without_activation_who_registers_is_welcomed_at_once(api: Program, savings: str, database: Database):
    """ "Регистрация без активации" is how a programme begins."""
    assert api.get(savings)["activation_needed"] is False
    api.put(savings, WELCOME)
    ann = api.post("/customers", {"external_id": "ann"})
    assert (ann["active"], bool(ann["activated_at"])) == ("200.00", True)
    assert told(database) == told(database, "customer.registered") == [ann["id"]]
    api.put("/customers/by-external-id/ann", {"first_name": "Ann"})
    assert len(lots(api, ann["id"])) == 1


def test_kilbil_who_is_not_activated_has_no_discount_and_neither_earns_nor_spends(api: Program):
    """ "Активация": до активации карта клиента не работает."""
    both = {"kind": "both", "is_default": True, "name": "Both"}
    tiers = [{"above": "0.00", "bonus_percent": "3", "discount_percent": "10"}]
    programme = api.post("/programmes", both | {"tiers": tiers})["id"]
    api.put(f"/programmes/{programme}/joining", {"activation_needed": True})
    ann = join(api, "ann")
    body = {"direction": "plus", "amount": "50.00", "reason": "x", "bonus_type": None, "legal_entity": None}
    api.post(f"/customers/{ann}/adjustments", body)
    priced = api.post("/till/price", basket("ann", "100.00"), 200)
    assert (priced["waiting"], priced["to_pay"], priced["accrued"], priced["redeemable"]) == (
        *(True, "100.00", "0.00"),
        "0.00",
    )
    assert api.places("POST", "/till/settle", sale("ann", "1", "100.00", redeem="1.00")) == ["redeem"]
    assert api.post("/till/settle", sale("ann", "1", "100.00"))["accrued"] == "0.00"
    api.post("/till/activation", {"customer": {"external_id": "ann"}}, 200)
    priced = api.post("/till/price", basket("ann", "100.00"), 200)
    assert (priced["waiting"], priced["to_pay"], priced["accrued"], priced["redeemable"]) == (
        *(False, "90.00", "2.70"),
        "50.00",
    )


@pytest.mark.parametrize(
    ("delay", "unit", "span"), [(2, "days", timedelta(days=2)), (5, "hours", timedelta(hours=5)), (0, "days", None)]
)
def test_kilbil_the_welcome_bonus_is_delayed_by_days_or_hours(
    api: Program, savings: str, delay: int, unit: str, span: timedelta | None
):
    """ "Отсрочка начисления приветственных бонусов (дни / часы)"."""
    api.put(savings, WELCOME | {"welcome_delay": delay, "welcome_delay_unit": unit})
    (lot,) = lots(api, join(api, "ann"))
    waited = datetime.fromisoformat(lot["active_at"]) - datetime.fromisoformat(lot["accrued_at"])
    assert waited == (span or timedelta())
    assert lot["expires_at"] is None


@pytest.mark.parametrize(("days", "until", "burns"), [(10, 5, 5), (3, 5, 3), (4, None, 4), (None, 6, 6)])
def test_kilbil_of_the_welcome_bonus_s_lifetime_and_end_date_the_earlier_holds(
    api: Program, savings: str, days: int | None, until: int | None, burns: int
):
    """ "Срок жизни приветственных бонусов (дней)" и/или "Дата окончания": раньше наступившее."""
    today = datetime.now(UTC).date()
    last = None if until is None else (today + timedelta(days=until)).isoformat()
    api.put(savings, WELCOME | {"welcome_lifetime_days": days, "welcome_until": last})
    (lot,) = lots(api, join(api, "ann"))
    assert datetime.fromisoformat(lot["expires_at"]) == end_of(today + timedelta(days=burns))


def test_who_joins_after_the_end_date_is_activated_without_a_gift(api: Program, savings: str, database: Database):
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    api.put(savings, WELCOME | {"welcome_until": yesterday.isoformat()})
    ann = join(api, "ann")
    assert lots(api, ann) == []
    assert told(database) == [ann]


def test_the_welcome_bonus_is_owed_by_the_company_of_the_outlet_and_burns_in_its_zone(api: Program, savings: str):
    company = api.post("/legal-entities", {"name": "Lee & Sons"})["id"]
    api.post("/outlets", {"external_id": "tokyo", "name": "Tokyo", "zone": "Asia/Tokyo", "legal_entity": company})
    api.put(savings, WELCOME | {"welcome_lifetime_days": 3})
    (lot,) = lots(api, join(api, "ann", outlet="tokyo"))
    today = datetime.fromisoformat(lot["accrued_at"]).astimezone(ZoneInfo("Asia/Tokyo")).date()
    assert lot["legal_entity"] == "Lee & Sons"
    assert datetime.fromisoformat(lot["expires_at"]) == end_of(today + timedelta(days=3), "Asia/Tokyo")


def test_the_group_s_programme_welcomes_before_the_default_one(api: Program, savings: str):
    api.put(savings, WELCOME)
    other = api.post("/programmes", SAVINGS | {"name": "Other", "is_default": False})["id"]
    api.put(f"/programmes/{other}/joining", {"welcome_amount": "7.00", "activation_needed": True})
    api.post("/customer-groups", {"name": "Friends", "programme": other, "is_default": True})
    ann = join(api, "ann")
    assert lots(api, ann) == []
    assert api.post(f"/customers/{ann}/activation", status=200)["active"] == "7.00"


def test_two_activations_at_once_give_one_bonus_and_one_event(
    app: Flask, api: Program, savings: str, database: Database
):
    api.put(savings, WELCOME | {"activation_needed": True})
    ann = join(api, "ann")
    answers: list[str] = []

    def activate() -> None:
        answers.append(Program(app.test_client(), api.key).post(f"/customers/{ann}/activation", status=200)["active"])

    threads = [threading.Thread(target=activate) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["200.00"] * 6
    assert told(database) == [ann]
    assert len(lots(api, ann)) == 1


def test_ten_thousand_are_registered_and_welcomed_in_a_handful_of_statements(
    app: Flask, api: Program, savings: str, database: Database, statements: list[str]
):
    company = api.post("/legal-entities", {"name": "Lee & Sons"})["id"]
    outlet = api.post("/outlets", {"name": "Soho", "legal_entity": company})["id"]
    api.put(savings, WELCOME | {"welcome_lifetime_days": 30})
    people = [CustomerData(f"crm-{number}", outlet_id=outlet if number % 2 else None) for number in range(10_000)]
    statements.clear()
    with app.extensions["database"].begin() as session:
        register_many(session, people, datetime.now(UTC))
    assert len(statements) < 60
    with database.read() as session:
        granted = select(func.count()).where(Operation.source == "welcome", Operation.amount == 20_000)
        assert session.scalar(granted) == 10_000


def test_history_is_activated_since_its_registration_without_events_and_gifts(
    api: Program, savings: str, database: Database
):
    api.put(savings, WELCOME | {"activation_needed": True})
    long_ago = datetime(2020, 2, 1, tzinfo=UTC)
    with database.begin() as session:
        register_many(session, [CustomerData("ann", registered_at=long_ago)], datetime.now(UTC), events=False)
        customer = session.scalars(select(Customer)).one()
        assert customer.activated_at == long_ago
        assert activate_many(session, [customer.id], datetime.now(UTC)) == set()
        assert session.scalar(select(func.count()).select_from(Operation)) == 0
    assert told(database) == told(database, "customer.registered") == []


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({"welcome_amount": "0.00"}, "welcome_amount"),
        ({"welcome_amount": 5}, "welcome_amount"),
        ({"welcome_delay": -1}, "welcome_delay"),
        ({"welcome_delay": 36_501}, "welcome_delay"),
        ({"welcome_delay": 9_999, "welcome_delay_unit": "hours"}, "welcome_delay"),
        ({"welcome_delay_unit": "weeks"}, "welcome_delay_unit"),
        ({"welcome_lifetime_days": 0}, "welcome_lifetime_days"),
        ({"welcome_until": "1999-12-31"}, "welcome_until"),
        ({"welcome_until": "soon"}, "welcome_until"),
        ({"activation_needed": 1}, "activation_needed"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_what_joining_cannot_be_is_refused_at_its_field(api: Program, savings: str, told: dict[str, Any], where: str):
    assert api.places("PUT", savings, told) == [where]
    assert api.get(savings)["welcome_amount"] is None


def test_nobody_activates_what_is_not_there(api: Program):
    assert api.places("POST", "/customers/404/activation", status=404) == ["customer"]
    assert api.places("POST", "/till/activation", {"customer": {"card": "404"}}) == ["customer"]
    assert api.places("GET", "/programmes/404/joining", status=404) == ["programme"]
    assert api.places("PUT", "/programmes/404/joining", {}, 404) == ["programme"]


def test_two_cards_of_one_person_that_become_one_are_welcomed_no_more(api: Program, savings: str):
    api.put(savings, WELCOME | {"activation_needed": True})
    ann, second = join(api, "ann"), join(api, "second")
    api.post(f"/customers/{ann}/activation", status=200)
    api.post(f"/customers/{second}/merge", {"customer": {"id": ann}}, 200)
    known = api.post(f"/customers/{second}/activation", status=200)
    assert (known["active"], bool(known["activated_at"])) == ("200.00", True)
