"""Bonus types, outlets, settings, letter templates and API keys: what their forms take and refuse."""

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from campaigns import editing
from loyalty_core.database import Database
from loyalty_core.ledger.bonus_types import BonusType
from loyalty_core.organisation import LegalEntity, Outlet, organisation
from tests.web.pages.conftest import Reader, Shop

UNTIL_JANUARY = {
    "name": "Until January",
    "activation": "at_once",
    "burning": "day_of_year",
    "burning_month": "1",
    "burning_day": "0",
}


def test_a_bonus_type_can_burn_on_the_last_day_of_january(reader: Reader, database: Database) -> None:
    reader.post("/bonus-types/new", **UNTIL_JANUARY)
    assert "active at once, burns 31 January" in reader.get("/bonus-types")
    with database.read() as session:
        kind = session.scalars(select(BonusType)).one()
    assert (kind.burning, kind.burning_month, kind.burning_day, kind.activation_amount) == ("day_of_year", 1, 0, None)


def test_a_bonus_type_keeps_only_what_its_choices_use(reader: Reader, database: Database) -> None:
    reader.post("/bonus-types/new", **UNTIL_JANUARY, activation_amount="5", burning_amount="30", to_the_second="1")
    with database.read() as session:
        kind = session.scalars(select(BonusType)).one()
    assert (kind.activation_amount, kind.burning_amount, kind.to_the_second) == (None, None, False)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": " "}, "Write a name"),
        ({"burning": "after_days", "burning_amount": "soon"}, "Write a whole number"),
        ({"burning": "after_days", "burning_amount": "0"}, "Write a whole number from 1"),
        ({"burning_month": "2", "burning_day": "30"}, "Choose a day that the month has"),
        ({"activation": "whenever", "activation_amount": "1"}, "Choose when the bonuses become active"),
    ],
)
def test_a_bonus_type_that_cannot_be_is_told_at_its_field(reader: Reader, changes: dict[str, str], told: str) -> None:
    text = reader.post("/bonus-types/new", 400, **(UNTIL_JANUARY | changes)).text
    assert told in text
    assert "No bonus type yet" in reader.get("/bonus-types")


def test_two_bonus_types_cannot_have_one_name(reader: Reader) -> None:
    reader.post("/bonus-types/new", **UNTIL_JANUARY)
    reader.post("/bonus-types/new", 400, **UNTIL_JANUARY)
    reader.post("/bonus-types/1", **UNTIL_JANUARY)
    reader.post("/bonus-types/1/deletion")
    assert "No bonus type yet" in reader.get("/bonus-types")


def test_the_example_is_computed_from_what_the_form_says(reader: Reader) -> None:
    text = reader.post(
        "/bonus-types/example", 200, activation="after_hours", activation_amount="24", burning="never"
    ).text
    assert "active after 24 hours, never burns" in text
    text = reader.post("/bonus-types/example", 200, activation="at_once", burning="after_days", burning_amount="").text
    assert "Write a whole number" in text


def test_outlets_and_companies_are_added(reader: Reader, database: Database) -> None:
    reader.post("/legal-entities", name="Harbour Gifts Ltd")
    reader.post("/outlets", name="Paris", zone="Europe/Paris", external_id="paris", legal_entity="1")
    with database.read() as session:
        outlet = session.scalars(select(Outlet)).one()
        assert (outlet.zone, outlet.external_id, outlet.legal_entity_id) == ("Europe/Paris", "paris", 1)
        assert session.scalars(select(LegalEntity.name)).all() == ["Harbour Gifts Ltd"]


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/legal-entities", {"name": ""}),
        ("/legal-entities", {"name": "Taken"}),
        ("/outlets", {"name": ""}),
        ("/outlets", {"name": "A", "zone": "Moon/Crater"}),
        ("/outlets", {"name": "A", "legal_entity": "77"}),
        ("/outlets", {"name": "A", "external_id": "x" * 101}),
    ],
)
def test_what_an_outlet_or_a_company_cannot_be_is_told_in_its_dialog(
    reader: Reader, path: str, form: dict[str, str]
) -> None:
    reader.post("/legal-entities", name="Taken")
    assert " data-opened>" in reader.post(path, 400, **form).text


def test_the_organisation_is_changed_as_a_whole_or_not_at_all(reader: Reader, database: Database) -> None:
    reader.post("/settings", name="Harbour", zone="Europe/Kyiv", currency="UAH", leap_day="mar1")
    for wrong in ({"zone": "Moon"}, {"currency": "XXXX"}, {"leap_day": "feb30"}, {"name": ""}):
        right = {"name": "Other", "zone": "UTC", "currency": "GBP", "leap_day": "feb28"}
        reader.post("/settings", 400, **(right | wrong))
    with database.read() as session:
        own = organisation(session)
        assert (own.name, own.zone, own.currency, own.leap_day) == ("Harbour", "Europe/Kyiv", "UAH", "mar1")


