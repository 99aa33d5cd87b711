"""Notices of programmes and groups through the API: what their forms set up goes out by itself, as a chain."""

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from campaigns.messages.channels.file import FILE
from campaigns.notices.kinds import KINDS
from campaigns.runtime.clock import drain, tick
from loyalty_core.database import Database
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.balance import balance
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.local_time import moment_at
from loyalty_core.settings import Settings
from tests.web.api.conftest import Program

ZONE = ZoneInfo("Europe/London")
SAVINGS = {"name": "Savings", "kind": "bonus", "is_default": True, "tiers": [{"above": "0.00", "bonus_percent": "3"}]}
WARNING = {
    "channels": ["sms"],
    "text": "{{ burning }} bonuses burn on {{ burning_on }}",
    "days_before": 1,
    "at": "10:00",
}
HELLO = {"channels": ["sms"], "text": "{{ customer.first_name }}, hello"}


class Line:
    """An installation whose messages end in the file: what came out of it."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database, self.settings = database, replace(settings, smtp_url="smtp://127.0.0.1:9")
        self._seen = 0

    def at(self, day: int, clock: time = time(10, 1)) -> list[str]:
        """The texts that go out when the clock looks on a day from today, in London."""
        return self.look(moment_at(datetime.now(ZONE).date() + timedelta(days=day), clock, ZONE))

    def look(self, now: datetime) -> list[str]:
        tick(self.database, now, self.settings)
        drain(self.database, now, self.settings)
        lines = self.lines()[self._seen :]
        self._seen += len(lines)
        return [line["text"] for line in lines]

    def lines(self) -> list[dict[str, Any]]:
        file = self.settings.data / FILE
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def grant(self, customer: int, amount: int, days: int) -> None:
        with self.database.begin() as session:
            recipients = [Recipient(customer, f"gift {amount}")]
            accrue_to_many(
                session, recipients, amount=amount, lifetime=Lifetime.days(days), source="page", at=datetime.now(UTC)
            )

    def has(self, customer: int, now: datetime) -> int:
        with self.database.read() as session:
            return balance(session, customer, now).active


@pytest.fixture
def line(database: Database, settings: Settings) -> Line:
    return Line(database, settings)


@pytest.fixture
def savings(api: Program) -> str:
    """The address of the notices of the default programme."""
    api.put("/organisation", {"name": "Harbour", "zone": "Europe/London", "currency": "GBP", "leap_day": "feb28"})
    return f"/programmes/{api.post('/programmes', SAVINGS)['id']}/notices"


def person(api: Program, name: str, place: int = 1, **more: Any) -> int:
    told = {"external_id": name, "first_name": name.capitalize(), "phone": f"+44 7700 90000{place}", **more}
    return int(api.post("/customers", told)["id"])


def day(ahead: int) -> str:
    on = datetime.now(ZONE).date() + timedelta(days=ahead)
    return f"{on.day} {on:%B} {on.year}"


def test_actions_at_expiry_with_a_minimum_of_100_99_99_no_100_yes_and_empty_yes(
    api: Program, savings: str, line: Line
) -> None:
    """kilbil, "Действия при сгорании бонусов" (d4): below the minimum no message goes out, from it on one does."""
    below, equal = person(api, "below", 1), person(api, "equal", 2)
    line.grant(below, 99_99, 2)
    line.grant(equal, 100_00, 2)
    api.put(savings, {"burning": [WARNING | {"least_amount": "100.00"}]})
    assert line.at(0, time(23, 58)) == []
    assert line.at(1) == [f"100 bonuses burn on {day(2)}"]
    api.put(savings, {"burning": [WARNING]})
    # The other one has been told of this burning.
    assert line.at(2) == [f"99.99 bonuses burn on {day(2)}"]
    assert line.at(3) == []


def test_without_actions_at_expiry_no_message_goes_out_and_the_bonus_still_burns(
    api: Program, savings: str, line: Line
) -> None:
    """kilbil, "Действия при сгорании бонусов" (d5)."""
    anna = person(api, "anna")
    line.grant(anna, 120_00, 2)
    api.put(savings, {"burning": []})
    assert [line.at(day) for day in (0, 1, 2, 3)] == [[], [], [], []]
    assert line.has(anna, datetime.now(UTC) + timedelta(days=4)) == 0
    kinds = [each["kind"] for each in api.get(f"/customers/{anna}/activities")["items"]]
    assert kinds == ["burn", "accrue"]


def test_several_warnings_go_out_each_on_its_day_by_a_cascade_of_its_own(
    api: Program, savings: str, line: Line
) -> None:
    """kilbil, "Действия при сгорании бонусов": any number of actions, each by a channel or a cascade."""
    anna = person(api, "anna", telegram="204417001")
    line.grant(anna, 120_00, 4)
    first = WARNING | {"channels": ["push", "telegram", "sms"], "days_before": 3}
    saved = api.put(savings, {"burning": [first, WARNING]})
    assert [each["days_before"] for each in saved["burning"]] == [3, 1]
    assert [len(line.at(each)) for each in (0, 1, 2, 3, 4)] == [0, 1, 0, 1, 0]
    assert [each["channel"] for each in line.lines()] == ["telegram", "sms"]
    shown = api.get(savings)["burning"]
    assert [(each["chain"]["sent"], each["chain"]["waiting"]) for each in shown] == [(1, 0), (1, 0)]
    [activity] = [each for each in api.get(f"/customers/{anna}/activities")["items"] if each["channel"] == "telegram"]
    assert [each["channel"] for each in activity["tried"]] == ["push"]


def test_a_welcome_message_goes_out_at_activation_and_the_welcome_bonus_is_warned_of_before_it_burns(
    api: Program, savings: str, line: Line
) -> None:
    """kilbil, "Приветственный бонус" (1.13-1.17)."""
    api.put(savings.replace("notices", "joining"), {"welcome_amount": "200.00", "welcome_lifetime_days": 5})
    warning = WARNING | {"text": "{{ burning }} of your gift burn on {{ burning_on }}", "days_before": 2}
    api.put(savings, {"welcome": HELLO | {"text": "Welcome, {{ balance }} bonuses"}, "welcome_burning": warning})
    anna = person(api, "anna")
    line.grant(anna, 50_00, 5)  # burns on the same day, and is no gift
    assert line.look(datetime.now(UTC)) == ["Welcome, 250 bonuses"]
    assert [line.at(each) for each in (2, 3, 4)] == [[], [f"200 of your gift burn on {day(5)}"], []]


def test_a_block_is_told_to_a_given_phone_or_to_the_customer_or_to_nobody(
    api: Program, savings: str, line: Line
) -> None:
    """kilbil, "Борьба с мошенниками" (1.20): none, the client, a given number."""
    anna, boris = person(api, "anna", 1, card="1001"), person(api, "boris", 2)
    notice = {"channels": ["sms"], "text": "{{ customer.card }} of {{ customer.name }} is blocked"}
    api.put(savings, {"blocked": notice | {"to": "phone", "phone": "+44 7700 900999"}})
    api.put(f"/customers/{anna}/block", {"reason": "too often"}, 204)
    assert line.look(datetime.now(UTC)) == ["1001 of Anna is blocked"]
    api.put(savings, {"blocked": notice})
    api.put(f"/customers/{boris}/block", {"reason": "too often"}, 204)
    line.look(datetime.now(UTC))
    assert [each["to"] for each in line.lines()] == ["+44 7700 900999", "+44 7700 900002"]
    api.put(savings, {"blocked": None})
    clara = person(api, "clara", 3)
    api.put(f"/customers/{clara}/block", {"reason": "too often"}, 204)
    assert line.look(datetime.now(UTC)) == []


def test_a_group_is_welcomed_after_registration_and_thanked_after_an_order(
    api: Program, savings: str, line: Line
) -> None:
    """SkyService, "СМС": a welcome after registration, and after an order with bonuses (4.4)."""
    group = api.post("/customer-groups", {"name": "New", "programme": 1, "is_default": True})["id"]
    thanks = HELLO | {"text": "{{ purchase.bonuses }} bonuses for {{ purchase.amount }}"}
    api.put(f"/customer-groups/{group}/notices", {"registered": HELLO, "purchase": thanks})
    person(api, "anna")
    assert line.look(datetime.now(UTC)) == ["Anna, hello"]
    order = {"external_id": "r1", "customer": {"external_id": "anna"}, "at": datetime.now(UTC).isoformat()}
    api.post("/till/settle", order | {"lines": [{"sku": "tea", "quantity": 1, "price": "500.00"}]})
    assert line.look(datetime.now(UTC)) == ["15 bonuses for 500.00"]
    other = api.post("/customer-groups", {"name": "Staff", "is_default": True})["id"]
    person(api, "boris", 2)
    assert line.look(datetime.now(UTC)) == []
    assert api.get(f"/customer-groups/{other}/notices") == {"registered": None, "purchase": None}


def test_each_notice_shows_an_example_computed_from_its_values(api: Program, savings: str) -> None:
    """SkyService, "Вартість СМС" (d25): 71 characters are two parts."""
    api.put("/sms-tariff", {"part_price": "1.01", "counting": "flat70"})
    saved = api.put(savings, {"burning": [WARNING | {"least_amount": "150.00"}], "welcome": HELLO | {"text": "я" * 71}})
    example = saved["burning"][0]["example"]
    assert example["who"].startswith("A customer with 150.00 burning on ")
    assert example["who"].endswith(", 10:00:")
    assert example["text"].startswith("150 bonuses burn on ")
    assert example["nobody"] == "With 149.99 burning nobody gets it."
    assert saved["welcome"]["example"]["sms"] == {"characters": 71, "encoding": "", "parts": 2, "price": "2.02"}


def test_saving_the_same_again_changes_nothing_and_another_text_publishes_another_version(
    api: Program, savings: str
) -> None:
    first = api.put(savings, {"welcome": HELLO, "burning": [WARNING, WARNING]})
    address = f"/campaigns/{first['welcome']['chain']['campaign']['id']}"
    assert api.put(savings, {"welcome": HELLO, "burning": [WARNING, WARNING]}) == first
    assert api.get(address)["published_version"] == 1
    again = api.put(savings, {"welcome": HELLO | {"text": "Welcome"}})["welcome"]
    assert again["chain"]["campaign"]["id"] == first["welcome"]["chain"]["campaign"]["id"]
    whole = api.get(address)
    assert (whole["published_version"], whole["status"], whole["name"]) == (2, "live", "Savings: welcome message")
    assert [node["type"] for node in whole["graph"]["nodes"]] == [
        "customer_activated",
        "filter_customers",
        "send_message",
    ]
    assert api.put(savings, {})["welcome"] is None
    assert api.get(address)["status"] == "paused"


def test_a_warning_keeps_its_chain_when_another_one_goes(api: Program, savings: str) -> None:
    saved = api.put(savings, {"burning": [WARNING | {"days_before": days} for days in (1, 3, 5)]})["burning"]
    chains = [each["chain"]["campaign"]["id"] for each in saved]
    kept = [{name: each[name] for name in ("id", "channels", "text", "days_before", "at")} for each in saved[1:]]
    again = api.put(savings, {"burning": kept})["burning"]
    assert [each["chain"]["campaign"]["id"] for each in again] == chains[1:]
    assert api.get(f"/campaigns/{chains[0]}")["status"] == "paused"
    assert api.places("PUT", savings, {"burning": [WARNING | {"id": saved[0]["id"]}]}) == ["burning.0.id"]
    assert api.places("PUT", savings, {"burning": [WARNING | {"id": saved[1]["id"]}] * 2}) == ["burning.1.id"]


def test_a_chain_that_was_changed_on_the_canvas_is_left_alone_until_it_is_made_anew(api: Program, savings: str) -> None:
    chain = api.put(savings, {"welcome": HELLO})["welcome"]["chain"]["campaign"]["id"]
    campaign = api.get(f"/campaigns/{chain}")
    graph = campaign["graph"]
    graph["nodes"][2]["position"] = {"x": 40, "y": 300}
    moved = api.put(f"/campaigns/{chain}", {"revision": campaign["revision"], "graph": graph, "name": "Renamed"})
    assert api.get(savings)["welcome"]["chain"]["changed_by_hand"] is False
    graph["nodes"][2]["settings"]["text"] = "By hand"
    api.put(f"/campaigns/{chain}", {"revision": moved["revision"], "graph": graph})
    assert api.get(savings)["welcome"]["chain"]["changed_by_hand"] is True
    assert api.put(savings, {"welcome": HELLO})["welcome"]["chain"]["changed_by_hand"] is True
    assert api.places("PUT", savings, {"welcome": HELLO | {"text": "Form"}}, 409) == ["welcome"]
    anew = api.put(savings, {"welcome": HELLO | {"text": "Form", "anew": True}})["welcome"]
    assert (anew["text"], anew["chain"]["changed_by_hand"]) == ("Form", False)
    assert api.get(f"/campaigns/{chain}")["graph"]["nodes"][2]["settings"]["text"] == "Form"


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({"welcome": HELLO | {"text": ""}}, "welcome.text"),
        ({"welcome": HELLO | {"text": "{{ customer.nam }}"}}, "welcome.text"),
        ({"welcome": HELLO | {"text": "a\0"}}, "welcome.text"),
        ({"welcome": HELLO | {"channels": []}}, "welcome.channels"),
        ({"welcome": HELLO | {"channels": ["fax"]}}, "welcome.channels"),
        ({"welcome": HELLO | {"channels": ["sms", "sms"]}}, "welcome.channels"),
        ({"welcome": HELLO | {"channels": ["email"]}}, "welcome.subject"),
        ({"welcome": HELLO | {"days_before": 1}}, "welcome.days_before"),
        ({"burning": [WARNING, WARNING | {"days_before": -1}]}, "burning.1.days_before"),
        ({"burning": [WARNING | {"days_before": 91}]}, "burning.0.days_before"),
        ({"burning": [WARNING | {"days_before": None}]}, "burning.0.days_before"),
        ({"burning": [WARNING | {"at": "25:00"}]}, "burning.0.at"),
        ({"burning": [WARNING | {"least_amount": "-1"}]}, "burning.0.least_amount"),
        ({"burning": [WARNING] * 21}, "burning.20"),
        ({"burning": [WARNING | {"id": 7}]}, "burning.0.id"),
        ({"burning": [WARNING | {"id": 2**70}]}, "burning.0.id"),
        ({"blocked": HELLO | {"to": "phone"}}, "blocked.phone"),
        ({"blocked": HELLO | {"to": "phone", "phone": "seven"}}, "blocked.phone"),
        ({"blocked": HELLO | {"to": "phone", "phone": "+44 7700 900999", "channels": ["push"]}}, "blocked.channels"),
        ({"blocked": HELLO | {"to": "nobody"}}, "blocked.to"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_a_notice_cannot_be_is_refused_at_its_place_and_nothing_is_done(
    api: Program, savings: str, told: dict[str, Any], where: str
) -> None:
    assert api.places("PUT", savings, {"welcome": HELLO} | told) == [where]
    assert api.get("/campaigns")["items"] == []


def test_notices_of_nobody_are_not_found(api: Program) -> None:
    for address in ("/programmes/7/notices", "/customer-groups/7/notices"):
        api.get(address, 404)
        api.put(address, {}, 404)


def test_the_same_form_sent_twice_at_once_makes_one_chain(api: Program, savings: str, app: Flask) -> None:
    def put() -> None:
        answers.append(Program(app.test_client(), api.key).answer("PUT", savings, {"welcome": HELLO}).status_code)

    answers: list[int] = []
    threads = [threading.Thread(target=put) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 4
    assert len(api.get("/campaigns")["items"]) == 1


def test_the_text_that_the_form_offers_is_true_where_bonuses_burn_on_several_days(
    api: Program, savings: str, line: Line
) -> None:
    anna = person(api, "anna")
    line.grant(anna, 20_00, 1)
    line.grant(anna, 60_00, 4)
    api.put(savings, {"burning": [WARNING | {"days_before": 5, "text": str(KINDS["burning"].example)}]})
    assert line.at(0, time(23, 58)) == [f"80 bonuses burn soon, the first on {day(1)}. You have 80."]
