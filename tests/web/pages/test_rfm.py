"""RFM on the pages: the empty state, the map and its cells, the segments, the rules, a calculation that goes on."""

import json
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from sqlalchemy import select

from loyalty_core.database import Database
from segmenter.rfm.calculation import calculate_next
from segmenter.rfm.claims import claim, keep
from segmenter.rfm.rows import RfmCalculation
from tests.web.pages.conftest import Reader, Shop

RULES: dict[str, Any] = {
    "period": "last_days",
    "last_days": "365",
    "convention": "breaks",
    "segment": "",
    "rule_id": ["", "", ""],
    "rule_place": ["2", "1", "3"],
    "rule_name": ["Late", "Latest", ""],
    "rule_description": ["", "Bought last", ""],
    "rule_r": ["1-4", "5", ""],
    "rule_f": ["1 – 5", "1–5", ""],
    "rule_m": ["1-5", "1-5", ""],
}


@pytest.fixture
def calculated(reader: Reader, shop: Shop, database: Database) -> Reader:
    """The shop's RFM, calculated: only Anna has bought."""
    reader.post("/rfm/calculation")
    assert calculate_next(database, datetime.now(UTC))
    return reader


def test_before_the_first_time_the_page_says_what_rfm_is_and_offers_to_calculate(
    reader: Reader, shop: Shop, database: Database
) -> None:
    assert "RFM is not calculated yet" in reader.get("/rfm")
    reader.post("/rfm/calculation")
    text = reader.get("/rfm")
    assert "Waiting for a worker" in text
    assert "Calculate now" not in text
    reader.post("/rfm/calculation")
    calculate_next(database, datetime.now(UTC))
    with database.read() as session:
        assert list(session.scalars(select(RfmCalculation.status))) == ["current"]
    assert "Waiting for a worker" not in reader.get("/rfm")


def test_a_cell_shows_who_is_in_it_and_opens_them_as_a_segment(calculated: Reader) -> None:
    text = calculated.get("/rfm?map=rf&cell=51")
    assert "R5 F1" in text
    assert "£75.00" in text
    assert "3 customers were looked at; 1 bought in the period" in text
    address = next(part for part in unescape(text).split('"') if part.startswith("/segments/new?tree="))
    tree = json.loads(parse_qs(urlsplit(address).query)["tree"][0])
    assert tree["all"][0] == {"condition": "rfm_score", "of": "r", "op": "eq", "value": 5}
    opened = calculated.get(address)
    assert json.dumps(tree, separators=(", ", ": ")) in unescape(unescape(opened))


@pytest.mark.parametrize("query", ["map=fm&shade=amount", "map=xx&cell=99", "cell=ab", "shade=average_receipt&cell=11"])
def test_any_map_any_cell_and_any_nonsense_is_a_page(calculated: Reader, query: str) -> None:
    assert "Champions" in calculated.get(f"/rfm?{query}")


@pytest.mark.parametrize("tree", ["{", "[]", '{"all": [{"condition": "shoe"}]}', "[" * 5000, '"\\u0000"'])
def test_a_segment_is_not_begun_with_conditions_that_there_are_not(reader: Reader, tree: str) -> None:
    reader.get(f"/segments/new?tree={quote(tree)}", status=400)


def test_rules_are_saved_in_their_order_and_calculated(calculated: Reader, database: Database) -> None:
    calculated.post("/rfm/settings", **RULES)
    form = calculated.get("/rfm/settings")
    assert form.index('value="Latest"') < form.index('value="Late"')
    assert 'value="1–4"' in form
    calculate_next(database, datetime.now(UTC))
    text = calculated.get("/rfm")
    assert "Latest" in text
    assert "Champions" not in text
    assert "1 customer came or changed since" in text


@pytest.mark.parametrize(
    "told",
    [
        {"last_days": ""},
        {"last_days": "0"},
        {"last_days": "x"},
        {"period": "calendar", "calendar": "next:year"},
        {"period": "dates", "from": "2026-02-30", "to": "2026-03-01"},
        {"period": "dates", "from": "2026-03-02", "to": "2026-03-01"},
        {"convention": ""},
        {"segment": "404"},
        {"segment": "x"},
        {"rule_r": ["1-6", "5", ""]},
        {"rule_r": ["5-1", "5", ""]},
        {"rule_r": ["", "5", ""]},
        {"rule_name": ["Late", "Late", ""]},
        {"rule_name": ["", "", ""]},
        {"rule_id": ["404", "", ""]},
    ],
)
def test_what_cannot_be_calculated_is_told_at_its_field(reader: Reader, told: dict[str, Any]) -> None:
    assert 'class="hint bad"' in reader.post("/rfm/settings", 400, **RULES | told).text
    if "rule_id" not in told:
        assert "bad" in reader.post("/rfm/settings/example", 200, **RULES | told).text
    assert "Champions" in reader.get("/rfm/settings")