def test_a_letter_template_is_written_previewed_and_deleted(reader: Reader) -> None:
    letter = {"subject": "Hello, {{ customer.first_name }}", "body": "Dear {{ customer.name }},\r\n\r\nwelcome."}
    assert "Hello, Anna" in reader.post("/settings/letters/preview", 200, **letter).text
    reader.post("/settings/letters/new", name="Welcome", **letter)
    assert "Welcome" in reader.get("/settings/letters")
    reader.post("/settings/letters/1", name="Welcome again", **letter)
    assert "Welcome again" in reader.get("/settings/letters/1")
    reader.post("/settings/letters/1/deletion")
    assert "No template yet" in reader.get("/settings/letters")


def test_a_letter_that_cannot_be_sent_is_refused_with_the_place(reader: Reader) -> None:
    letter = {"subject": "Hello", "body": "Dear {{ customer.shoe_size }}"}
    assert "shoe_size" in reader.post("/settings/letters/preview", 200, **letter).text
    assert "shoe_size" in reader.post("/settings/letters/new", 400, name="Welcome", **letter).text


def test_an_api_key_is_shown_once_works_and_is_taken_back(reader: Reader, client: FlaskClient) -> None:
    text = reader.post("/settings/api-keys", 200, name="Till 4").text
    found = re.search(r"catena_[\w-]{40,}", text)
    assert found is not None
    assert found[0] not in reader.get("/settings/api-keys")
    headers = {"Authorization": f"Bearer {found[0]}"}
    assert client.get("/api/v1/node-types", headers=headers).status_code == 200
    reader.post("/settings/api-keys/2/revocation")
    assert client.get("/api/v1/node-types", headers=headers).status_code == 401
    reader.post("/settings/api-keys", 400, name="")


def test_a_segment_is_deleted_unless_a_chain_uses_it(reader: Reader, shop: Shop, database: Database) -> None:
    assert "Everybody" in reader.get("/segments")
    with database.begin() as session:
        graph = {"nodes": [{"id": "n1", "type": "customers_from_segment", "settings": {"segment": 1}}], "edges": []}
        chain = editing.create(session, "For everybody", datetime.now(UTC), graph).id
    assert "“For everybody”" in reader.post("/segments/1/deletion", 409).text
    reader.post(f"/campaigns/{chain}/deletion")
    reader.post("/segments/1/deletion")
    assert "No segment yet" in reader.get("/segments")


def test_legal_entities_say_what_they_owe_now_and_at_the_end_of_a_day(reader: Reader, shop: Shop) -> None:
    assert '<td class="num">300.00</td>' in reader.get("/outlets")
    past = reader.get("/outlets?day=2020-02-29")
    assert '<td class="num">300.00</td>' not in past
    assert 'value="2020-02-29"' in past
    reader.get("/outlets?day=never")


def test_a_bonus_type_of_dates_and_a_time_is_shown_again_as_it_was_saved(reader: Reader) -> None:
    reader.post(
        "/bonus-types/new",
        name="Grand opening",
        activation="on_date",
        activation_date="2026-12-01",
        activation_time="09:00",
        burning="on_date",
        burning_date="2027-01-31",
    )
    assert "active on 1 December 2026 at 09:00, burns on 31 January 2027" in reader.get("/bonus-types")
    form = reader.get("/bonus-types/1")
    for value in ("2026-12-01", "09:00", "2027-01-31"):
        assert f'value="{value}"' in form


def test_the_last_day_of_a_month_stays_chosen_when_a_bonus_type_is_edited(reader: Reader) -> None:
    reader.post("/bonus-types/new", **UNTIL_JANUARY)
    assert '<option value="0" selected>' in reader.get("/bonus-types/1")
    reader.post("/bonus-types/new", name="This month", activation="at_once", burning="end_of_month", burning_amount="0")
    assert re.search(r'name="burning_amount"[^>]*value="0"', reader.get("/bonus-types/2"))


def test_an_example_says_when_the_day_of_burning_has_passed(reader: Reader) -> None:
    values = {"activation": "at_once", "burning": "on_date", "burning_date": "2001-01-01"}
    assert "has passed" in reader.post("/bonus-types/example", 200, **values).text
    weeks = reader.post("/bonus-types/example", 200, activation="at_once", burning="after_weeks", burning_amount="2")
    assert "burns after 2 weeks" in weeks.text


def test_the_price_of_an_sms_is_set_with_an_example(reader: Reader) -> None:
    assert "Price of a part" in reader.get("/settings/sms")
    example = reader.post("/settings/sms/example", 200, part_price="1,01", counting="flat70").text
    assert "3.03" in example
    assert "Write an amount" in reader.post("/settings/sms/example", 200, part_price="x").text
    reader.post("/settings/sms", part_price="1.01", counting="flat70")
    assert 'value="1.01"' in reader.get("/settings/sms")
    reader.post("/settings/sms", 400, part_price="1.01", counting="words")
    reader.post("/settings/sms", 400, part_price="", counting="encoding")


@pytest.mark.parametrize(
    ("form", "page"),
    [("/customers/tags", "/customers"), ("/purchases/1/returns", "/purchases/1"), ("/till/activation", "/till")],
)
def test_the_address_a_refused_form_leaves_behind_leads_back_to_its_page(
    client: FlaskClient, reader: Reader, form: str, page: str
) -> None:
    answer = client.get(form)
    assert (answer.status_code, answer.location) == (302, page)
