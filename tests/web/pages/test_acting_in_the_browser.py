"""Acting on a selection in a real browser: ticks, the cost, the question, and two clicks that are one."""

from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import update

from campaigns.runtime.clock import drain
from loyalty_core.database import Database
from loyalty_core.settings import Settings
from segmenter.selections import opening
from segmenter.selections.rows import SelectionFilling
from tests.support.application import LiveApplication
from tests.web.pages.conftest import Shop

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


@pytest.fixture
def everybody(page: Page, live_app: LiveApplication, shop: Shop) -> Page:
    """The selection of everybody, opened from the page of their segment."""
    page.goto(f"{live_app.url}/sign-in")
    page.get_by_label("E-mail").fill(live_app.email)
    page.get_by_label("Password").fill(live_app.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()
    page.goto(f"{live_app.url}/segments/1")
    page.get_by_role("button", name="Act on these customers").click()
    expect(page.get_by_text("3 of 3 customers are ticked")).to_be_visible()
    return page


def accruing(page: Page) -> Locator:
    """The dialog of an accrual, filled in."""
    page.get_by_role("button", name="Accrue bonuses").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("How much").fill("5")
    dialog.get_by_text("Lifetime", exact=True).click()
    dialog.get_by_label("Lifetime", exact=True).last.fill("30")
    dialog.get_by_label("Legal entity", exact=True).select_option(label="Harbour Gifts Ltd")
    return dialog


def test_two_clicks_accrue_once_to_those_who_are_ticked(
    everybody: Page, live_app: LiveApplication, shop: Shop, database: Database, settings: Settings
) -> None:
    """d12: the client who is unticked gets nothing and stays in the table."""
    everybody.get_by_role("checkbox", name="Act on Boris").uncheck()
    expect(everybody.get_by_text("2 of 3 customers are ticked")).to_be_visible()
    dialog = accruing(everybody)
    expect(dialog.get_by_role("row", name="Bonuses, together 10")).to_be_visible()
    assert Axe().run(everybody, options=RULES).response["violations"] == []
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.get_by_text("Are you sure?")).to_be_visible()
    dialog.get_by_role("button", name="Yes, do it").dblclick()
    expect(everybody.get_by_role("heading", name="What was done")).to_be_visible()
    drain(database, datetime.now(UTC), settings)
    everybody.reload()
    row = everybody.locator("#done tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Finished")
    expect(row).to_contain_text("10.00")
    expect(everybody.get_by_role("checkbox", name="Act on Boris")).not_to_be_checked()
    everybody.goto(f"{live_app.url}/customers/{shop.clara}")
    expect(everybody.get_by_text("5.00").first).to_be_visible()


def test_a_red_cross_drops_the_row_and_what_is_missing_is_told_in_its_place(everybody: Page) -> None:
    everybody.get_by_role("button", name="Take Boris").click()
    expect(everybody.get_by_text("2 of 2 customers are ticked")).to_be_visible()
    expect(everybody.get_by_role("checkbox", name="Act on Boris")).to_have_count(0)
    dialog = accruing(everybody)
    dialog.get_by_label("How much").fill("")
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.get_by_label("How much")).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_text("Are you sure?")).to_have_count(0)


def test_a_large_selection_shows_its_progress_and_turns_into_its_table(
    everybody: Page, live_app: LiveApplication, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "AT_ONCE_MAX", 1)
    everybody.goto(f"{live_app.url}/segments/1")
    everybody.get_by_role("button", name="Act on these customers").click()
    expect(everybody.get_by_text("Customers are being looked for")).to_be_visible()
    assert Axe().run(everybody, options=RULES).response["violations"] == []
    with database.begin() as session:
        session.execute(update(SelectionFilling).values(total=3))
    expect(everybody.get_by_text("0 of 3 are in the selection")).to_be_visible()
    assert Axe().run(everybody, options=RULES).response["violations"] == []
    drain(database, datetime.now(UTC), settings)
    expect(everybody.get_by_text("3 of 3 customers are ticked")).to_be_visible()


def test_a_large_selection_is_cancelled_while_it_is_opened(
    everybody: Page, live_app: LiveApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "AT_ONCE_MAX", 1)
    everybody.goto(f"{live_app.url}/segments/1")
    everybody.get_by_role("button", name="Act on these customers").click()
    everybody.get_by_role("button", name="Cancel").click()
    expect(everybody.get_by_text("The selection is not opened")).to_be_visible()
    expect(everybody.get_by_role("link", name="Segment “Everybody”")).to_have_count(1)
    assert Axe().run(everybody, options=RULES).response["violations"] == []
