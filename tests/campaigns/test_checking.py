"""Problems are told where they are, and keep a chain from being published."""

from typing import Any

import pytest

from campaigns.checking import check, examples, summaries
from campaigns.editing import Stale, change, create
from campaigns.graph import read_graph
from campaigns.messages.sms import set_sms_tariff
from campaigns.problems import NotReady
from campaigns.publication import pause, publish
from campaigns.runtime.review import review
from campaigns.runtime.rows import Run
from loyalty_core.errors import Conflict, Refused
from tests.campaigns.town import NOON, Town, birthday, chain

YEAR = {"all": [{"condition": "days_since_registration", "op": "ge", "value": 365}]}


def gift(town: Town, **more: Any) -> dict[str, Any]:
    return {"type": "accrue_bonuses", "amount": "500", "lifetime_days": 30, "legal_entity": town.company} | more


def problems(town: Town, graph: dict[str, Any], settings: dict[str, Any] | None = None) -> dict[str, str]:
    with town.database.read() as session:
        found = check(session, read_graph(graph), settings or {}, NOON)
    return {problem.where: problem.severity for problem in found}


def test_a_whole_chain_has_no_problems(town: Town) -> None:
    assert problems(town, chain(birthday(), gift(town))) == {}


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "5.001"}, "amount"),
        ({"amount": 5}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "1e30"}, "amount"),
        ({"lifetime_days": 0}, "lifetime_days"),
        ({"lifetime_days": True}, "lifetime_days"),
        ({"lifetime_days": None}, "bonus_type"),
        ({"bonus_type": 1}, "lifetime_days"),
        ({"bonus_type": 99, "lifetime_days": None}, "bonus_type"),
        ({"legal_entity": None}, "legal_entity"),
        ({"legal_entity": 99}, "legal_entity"),
        ({"legal_entity": 2**70}, "legal_entity"),
        ({"outlets": 1}, "outlets"),
        ({"outlets": [True]}, "outlets"),
        ({"outlets": [99]}, "outlets"),
        ({"outlets": [2**70]}, "outlets"),
        ({"outlets": list(range(1, 1002))}, "outlets"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_a_wrong_setting_is_a_problem_at_its_field(town: Town, settings: dict[str, Any], field: str) -> None:
    assert problems(town, chain(birthday(), gift(town, **settings))) == {f"nodes.n2.settings.{field}": "error"}


@pytest.mark.parametrize(
    ("trigger", "field"),
    [
        (birthday("9:00"), "at"),
        (birthday("25:00"), "at"),
        (birthday(field="name_day"), "field"),
        (birthday(field=["birth_date"]), "field"),
        (birthday(offset_days=301), "offset_days"),
        ({"type": "date_reached", "at": "2026-12-25"}, "at"),
        ({"type": "date_reached", "at": "2026-12-25T10:00+03:00"}, "at"),
        ({"type": "purchase_made", "least_amount": "x"}, "least_amount"),
    ],
)
def test_a_wrong_trigger_is_a_problem_at_its_field(town: Town, trigger: dict[str, Any], field: str) -> None:
    assert problems(town, chain(trigger, gift(town))) == {f"nodes.n1.settings.{field}": "error"}


def test_a_wrong_condition_names_its_place_in_the_tree(town: Town) -> None:
    tree = {"all": [{"condition": "purchase_count", "op": "ge", "value": "ten"}]}
    found = problems(town, chain(birthday(), {"type": "filter_customers", "tree": tree}, gift(town)))
    assert list(found) == ["nodes.n2.settings.tree.all.0.value"]


def test_the_shape_of_a_chain_is_checked(town: Town) -> None:
    assert problems(town, {"nodes": [], "edges": []}) == {"nodes": "error"}
    assert problems(town, chain(birthday())) == {"nodes.n1": "error"}
    lonely = chain(birthday(), gift(town), gift(town))
    lonely["edges"].pop()
    assert problems(town, lonely) == {"nodes.n3": "error"}
    circle = chain(birthday(), gift(town), gift(town))
    circle["edges"].append({"source": "n3", "port": "out", "target": "n2"})
    assert "error" in problems(town, circle).values()
    two = chain(birthday(), gift(town))
    two["nodes"].append({"id": "n9", "type": "purchase_made", "settings": {}, "position": {"x": 0, "y": 0}})
    assert problems(town, two)["nodes.n9"] == "error"


def test_an_action_before_the_filter_that_was_meant_to_guard_it_is_warned_of(town: Town) -> None:
    guarded = chain(birthday(), {"type": "filter_customers", "tree": YEAR}, gift(town))
    assert problems(town, guarded) == {}
    open_to_all = chain(birthday(), gift(town), {"type": "customers_from_segment", "segment": town.loyal})
    assert problems(town, open_to_all) == {"nodes.n2": "warning"}


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        ({"reentry": "sometimes"}, "settings.reentry"),
        ({"reentry": {"after_days": 0}}, "settings.reentry"),
        ({"missed": {"within_hours": -1}}, "settings.missed"),
        ({"tracking": "always"}, "settings.tracking"),
        ({"tracking": {"never": True}}, "settings.tracking"),
        ({"colour": "red"}, "settings.colour"),
    ],
)
def test_wrong_settings_of_a_campaign_are_problems(town: Town, settings: dict[str, Any], where: str) -> None:
    assert problems(town, chain(birthday(), gift(town)), settings) == {where: "error"}


