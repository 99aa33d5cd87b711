"""What registration promises."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from loyalty_core.customers.registration import CustomerData, find_customer, normalise, register, register_many
from loyalty_core.customers.rows import Consent, Customer, CustomerTotals, Identity
from loyalty_core.database import Database
from loyalty_core.errors import Refused
from loyalty_core.events import Event

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ANNA = CustomerData(
    external_id="A-1",
    first_name="Anna",
    last_name="Marsh",
    email="Anna.Marsh@example.test",
    phone="+44 7700 900123",
    card="2900 0000 0001 7",
    birth_date=date(1988, 2, 29),
    sex="female",
    consents={"email": True, "sms": False},
)


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_customer_is_found_by_each_mark_however_it_is_written(session: Session) -> None:
    anna = register(session, ANNA, NOW)
    assert find_customer(session, external_id="A-1") == anna.id
    assert find_customer(session, email=" anna.marsh@EXAMPLE.test") == anna.id
    assert find_customer(session, phone="0044 (7700) 900-123") == anna.id
    assert find_customer(session, card="2900-0000-0001-7") == anna.id
    assert find_customer(session, card="2900-0000-0001-8") is None


def test_what_was_given_is_kept(session: Session) -> None:
    anna = register(session, ANNA, NOW)
    assert (anna.birth_date, anna.birth_day, anna.sex) == (date(1988, 2, 29), 229, "female")
    assert anna.registered_at == NOW
    assert session.get_one(Identity, ("phone", "447700900123")).shown == "+44 7700 900123"
    assert dict(session.execute(select(Consent.channel, Consent.granted)).all()) == {"email": True, "sms": False}
    assert session.get_one(CustomerTotals, anna.id).purchase_count == 0


def test_registering_again_changes_only_what_is_given(session: Session) -> None:
    first = register(session, ANNA, NOW)
    again = register(session, CustomerData(external_id="A-1", last_name="Stone", consents={"sms": True}), NOW)
    assert again.id == first.id
    assert (again.first_name, again.last_name, again.birth_day) == ("Anna", "Stone", 229)
    assert dict(session.execute(select(Consent.channel, Consent.granted)).all()) == {"email": True, "sms": True}
    assert count(session, Customer) == 1


def test_the_same_again_changes_nothing_and_is_told_to_chains_once(session: Session) -> None:
    register(session, ANNA, NOW)
    again = register_many(session, [ANNA], NOW)
    assert (again.new, again.changed) == (set(), set())
    assert session.scalars(select(Event.kind)).all() == ["customer.registered", "customer.activated"]


def test_a_new_address_replaces_the_old_one_and_a_new_card_is_added(session: Session) -> None:
    anna = register(session, ANNA, NOW)
    register(session, CustomerData(external_id="A-1", email="anna@example.test", card="77"), NOW)
    assert find_customer(session, email="anna.marsh@example.test") is None
    assert find_customer(session, email="anna@example.test") == anna.id
    assert find_customer(session, card="77") == find_customer(session, card="2900000000017") == anna.id


def test_a_mark_of_somebody_else_is_refused_with_its_place(session: Session) -> None:
    register(session, ANNA, NOW)
    with pytest.raises(Refused) as refused:
        register(session, CustomerData(external_id="B-2", phone="447700900123"), NOW)
    assert refused.value.where == "phone"
    assert count(session, Customer) == 1


def test_one_bad_element_of_a_set_does_not_hold_up_the_others(session: Session) -> None:
    told = register_many(
        session,
        [
            CustomerData(external_id="1", email="one@example.test"),
            CustomerData(external_id="2", email="nonsense"),
            CustomerData(external_id="3", email="one@example.test"),
            CustomerData(external_id="1"),
            CustomerData(external_id="5", sex="robot"),
            CustomerData(external_id="6", outlet_id=999),
            CustomerData(external_id="7", consents={"pigeon": True}),
        ],
        NOW,
        events=False,
    )
    assert told.new == {0}
    assert {place: refusal.where for place, refusal in told.refused.items()} == {
        1: "email",
        2: "email",
        3: "external_id",
        4: "sex",
        5: "outlet",
        6: "consents.pigeon",
    }
    assert count(session, Customer) == 1
    assert count(session, Event) == 0


def test_marks_that_name_two_people_find_nobody(session: Session) -> None:
    register(session, ANNA, NOW)
    register(session, CustomerData(external_id="B-2", card="77"), NOW)
    with pytest.raises(Refused):
        find_customer(session, external_id="A-1", card="77")
    with pytest.raises(Refused):
        find_customer(session)


@pytest.mark.parametrize(
    ("kind", "text"), [("email", "a@b"), ("email", "a b@c.test"), ("phone", "12"), ("phone", "call me"), ("card", "·")]
)
def test_a_mark_that_cannot_be_one_is_refused_with_its_text(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"Not an? .*"):
        normalise(kind, text)


def test_two_who_register_the_same_customer_at_once_make_one(database: Database) -> None:
    def go(_: int) -> int:
        with database.begin() as session:
            return register(session, ANNA, NOW).id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(go, range(16)))) == 1
    with database.read() as session:
        assert session.scalars(select(Event.kind)).all() == ["customer.registered", "customer.activated"]
