"""The browser of the API, in a browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.application import LiveApplication


@pytest.mark.browser
def test_the_api_can_be_browsed_without_a_word_from_elsewhere(page: Page, live_app: LiveApplication):
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]) if request.url.startswith("http") else None)
    page.goto(f"{live_app.url}/api/docs")
    expect(page.get_by_role("heading", name="Catena")).to_be_visible()
    page.locator("#operations-tag-Campaigns").click()
    page.locator("#operations-Campaigns-post_api_v1_campaigns").get_by_role("button").first.click()
    expect(page.get_by_text("Without a graph it has a trigger")).to_be_visible()
    assert hosts == {live_app.url.split("/")[2]}