def test_a_chain_with_problems_is_saved_and_not_published(town: Town) -> None:
    with town.database.begin() as session:
        draft = create(session, "Draft", NOON, chain(birthday(), gift(town, amount="")))
        with pytest.raises(NotReady) as refused:
            publish(session, draft.id, NOON, "tests")
        assert [problem.where for problem in refused.value.problems] == ["nodes.n2.settings.amount"]
        assert draft.status == "draft"
        with pytest.raises(Conflict):
            pause(session, draft.id, NOON)


def test_a_new_campaign_opens_with_a_purchase_made_trigger(town: Town) -> None:
    with town.database.begin() as session:
        assert [node["type"] for node in create(session, "New", NOON).graph["nodes"]] == ["purchase_made"]
        with pytest.raises(Refused):
            create(session, "  ", NOON)


def test_a_change_of_an_older_revision_is_refused_with_the_newer_one(town: Town) -> None:
    with town.database.begin() as session:
        campaign = create(session, "Mine", NOON)
        change(session, campaign.id, 1, NOON, name="Yours")
        with pytest.raises(Stale) as stale:
            change(session, campaign.id, 1, NOON, name="Mine again")
        assert (stale.value.current.name, stale.value.current.revision) == ("Yours", 2)


def test_cards_say_in_one_line_what_each_step_does(town: Town) -> None:
    graph = chain(
        birthday(offset_days=-7),
        {"type": "customers_from_segment", "segment": town.loyal},
        {"type": "filter_customers", "tree": YEAR},
        gift(town, lifetime_days=None, bonus_type=town.new_year),
        {"type": "send_letter", "subject": "Hello", "body": "Hello"},
    )
    with town.database.read() as session:
        lines = summaries(session, read_graph(graph))
    assert lines == {
        "n1": "Birthday, 7 days before, at 09:00",
        "n2": "With us for a year",
        "n3": lines["n3"],
        "n4": "500 bonuses, burns 31 January",
        "n5": "“Hello”",
    }
    assert "365" in lines["n3"]


def test_a_gift_says_where_alone_it_can_be_spent(town: Town) -> None:
    many: dict[str, Any] = {"outlets": list(town.outlets.values()), "bonus_type": town.new_year, "lifetime_days": None}
    for outlets, words in (([], ""), (["London"], ", only at London")):
        graph = chain(birthday(), gift(town, **many | {"outlets": [town.outlets[name] for name in outlets]}))
        with town.database.read() as session:
            assert summaries(session, read_graph(graph))["n2"] == f"500 bonuses, burns 31 January{words}"
    with town.database.read() as session:
        facts = examples(session, read_graph(chain(birthday(), gift(town, **many))), NOON)["n2"]
    assert ("Valid", "only at Auckland, Honolulu and London") in [tuple(fact)[:2] for fact in facts]


def test_the_panel_computes_what_would_happen_with_these_values(town: Town) -> None:
    town.customers(2, born=NOON.date().replace(year=1990))
    graph = chain(birthday(), gift(town, lifetime_days=2))
    with town.database.read() as session:
        facts = examples(session, read_graph(graph), NOON.replace(hour=14, minute=45))
    assert [fact.value for fact in facts["n1"]] == ["2 customers", "0 customers"]
    assert ("Burn", "23 Nov 2026, 23:59:59", "London") in facts["n2"]


def test_the_review_runs_the_chain_for_today_and_leaves_nothing_behind(town: Town) -> None:
    town.customers(3, born=NOON.date().replace(year=1990))
    letter = {"type": "send_letter", "subject": "Hello", "body": "Hello"}
    with town.database.begin() as session:
        campaign = create(session, "Gift", NOON, chain(birthday(), gift(town), letter))
        answer = review(session, campaign.id, NOON)
        assert session.query(Run).count() == 0
    assert answer["version"] == 1
    assert {fact["label"]: fact["today"] for fact in answer["facts"]} == {
        "Customers who enter": "3",
        "Bonuses granted": "1\u00a0500",
        "Messages, at most": "3",
    }
    assert town.lots() == []


def test_the_review_says_what_the_sms_would_cost(town: Town) -> None:
    town.customers(3, born=NOON.date().replace(year=1990))
    message = {"type": "send_message", "channels": ["push", "sms"], "text": "я" * 71}
    with town.database.begin() as session:
        set_sms_tariff(session, 101, "flat70")
        campaign = create(session, "Gift", NOON, chain(birthday(), message))
        answer = review(session, campaign.id, NOON)
    facts = {fact["label"]: fact["today"] for fact in answer["facts"]}
    assert facts == {"Customers who enter": "3", "Messages, at most": "3", "Price of SMS, at most": "£6.06"}


def test_the_review_of_a_chain_with_problems_lists_them(town: Town) -> None:
    with town.database.begin() as session:
        campaign = create(session, "Gift", NOON)
        answer = review(session, campaign.id, NOON)
    assert [problem["where"] for problem in answer["problems"]] == ["nodes.n1"]
    assert answer["facts"] == []
