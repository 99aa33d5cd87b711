"""The notices of programmes and groups on the pages."""

from typing import Any

import pytest

from tests.web.pages.conftest import Reader, Shop

WELCOME: dict[str, Any] = {
    "welcome.on": "1",
    "welcome.channel": ["push", "sms", "", ""],
    "welcome.text": "Welcome, {{ customer.first_name }}",
}
WARNING: dict[str, Any] = {
    "burning.0.on": "1",
    "burning.0.channel": ["sms"],
    "burning.0.text": "{{ burning }} burn on {{ burning_on }}",
    "burning.0.days_before": "1",
    "burning.0.least_amount": "100",
    "burning.0.at": "10:00",
}


@pytest.fixture
def notices(reader: Reader, shop: Shop) -> str:
    """The address of the notices of a programme."""
    tiers: dict[str, Any] = {"above": ["0"], "bonus": ["3"], "discount": [""]}
    reader.post("/programmes/new", name="Savings", kind="bonus", payable="100", is_default="1", **tiers)
    return "/programmes/1/notices"


def test_kilbils_warning_is_set_up_on_the_page_and_becomes_a_chain(reader: Reader, notices: str) -> None:
    assert "Warning before bonuses burn" in reader.get(notices)
    reader.post(notices, **WELCOME, **WARNING)
    shown = reader.get(notices)
    assert "Savings: welcome message" in shown
    assert "0 sent" in shown
    assert 'name="burning.1.text"' in shown  # a place for the next one
    listed = reader.get("/campaigns")
    assert "Savings: warning before bonuses burn, 1 day ahead" in listed
    assert "from the form of" in listed
    assert f'href="{notices}"' in listed


def test_the_example_says_who_gets_what_and_when_and_what_it_costs(reader: Reader, notices: str) -> None:
    example = reader.post(f"{notices}/example", 200, **WARNING).text
    assert "A customer with 120.00 burning on" in example
    assert "With 99.99 burning nobody gets it." in example
    assert "1 part of an SMS, £0.00" in example
    wrong = reader.post(f"{notices}/example", 200, **WARNING | {"burning.0.text": "{{ nonsense }}"}).text
    assert "There is no nonsense" in wrong
    assert "Nothing is sent" in reader.post(f"{notices}/example", 200).text


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ({"burning.0.days_before": ""}, "Write how many days before they burn"),
        ({"burning.0.days_before": "-1"}, "Write a whole number"),
        ({"burning.0.least_amount": "x"}, "Write an amount"),
        ({"burning.0.at": "noon"}, "Write a time"),
        ({"burning.0.text": ""}, "Write some text"),
        ({"burning.0.text": "\0"}, "Write some text"),
        ({"burning.0.channel": ["", ""]}, "Choose at least one"),
        ({"burning.0.channel": ["sms", "sms"]}, "Name each only once"),
        ({"burning.0.channel": ["email"]}, "Write a subject"),
        ({"burning.0.id": "77"}, "There is no other notice 77 here"),
        ({"blocked.on": "1", "blocked.text": "x", "blocked.channel": "sms", "blocked.to": "phone"}, "Write a phone"),
    ],
    ids=str,
)
def test_what_a_notice_cannot_be_is_told_at_its_field_and_what_was_typed_stays(
    reader: Reader, notices: str, told: dict[str, Any], shown: str
) -> None:
    """A part that is not ticked shifts no refusal to another one."""
    text = reader.post(notices, 400, **{"welcome.text": "kept"}, **WARNING | told).text
    assert shown in text
    assert "kept" in text
    assert "Savings: " not in reader.get("/campaigns")


def test_a_notice_that_is_ticked_off_is_let_go(reader: Reader, notices: str) -> None:
    reader.post(notices, **WELCOME)
    reader.post(notices, **WELCOME | {"welcome.on": ""})
    assert "Savings: welcome message" not in reader.get(notices)
    assert "Savings: welcome message" in reader.get("/campaigns?state=paused")


def test_a_group_thanks_for_each_order(reader: Reader, notices: str) -> None:
    reader.post("/customer-groups/new", name="Regulars", programme="1")
    assert "/customer-groups/1/notices" in reader.get("/customer-groups/1")
    thanks = {"purchase.on": "1", "purchase.channel": "sms", "purchase.text": "{{ purchase.bonuses }} for you"}
    reader.post("/customer-groups/1/notices", **thanks)
    assert "Regulars: message after an order" in reader.get("/customer-groups/1/notices")
    reader.get("/customer-groups/7/notices", 404)
    reader.post("/programmes/7/notices", 404, **WELCOME)


def test_the_list_of_campaigns_takes_as_many_statements_whoever_made_them(reader: Reader, notices: str) -> None:
    reader.get("/campaigns")
    with reader.counting() as statements:
        reader.get("/campaigns")
        without = len(statements)
    reader.post(notices, **WELCOME, **WARNING)
    reader.get("/campaigns")
    with reader.counting() as statements:
        reader.get("/campaigns")
        assert len(statements) <= without + 2
