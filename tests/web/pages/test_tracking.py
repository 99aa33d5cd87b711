"""The page that lets openings and clicks be counted."""

import pytest
from playwright.sync_api import Page, expect

from campaigns.campaigns import Campaign
from loyalty_core.database import Database
from loyalty_core.settings import Settings
from tests.support.application import LiveApplication
from tests.web.pages.conftest import Reader, Shop


def test_counting_is_turned_on_with_an_example(reader: Reader, settings: Settings) -> None:
    text = reader.get("/settings/tracking")
    assert 'value="off" checked' in text
    assert "An engineer sets PUBLIC_URL" in text
    assert reader.post("/settings/tracking/example", 200, counting="on").text.count("https://shop.example/tea") == 2
    reader.post("/settings/tracking", counting="on")
    assert 'value="on" checked' in reader.get("/settings/tracking")
    assert "Choose whether" in reader.post("/settings/tracking", 400, counting="x").text
    reader.post("/settings/tracking", 400)
    assert 'value="on" checked' in reader.get("/settings/tracking")


@pytest.mark.browser
def test_a_campaign_is_told_in_its_settings_never_to_count(
    page: Page, live_app: LiveApplication, shop: Shop, database: Database
) -> None:
    page.goto(f"{live_app.url}/sign-in?next=/campaigns/{shop.campaign}")
    page.get_by_label("E-mail").fill(live_app.email)
    page.get_by_label("Password").fill(live_app.password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("tab", name="Settings").click()
    choice = page.get_by_role("radiogroup", name="Openings of letters and clicks on their links")
    expect(choice.get_by_label("are counted as the organisation does")).to_be_checked()
    choice.get_by_text("are never counted").click()
    expect(choice.get_by_label("are never counted")).to_be_checked()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Not saved yet")).to_have_count(0)
    page.reload()
    page.get_by_role("tab", name="Settings").click()
    expect(choice.get_by_label("are never counted")).to_be_checked()
    with database.read() as session:
        assert session.get_one(Campaign, shop.campaign).settings["tracking"] == "never"
