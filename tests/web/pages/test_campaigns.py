"""The list of campaigns, and chains to begin with."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign
from campaigns.checking import check
from campaigns.graph import read_graph
from loyalty_core.database import Database
from tests.web.pages.conftest import Reader, Shop
from web.pages.recipes import RECIPES, draw

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_with_no_campaign_the_page_teaches_and_offers_ones_that_work(reader: Reader) -> None:
    text = reader.get("/campaigns")
    assert "A campaign is a chain" in text
    assert all(str(recipe.name) in text for recipe in RECIPES.values())


@pytest.mark.parametrize("key", RECIPES)
def test_a_recipe_is_valid_as_it_stands(session: Session, key: str) -> None:
    campaign = draw(session, key, NOW)
    graph = read_graph(campaign.graph)
    assert check(session, graph, campaign.settings, NOW) == []
    assert [node.type.key for node in graph.in_order()] == list(RECIPES[key].types)


def test_a_recipe_leads_to_its_editor(reader: Reader) -> None:
    answer = reader.post("/campaigns", recipe="birthday")
    assert "Birthday gift" in reader.get(answer.headers["Location"])
    reader.post("/campaigns", 404, recipe="poison")


def test_a_new_campaign_opens_with_a_purchase_made_trigger(reader: Reader, database: Database) -> None:
    reader.post("/campaigns")
    reader.post("/campaigns")
    with database.read() as session:
        first, second = session.scalars(select(Campaign).order_by(Campaign.id))
    assert [node["type"] for node in first.graph["nodes"]] == ["purchase_made"]
    assert (first.name, second.name) == ("New campaign", "New campaign 2")


def test_the_list_tells_state_next_start_and_totals(reader: Reader, shop: Shop) -> None:
    text = reader.get("/campaigns")
    assert "Birthday gift" in text
    assert '<span class="state live">Live</span>' in text
    assert ", 09:00" in text
    assert f'href="/runs?campaign={shop.campaign}">2</a>' in text, "Anna and Boris have entered"
    assert '<td class="num" data-l="Bonuses granted">300</td>' in text


def test_words_look_into_names_and_steps(reader: Reader, shop: Shop) -> None:
    for words in ("birthday", "accrue", "letter gift"):
        assert "Birthday gift" in reader.get(f"/campaigns?q={words}")
    text = reader.get("/campaigns?q=tea")
    assert "No campaign has “tea” in its name, trigger or steps" in text


def test_a_draft_tells_how_many_problems_it_has(reader: Reader) -> None:
    reader.post("/campaigns")
    assert "1 problem" in reader.get("/campaigns?state=draft")


def test_a_copy_is_a_draft_with_the_same_chain(reader: Reader, shop: Shop, database: Database) -> None:
    reader.post(f"/campaigns/{shop.campaign}/copies")
    with database.read() as session:
        original, copy = session.scalars(select(Campaign).order_by(Campaign.id))
    assert (copy.name, copy.status, copy.graph) == ("Birthday gift, copy", "draft", original.graph)


def test_a_campaign_takes_another_name(reader: Reader, shop: Shop) -> None:
    reader.post(f"/campaigns/{shop.campaign}/name", name="Many happy returns")
    assert "Many happy returns" in reader.get("/campaigns")
    reader.post(f"/campaigns/{shop.campaign}/name", 400, name=" ")


def test_only_a_campaign_that_was_never_published_can_be_deleted(reader: Reader, shop: Shop) -> None:
    refused = reader.post(f"/campaigns/{shop.campaign}/deletion", 409)
    assert "keeps its history" in refused.text
    draft = reader.post("/campaigns", name="Passing thought").headers["Location"]
    reader.post(f"{draft}/deletion")
    reader.get(draft, status=404)
