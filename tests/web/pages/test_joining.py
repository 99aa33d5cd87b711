"""Joining a programme on the pages: the form with its example, and activation on the profile and at the till."""

from datetime import UTC, datetime
from typing import Any

import pytest

from loyalty_core.customers.registration import CustomerData, register
from loyalty_core.database import Database
from tests.web.pages.conftest import Reader
from tests.web.pages.test_loyalty import BASKET, SKY

JOINING: dict[str, Any] = {
    "activation_needed": "1",
    "welcome_amount": "200",
    "welcome_delay": "2",
    "welcome_delay_unit": "hours",
    "welcome_lifetime_days": "30",
    "welcome_until": "",
}


@pytest.fixture
def ann(reader: Reader, database: Database) -> int:
    """Ann has registered and waits for her activation."""
    reader.post("/programmes/new", **SKY)
    reader.post("/programmes/1/joining", **JOINING)
    with database.begin() as session:
        return register(session, CustomerData("ann", card="RU-204417"), datetime.now(UTC)).id


def test_the_form_keeps_what_was_told_and_shows_what_who_joins_now_would_get(reader: Reader) -> None:
    reader.post("/programmes/new", **SKY)
    assert 'aria-current="page" href="/programmes/1/joining"' in reader.get("/programmes/1/joining")
    reader.post("/programmes/1/joining", **JOINING)
    text = reader.get("/programmes/1/joining")
    assert 'value="200"' in text
    assert 'value="30"' in text
    example = reader.post("/programmes/joining/example", 200, **JOINING).text
    assert "A customer who is activated now gets" in example
    assert "200.00" in example
    assert "23:59:59" in example
    at_once = JOINING | {"activation_needed": "", "welcome_lifetime_days": ""}
    assert "A customer who joins now gets" in reader.post("/programmes/joining/example", 200, **at_once).text
    past = JOINING | {"welcome_until": "2020-01-01"}
    assert "nobody gets one" in reader.post("/programmes/joining/example", 200, **past).text
    nothing = JOINING | {"welcome_amount": ""}
    assert "Nothing is given" in reader.post("/programmes/joining/example", 200, **nothing).text


@pytest.mark.parametrize(
    "told",
    [
        {"welcome_amount": "0"},
        {"welcome_amount": "a lot"},
        {"welcome_delay": "-1"},
        {"welcome_delay": "9999"},
        {"welcome_delay_unit": ""},
        {"welcome_lifetime_days": "0"},
        {"welcome_until": "soon"},
        {"welcome_until": "1066-10-14"},
    ],
)
def test_what_joining_cannot_be_is_told_at_its_field(reader: Reader, told: dict[str, Any]) -> None:
    reader.post("/programmes/new", **SKY)
    assert 'class="hint bad"' in reader.post("/programmes/1/joining", 400, **JOINING | told).text
    assert 'class="s bad"' in reader.post("/programmes/joining/example", 200, **JOINING | told).text
    assert 'value="200"' not in reader.get("/programmes/1/joining")
    reader.post("/programmes/404/joining", 404, **JOINING)
    reader.get("/programmes/404/joining", status=404)


def test_who_waits_is_listed_and_activated_on_their_profile(reader: Reader, ann: int) -> None:
    assert "1 customer waits for activation" in reader.get("/programmes/1/joining")
    assert f'href="/customers/{ann}"' in reader.get("/customers?waiting=1")
    assert "Not activated yet" in reader.get(f"/customers/{ann}")
    for _twice in range(2):
        reader.post(f"/customers/{ann}/activation")
    text = reader.get(f"/customers/{ann}")
    assert "Not activated yet" not in text
    assert text.count("+200.00") >= 1
    assert "Welcome bonus" in text
    assert "Nobody waits for activation" in reader.get("/customers?waiting=1")
    reader.post("/customers/404/activation", 404)


def test_a_cashier_activates_a_card_at_the_till_and_the_basket_stays(reader: Reader, ann: int) -> None:
    assert "Activate the card" in reader.post("/till/price", 200, **BASKET).text
    text = reader.post("/till/activation", 200, **BASKET).text
    assert "The card is activated" in text
    assert 'value="till-7"' in text
    assert 'value="200.00"' in text
    priced = reader.post("/till/price", 200, **BASKET).text
    assert "Activate the card" not in priced
    assert "10.00 bonuses" in priced
    assert "Nobody is known by" in reader.post("/till/activation", 400, **BASKET | {"who": "404"}).text


def test_visits_and_a_password_are_set_up_on_the_form_and_work_at_the_till(reader: Reader, ann: int) -> None:
    reader.post(f"/customers/{ann}/activation")
    reader.post("/programmes/1", **SKY | {"visit_hours": "6", "password": " tea time "})
    text = reader.get("/programmes/1")
    assert 'value="6"' in text
    assert "tea time" not in text
    assert "asks for the programme’s password" in reader.post("/till/price", 200, **BASKET).text
    assert "Write the programme’s password" in reader.post("/till", 400, **BASKET).text
    assert "This is not" in reader.post("/till", 400, **BASKET | {"programme_password": "coffee"}).text
    reader.post("/till", **BASKET | {"programme_password": "tea time"})
    reader.post("/till", **BASKET | {"programme_password": "tea time", "number": "till-8"})
    assert "1 visit<" in reader.get(f"/customers/{ann}")
    reader.post("/programmes/1", **SKY | {"visit_hours": "6"})
    assert "Programme’s password" in reader.get("/till")
    reader.post("/programmes/1", **SKY | {"visit_hours": "6", "password_gone": "1"})
    assert "Programme’s password" not in reader.get("/till")
    for wrong in ({"visit_hours": "0"}, {"visit_hours": "8761"}, {"password": "x" * 101}):
        assert 'class="hint bad"' in reader.post("/programmes/1", 400, **SKY | wrong).text
