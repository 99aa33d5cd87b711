"""A real browser in tests: a page in a Chromium that reaches only this machine."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    known = os.environ.get("CATENA_TEST_CHROMIUM")
    executable = Path(known) if known else chromium.find()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium.launch_options(executable))
        yield browser
        browser.close()


@pytest.fixture
def browser_context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="Europe/London")
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(browser_context: BrowserContext) -> Iterator[Page]:
    """A page that fails its test when its scripts do: errors on the console and uncaught exceptions are refused."""
    page = browser_context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    yield page
    assert complaints == []
