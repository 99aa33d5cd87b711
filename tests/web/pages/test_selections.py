"""Selections on pages: opened from what was found, shown with their ticks, and what was done to them."""

import json

import pytest
from sqlalchemy import update

from campaigns.acting.acting import act
from campaigns.acting.asked import Asked
from campaigns.runtime.clock import drain
from loyalty_core.customers.rows import Tag
from loyalty_core.database import Database
from loyalty_core.settings import Settings
from segmenter.selections import members, opening
from segmenter.selections.rows import SelectionFilling
from tests.campaigns.town import NOON
from tests.web.pages.conftest import Reader, Shop

MEMBERS_FOR_A_YEAR = {"all": [{"condition": "days_since_registration", "op": "ge", "value": 365}]}


def _open(reader: Reader, **form: str) -> str:
    return str(reader.post("/selections", **form).headers["Location"])


def test_a_selection_is_opened_with_conditions_and_shows_who_was_found(reader: Reader, shop: Shop) -> None:
    text = reader.get(_open(reader, tree=json.dumps(MEMBERS_FOR_A_YEAR)))
    assert "Anna Bell" in text
    assert "Boris Stone" not in text
    assert 'data-members="2" data-ticked="2"' in text
    assert 'aria-label="Act on Anna Bell" checked' in text


def test_a_selection_is_opened_from_what_the_list_of_customers_found(reader: Reader, shop: Shop) -> None:
    assert 'action="/selections"' not in reader.get("/customers")
    assert 'action="/selections"' in reader.get("/customers?q=anna")
    text = reader.get(_open(reader, q="anna", segment="1"))
    assert "Segment “Everybody”, found by “anna”" in text
    assert 'data-members="1"' in text
    assert "Segment “Everybody”" in reader.get(_open(reader, segment="1"))


def test_conditions_that_are_none_and_selections_that_are_gone_are_told(reader: Reader, shop: Shop) -> None:
    for tree in ("nonsense", "[" * 100_000, json.dumps({"all": [{"condition": "nope"}]})):
        reader.post("/selections", 400, tree=tree)
    reader.get("/selections/77", 404)
    reader.post("/selections", 404, segment="77")
    reader.post("/selections/77/downloads", 404)


def test_who_is_unticked_is_shown_so_and_what_was_done_is_told(
    reader: Reader, shop: Shop, database: Database, settings: Settings
) -> None:
    """d12: the client who is unticked stays in the table."""
    here = _open(reader, tree='{"all": []}')
    selection = int(here.rpartition("/")[2])
    with database.begin() as session:
        members.tick(session, selection, [shop.boris], False)
        tag = Tag(name="Friend of the house")
        session.add(tag)
        session.flush()
        act(session, selection, Asked("add_tag", {"tag": tag.id}), "one", NOON, "Olga", settings.batch_size)
    assert "data-live" in reader.get(here)
    drain(database, NOON, settings)
    text = reader.get(here)
    assert 'aria-label="Act on Boris Stone">' in text
    assert "Add tag: All customers" in text
    assert "Olga" in text
    assert "Finished" in text
    assert "Friend of the house" in reader.get(f"/customers/{shop.anna}")
    assert 'class="tag"' not in reader.get(f"/customers/{shop.boris}")
    assert "Add tag: All customers" not in reader.get("/campaigns")
    assert "Add tag: All customers" in reader.get("/runs")


def test_a_page_of_a_selection_takes_as_many_statements_however_many_are_in_it(reader: Reader, shop: Shop) -> None:
    few, many = _open(reader, q="anna"), _open(reader, tree='{"all": []}')
    counts = []
    for here in (few, few, many):
        with reader.counting() as statements:
            reader.get(here)
            counts.append(len(statements))
    assert counts[1] == counts[2]


def test_the_ticked_customers_are_downloaded(reader: Reader, shop: Shop) -> None:
    here = _open(reader, tree='{"all": []}')
    where = reader.post(f"{here}/downloads").headers["Location"]
    assert "All customers" in reader.get(where)


def test_a_large_selection_shows_how_far_it_is_until_its_table_stands_there(
    reader: Reader, shop: Shop, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "AT_ONCE_MAX", 1)
    here = _open(reader, tree='{"all": []}')
    text = reader.get(here)
    assert f'data-live="{here}" data-reload' in text
    assert "Customers are being looked for" in text
    with database.begin() as session:
        session.execute(update(SelectionFilling).values(total=3, done=1))
    assert "1 of 3 are in the selection" in reader.get(here)
    assert "Being opened" in reader.get("/selections")
    reader.post(f"{here}/downloads", 409)
    with database.begin() as session:
        session.execute(update(SelectionFilling).values(done=0))
    drain(database, NOON, settings)
    assert 'data-members="3" data-ticked="3"' in reader.get(here)
    reader.post(f"{here}/cancellation", 409)


def test_opening_a_large_selection_is_cancelled(reader: Reader, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "AT_ONCE_MAX", 1)
    here = _open(reader, tree='{"all": []}')
    assert reader.post(f"{here}/cancellation").headers["Location"] == "/selections"
    assert "No selection yet" in reader.get("/selections")
    reader.get(here, 404)


def test_what_kept_a_selection_from_being_opened_is_told(
    reader: Reader, shop: Shop, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "AT_ONCE_MAX", 1)
    here = _open(reader, segment="1")
    with database.begin() as session:
        session.execute(update(SelectionFilling).values(status="failed", error="There is no segment 1"))
    assert "“There is no segment 1”" in reader.get(here)
    assert "Could not be opened" in reader.get("/selections")


def test_earlier_selections_are_listed_with_what_was_done(
    reader: Reader, shop: Shop, database: Database, settings: Settings
) -> None:
    assert "No selection yet" in reader.get("/selections")
    assert 'href="/selections"' in reader.get("/segments")
    here = _open(reader, segment="1")
    assert 'href="/selections"' in reader.get(here)
    text = reader.get("/selections")
    assert f'href="{here}">Segment “Everybody”</a>' in text
    assert "nothing yet" in text
    with database.begin() as session:
        tag = Tag(name="Friend of the house")
        session.add(tag)
        session.flush()
        selection = int(here.rpartition("/")[2])
        act(session, selection, Asked("add_tag", {"tag": tag.id}), "one", NOON, "Olga", settings.batch_size)
    text = reader.get("/selections")
    assert 'data-live="/selections"' in text
    assert ">Add tag</a>" in text
    assert "Olga" in text


def test_the_list_takes_as_many_statements_however_many_are_on_it(reader: Reader, shop: Shop) -> None:
    counts = []
    for _ in range(3):
        _open(reader, q="anna")
        with reader.counting() as statements:
            reader.get("/selections")
            counts.append(len(statements))
    assert counts[1] == counts[2]
