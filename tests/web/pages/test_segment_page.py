"""The page of a segment in a real browser: an estimate, then the exact count; why somebody is out; copies, freezing."""

import json
from collections.abc import Iterator
from threading import Event
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import g
from playwright.sync_api import Page, expect

from segmenter.holdings import holdings
from segmenter.preview import preview as counted
from tests.support.application import LiveApplication
from tests.support.endless import ENDLESS
from tests.web.pages.conftest import Shop
from tests.web.pages.test_in_the_browser import RULES
from web.api import segments

pytestmark = pytest.mark.browser

YEAR = {"condition": "days_since_registration", "op": "ge", "value": 365}
BUYER = {"condition": "purchase_count", "op": "ge", "value": 1}


@pytest.fixture
def opened(page: Page, live_app: LiveApplication, shop: Shop) -> Page:
    page.goto(f"{live_app.url}/sign-in")
    page.get_by_label("E-mail").fill(live_app.email)
    page.get_by_label("Password").fill(live_app.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Campaigns", exact=True)).to_be_visible()
    return page


def begin(page: Page, live_app: LiveApplication, *lines: dict[str, Any], name: str = "Buyers") -> None:
    page.goto(f"{live_app.url}/segments/new?name={name}&tree={quote(json.dumps({'all': lines}))}")
    expect(page.get_by_label("Name", exact=True)).to_have_value(name)


@pytest.fixture
def held_back(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Exact counts wait until this is set, as those of millions do."""
    free = Event()

    def preview(*args: Any) -> Any:
        if not free.wait(30):
            g.session.execute(ENDLESS)
        return counted(*args)

    monkeypatch.setattr(segments, "preview", preview)
    yield free
    free.set()


def test_an_estimate_stands_in_until_the_exact_count_is_there(
    opened: Page, live_app: LiveApplication, held_back: Event
) -> None:
    begin(opened, live_app, YEAR)
    expect(opened.locator("[data-segment-estimate]")).to_have_attribute("data-segment-estimate", "2")
    expect(opened.get_by_role("button", name="Cancel")).to_be_visible()
    held_back.set()
    expect(opened.locator("[data-segment-count]")).to_have_attribute("data-segment-count", "2")
    expect(opened.get_by_role("button", name="Cancel")).to_have_count(0)
    expect(opened.get_by_text("of revenue, all time")).to_be_visible()


def test_a_long_count_is_cancelled_and_begun_again(opened: Page, live_app: LiveApplication, held_back: Event) -> None:
    begin(opened, live_app, YEAR)
    opened.get_by_role("button", name="Cancel").click()
    expect(opened.get_by_text("The exact count was cancelled.")).to_be_visible()
    held_back.set()
    opened.get_by_role("button", name="Count", exact=True).click()
    expect(opened.locator("[data-segment-count]")).to_have_attribute("data-segment-count", "2")


def test_what_they_hold_stands_below_the_count_about_at_first(
    opened: Page, live_app: LiveApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = Event()

    def held(*args: Any) -> Any:
        if not free.is_set():
            g.session.execute(ENDLESS)
        return holdings(*args)

    monkeypatch.setattr(segments, "holdings", held)
    begin(opened, live_app, YEAR)
    told = opened.locator("[data-holdings]")
    expect(told.locator("div", has_text="SMS")).to_contain_text("50.0 %")
    opened.get_by_role("button", name="Cancel").click()
    expect(opened.get_by_text("What they hold was not added up to the end.")).to_be_visible()
    free.set()
    opened.get_by_role("button", name="Add up").click()
    expect(opened.locator("[data-holdings=exact]")).to_contain_text("Bonuses they can spend")
    assert Axe().run(opened, options=RULES).response["violations"] == []


def test_a_customer_is_found_by_keys_and_explained_line_by_line(opened: Page, live_app: LiveApplication) -> None:
    begin(opened, live_app, YEAR, {"any": [BUYER]})
    opened.get_by_role("button", name="Why is… in or out?").click()
    dialog = opened.get_by_role("dialog", name="Why is… in or out?")
    dialog.get_by_role("combobox", name="Customer").fill("Clara")
    expect(dialog.get_by_role("option", name="Clara West")).to_be_visible()
    opened.keyboard.press("Enter")
    expect(dialog.get_by_text("is not in the segment")).to_be_visible()
    expect(dialog.locator('[data-path="all.0"]')).to_contain_text("days since registration 700 ≥ 365: yes")
    expect(dialog.locator('[data-path="all.1"]').get_by_text("any of these")).to_be_visible()
    expect(dialog.locator('[data-path="all.1.any.0"]')).to_contain_text("number of purchases 0 ≥ 1: no")
    assert Axe().run(opened, options=RULES).response["violations"] == []
    dialog.get_by_role("combobox", name="Customer").fill("+44 7700 900014")
    dialog.get_by_role("option", name="Anna Bell").click()
    expect(dialog.get_by_text("is in the segment", exact=True)).to_be_visible()
    dialog.get_by_role("combobox", name="Customer").fill("zzz")
    expect(dialog.get_by_text("Nobody is called “zzz”")).to_be_visible()


def test_where_nobody_is_left_the_page_says_which_line_empties_it(opened: Page, live_app: LiveApplication) -> None:
    begin(opened, live_app, YEAR, {**BUYER, "value": 100})
    opened.get_by_role("button", name="Take out line 2, “Number of purchases”").click()
    expect(opened.locator("[data-segment-count]")).to_have_attribute("data-segment-count", "2")


def test_a_segment_is_saved_copied_and_frozen(opened: Page, live_app: LiveApplication) -> None:
    begin(opened, live_app, YEAR)
    opened.get_by_role("button", name="Save segment").click()
    expect(opened.get_by_text("Nothing yet. Chains, promotions")).to_be_visible()
    expect(opened.get_by_text("2 customers on")).to_be_visible()
    opened.get_by_role("button", name="Freeze…").click()
    dialog = opened.get_by_role("dialog")
    dialog.get_by_label("Name of the list").fill("Buyers of today")
    dialog.get_by_role("button", name="Keep 2 customers").click()
    expect(dialog.get_by_text("2 customers. It does not change any more.")).to_be_visible()
    dialog.get_by_role("link", name="Buyers of today").click()
    expect(opened.get_by_text("/ frozen list")).to_be_visible()
    opened.get_by_role("button", name="Save as copy").click()
    expect(opened.get_by_label("Name", exact=True)).to_have_value("Copy of Buyers of today")
    expect(opened.locator("[data-segment-count]")).to_have_attribute("data-segment-count", "2")


def test_what_stands_on_the_page_is_downloaded_saved_or_not(opened: Page, live_app: LiveApplication) -> None:
    begin(opened, live_app, YEAR)
    with opened.expect_download() as fetched:
        opened.get_by_role("button", name="Download all of them as a workbook").click()
    assert fetched.value.suggested_filename == "Buyers.xlsx"
