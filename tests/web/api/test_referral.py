"""Referral ("Приведи друга") over the API, in the words of kilbil's page."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from loyalty_core.database import Database
from loyalty_core.errors import Refused
from loyalty_core.ledger.proof import proof
from loyalty_core.programmes.inviters import inviters_of, set_inviter
from tests.support.members import join
from tests.web.api.conftest import Program
from tests.web.api.test_till import sale

PROGRAMME = {
    "name": "Friends",
    "kind": "bonus",
    "is_default": True,
    "lifetime_days": 30,
    "tiers": [{"above": "0.00", "bonus_percent": "0"}],
}
RULES = {"percent_1": "5", "percent_2": "2", "percent_3": "1"}


@pytest.fixture
def friends(api: Program) -> dict[str, int]:
    """Z invited A, A invited B, B invited C, C invited D; 5, 2 and 1 percent."""
    programme = api.post("/programmes", PROGRAMME)["id"]
    api.put(f"/programmes/{programme}/referral", RULES)
    known: dict[str, int] = {}
    for name, inviter in (("z", None), ("a", "z"), ("b", "a"), ("c", "b"), ("d", "c")):
        told: dict[str, Any] = {"external_id": name, "card": f"card {name}"}
        known[name] = api.post("/customers", told | ({"invited_by": {"card": f"card {inviter}"}} if inviter else {}))[
            "id"
        ]
    return known


def held(api: Program, friends: dict[str, int]) -> dict[str, str]:
    return {name: api.get(f"/customers/{each}/balance")["active"] for name, each in friends.items()}


def test_kilbil_three_levels_of_percent(api: Program, friends: dict[str, int], database: Database):
    """A invited B, B invited C, C invited D: of a purchase of D of 1,000, C has 50, B 20, A 10, nobody else any."""
    api.post("/till/settle", sale("d", "1", "1000.00"))
    api.post("/till/settle", sale("d", "1", "1000.00"))
    assert held(api, friends) == {"z": "0.00", "a": "10.00", "b": "20.00", "c": "50.00", "d": "0.00"}
    lots = api.get(f"/customers/{friends['c']}/balance")["lots"]
    assert lots[0]["source"] == "referral"
    assert lots[0]["expires_at"]
    with database.read() as session:
        assert proof(session) == []


def test_what_bonuses_pay_brings_nothing_to_friends(api: Program, friends: dict[str, int]):
    api.post("/till/settle", sale("d", "1", "1000.00"))
    api.post("/till/settle", sale("c", "2", "1000.00", redeem="50.00"))
    assert held(api, friends) == {"z": "9.50", "a": "29.00", "b": "67.50", "c": "0.00", "d": "0.00"}


def test_a_return_takes_percents_back_in_proportion_and_what_was_spent_is_a_debt(
    api: Program, friends: dict[str, int], database: Database
):
    sold = api.post("/till/settle", sale("d", "1", "600.00", "400.00"))
    api.post("/till/settle", sale("c", "2", "100.00", redeem="50.00"))
    told = {"external_id": "r1", "at": datetime.now(UTC).isoformat(), "lines": [{"sku": "p1", "quantity": 1}]}
    for _time in range(2):
        some = api.post(f"/purchases/{sold['id']}/returns", told)
        assert some["taken_back"] == "0.00"
    assert held(api, friends) == {"z": "0.50", "a": "7.00", "b": "14.50", "c": "0.00", "d": "0.00"}
    assert api.get(f"/customers/{friends['c']}/balance")["debt"] == "20.00"
    rest = {"external_id": "r2", "at": datetime.now(UTC).isoformat()}
    api.post(f"/purchases/{sold['id']}/returns", rest)
    assert held(api, friends) == {"z": "0.50", "a": "1.00", "b": "2.50", "c": "0.00", "d": "0.00"}
    assert api.get(f"/customers/{friends['c']}/balance")["debt"] == "50.00"
    with database.read() as session:
        assert proof(session) == []


def test_who_is_blocked_earns_nothing_of_friends(api: Program, friends: dict[str, int]):
    api.put(f"/customers/{friends['b']}/block", {"reason": "Lost card"}, 204)
    api.post("/till/settle", sale("d", "1", "1000.00"))
    assert held(api, friends) == {"z": "0.00", "a": "10.00", "b": "0.00", "c": "50.00", "d": "0.00"}


def test_kilbil_gifts_for_both_come_once_when_the_friend_is_activated(api: Program):
    """ "Подарок публикатору" and "подарок подписчику": on registration by recommendation."""
    programme = api.post("/programmes", PROGRAMME)["id"]
    rules = api.put(f"/programmes/{programme}/referral", {"gift_inviter": "300.00", "gift_invited": "100.00"})
    assert rules == {
        "gift_inviter": "300.00",
        "gift_invited": "100.00",
        "percent_1": "0",
        "percent_2": "0",
        "percent_3": "0",
    }
    known = {"ann": api.post("/customers", {"external_id": "ann", "phone": "+44 7700 900001"})["id"]}
    told = {"external_id": "bo", "invited_by": {"phone": "+44 7700 900001"}}
    made = api.post("/customers", told)
    known["bo"] = made["id"]
    assert made["invited_by"] == known["ann"]
    assert held(api, known) == {"ann": "300.00", "bo": "100.00"}
    api.post("/customers", told, 200)
    api.post(f"/customers/{known['bo']}/activation", None, 200)
    assert held(api, known) == {"ann": "300.00", "bo": "100.00"}
    assert [each["id"] for each in api.get(f"/customers/{known['ann']}/invited")["items"]] == [known["bo"]]


def test_gifts_wait_for_an_activation_that_is_needed(api: Program):
    programme = api.post("/programmes", PROGRAMME)["id"]
    api.put(f"/programmes/{programme}/joining", {"activation_needed": True})
    api.put(f"/programmes/{programme}/referral", {"gift_invited": "100.00"})
    api.post("/customers", {"external_id": "ann"})
    bo = {"bo": api.post("/customers", {"external_id": "bo", "invited_by": {"code": "ann"}})["id"]}
    assert held(api, bo) == {"bo": "0.00"}
    api.post(f"/customers/{bo['bo']}/activation", None, 200)
    assert held(api, bo) == {"bo": "100.00"}


def test_a_circle_of_invitations_is_refused(api: Program, friends: dict[str, int]):
    for inviter in ("z", "b", "d"):
        told = {"invited_by": {"external_id": inviter}}
        assert api.places("PUT", f"/customers/{friends['z']}/inviter", told) == ["invited_by"]
    assert api.places("POST", "/customers", {"external_id": "a", "invited_by": {"external_id": "d"}}) == ["invited_by"]
    assert api.put(f"/customers/{friends['b']}/inviter", {"invited_by": None})["invited_by"] is None
    assert (
        api.put(f"/customers/{friends['a']}/inviter", {"invited_by": {"card": "card d"}})["invited_by"] == friends["d"]
    )


@pytest.mark.parametrize(
    ("invited_by", "where"),
    [
        ({"card": "404"}, "invited_by"),
        ({}, "invited_by"),
        ({"phone": "12"}, "invited_by.phone"),
        ("ann", "invited_by"),
        ({"card": 7}, "invited_by.card"),
    ],
)
def test_an_unknown_inviter_is_refused(api: Program, invited_by: Any, where: str):
    (found,) = api.places("POST", "/customers", {"external_id": "x", "invited_by": invited_by})
    assert found.startswith(where)
    assert api.get("/customers")["items"] == []


@pytest.mark.parametrize("told", [{"percent_1": "101"}, {"percent_1": 5}, {"gift_inviter": "-1.00"}, {"bonus": "1.00"}])
def test_rules_that_cannot_be_are_refused(api: Program, told: dict[str, Any]):
    programme = api.post("/programmes", PROGRAMME)["id"]
    assert api.places("PUT", f"/programmes/{programme}/referral", told) == list(told)
    api.call("PUT", "/programmes/404/referral", RULES, 404)


def test_no_rules_cost_the_till_no_statement(api: Program, statements: list[str]):
    api.post("/programmes", PROGRAMME)
    api.post("/customers", {"external_id": "ann"})
    statements.clear()
    api.post("/till/settle", sale("ann", "1", "100.00"))
    assert not [each for each in statements if "invited_by_id" in each and "JOIN" in each]


def test_of_two_changes_at_once_that_close_a_circle_one_is_refused(database: Database):
    with database.begin() as session:
        ann, bo = join(session, 2)
    together = Barrier(2)

    def act(pair: tuple[int, int]) -> bool:
        together.wait()
        try:
            with database.begin() as session:
                set_inviter(session, *pair)
        except (Refused, DBAPIError):
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(act, [(ann, bo), (bo, ann)])) == [False, True]
    with database.read() as session:
        assert len(inviters_of(session, ann)) + len(inviters_of(session, bo)) == 1