@pytest.mark.parametrize(
    "period", [{"period": "all"}, {"period": "calendar", "calendar": "previous:month"}, {"period": "dates"}]
)
def test_the_form_opens_with_the_period_that_was_saved(reader: Reader, period: dict[str, str]) -> None:
    reader.post("/rfm/settings", **RULES | {"from": "2026-01-01", "to": "2026-06-30"} | period)
    form = reader.get("/rfm/settings")
    assert f'name="period" value="{period["period"]}" checked' in form
    if "calendar" in period:
        assert '<option value="previous:month" selected>' in form


def test_the_example_counts_the_customers_of_each_rule(calculated: Reader) -> None:
    example = calculated.post("/rfm/settings/example", 200, **RULES).text
    assert "By the scores of the last calculation" in example
    assert "100.0" in example


def test_progress_is_shown_while_the_old_numbers_stay(calculated: Reader, database: Database) -> None:
    calculated.post("/rfm/calculation")
    now = datetime.now(UTC)
    with database.begin() as session:
        claimed = claim(session, now)
        assert claimed is not None
        keep(session, claimed, now, customers=400, done=100)
    text = calculated.get("/rfm")
    assert "Scored 100 of 400 customers" in text
    assert 'aria-valuenow="25"' in text
    assert "Champions" in text


def test_a_period_in_which_nobody_bought_says_so(reader: Reader, shop: Shop, database: Database) -> None:
    reader.post("/rfm/settings", **RULES | {"period": "dates", "from": "2001-01-01", "to": "2001-01-02"})
    calculate_next(database, datetime.now(UTC))
    assert "Nobody bought in this period" in reader.get("/rfm")


def test_another_calculation_has_a_page_rules_and_an_end_of_its_own(calculated: Reader, database: Database) -> None:
    assert "Conditions that name no calculation ask this one" in calculated.get("/rfm/settings")
    assert 'value="Champions"' in calculated.get("/rfm/settings/new")
    told = RULES | {"period": "all", "name": "All time"}
    assert calculated.post("/rfm/settings/new", **told).location == "/rfm?of=2"
    assert "All time" in calculated.get("/rfm?of=2")
    assert "There is a calculation “All time” already" in calculated.post("/rfm/settings/new", 409, **told).text
    assert calculate_next(database, datetime.now(UTC))
    text = calculated.get("/rfm?of=2&cell=51")
    assert "Latest" in text
    assert "Champions" not in text
    assert "Bonuses held" in text
    assert quote('"by":2') in text
    assert "Champions" in calculated.get("/rfm")
    assert calculated.post("/rfm/settings?of=2", **told | {"name": "Ever"}).location == "/rfm?of=2"
    assert 'value="Ever"' in calculated.get("/rfm/settings?of=2")
    assert calculated.post("/rfm/calculation?of=2").location == "/rfm?of=2"
    assert calculated.post("/rfm/settings/deletion?of=2").location == "/rfm"
    for path in ("/rfm?of=2", "/rfm/settings?of=2", "/rfm?of=x"):
        calculated.get(path, status=404)


def test_another_calculation_is_made_the_default_one(calculated: Reader) -> None:
    calculated.post("/rfm/settings/new", **RULES | {"period": "all", "name": "All time"})
    assert "Use as the default" not in calculated.get("/rfm/settings")
    assert "Use as the default" in calculated.get("/rfm/settings?of=2")
    assert calculated.post("/rfm/settings/default?of=2").location == "/rfm/settings"
    form = calculated.get("/rfm/settings")
    assert 'value="All time"' in form
    assert "Use as the default" not in form
    calculated.post("/rfm/settings/default?of=404", 404)


@pytest.mark.parametrize("name", ["", "x" * 61])
def test_another_calculation_needs_a_name(reader: Reader, name: str) -> None:
    assert 'class="hint bad"' in reader.post("/rfm/settings/new", 400, **RULES | {"name": name}).text


def test_the_default_calculation_is_not_deleted(calculated: Reader) -> None:
    assert calculated.post("/rfm/settings/deletion?of=1").location == "/rfm/settings?of=1"
    assert "Champions" in calculated.get("/rfm")


def test_the_page_takes_the_same_few_statements_for_any_number_of_customers(calculated: Reader) -> None:
    with calculated.counting() as statements:
        calculated.get("/rfm")
    assert len(statements) <= 12
