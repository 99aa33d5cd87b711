"""A newcomer sets up loyalty on the pages alone, and sees it work at the till page.

Sources: the help pages "Автоматизація лояльності з групами клієнтів" (SkyService: tiers of 2, 3 and 5 percent) and
"Сгорающие бонусы" (kilbil: a warning before bonuses burn).
"""

import os
import re
import subprocess
import sys
from datetime import datetime, time, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.marketer import LONDON, Program, sign_in
from tests.support.demo import ROOT, Demo

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("demo")]

CARD = "SKY-0001"


def test_tiers_and_the_warning_before_bonuses_burn_are_set_up_on_pages_and_seen_at_the_till(
    page: Page, demo: Demo
) -> None:
    url = demo.account["url"]
    sign_in(page, demo)

    # SkyService's programme: 2 % up to 1000, 3 % above it, 5 % above 3000; kilbil's lifetime of 2 days.
    page.get_by_role("link", name="Programmes").click()
    page.get_by_role("link", name="New programme").first.click()
    page.get_by_label("Name", exact=True).fill("Bonus programme")
    for row, (above, percent) in enumerate((("", "2"), ("1000", "3"), ("3000", "5")), 1):
        if above:
            page.get_by_label(f"Tier {row}: bought for more than").fill(above)
        page.get_by_label(f"Tier {row}: bonuses, percent").fill(percent)
    page.get_by_label("They burn").fill("2")
    page.get_by_label("Default: for those who register").check()
    for earned in ("20.00", "30.00", "50.00"):
        expect(page.locator("#example")).to_contain_text(earned)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("“Bonus programme” is saved")).to_be_visible()

    # kilbil's notice: by SMS, from two days before, where at least 15 burn.
    page.get_by_role("link", name="Bonus programme").click()
    page.get_by_role("link", name="Notices").click()
    page.get_by_text("Warning before bonuses burn", exact=True).click()
    notice = page.locator("details[open]", has_text="Warning before bonuses burn")
    notice.get_by_label("Send it").check()
    notice.get_by_label("Channel 1").select_option("sms")
    notice.get_by_label("Before they burn").fill("2")
    notice.get_by_label("at", exact=True).fill("10:00")
    notice.get_by_label("If at least so much burns").fill("15")
    notice.get_by_label("Text").fill("{{ burning }} bonuses burn on {{ burning_on }}.")
    expect(page.locator("#example")).to_contain_text("bonuses burn on")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.locator("details[open]", has_text="Warning before bonuses burn")).to_contain_text("Live")

    # A customer who registers at the till follows it.
    page.goto(f"{url}/customers/new")
    page.get_by_label("First name").fill("Nina")
    page.get_by_label("Phone").fill("+1 202 555 0143")
    page.get_by_label("Card 1").fill(CARD)
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", name="Nina")).to_be_visible()

    # Exactly 1000 stays below, a penny more moves up, and so above 3000.
    for price, percent, earned in (
        ("1000", "2", "20.00"),
        ("0.01", "2", "0.00"),
        ("1999.99", "3", "60.00"),
        ("0.01", "3", "0.00"),
        ("100", "5", "5.00"),
    ):
        sell(page, url, price, percent, earned)
    expect(page.locator(".strip")).to_contain_text("85.00")
    tomorrow = datetime.combine(datetime.now(LONDON).date() + timedelta(days=1), time(10, 1), LONDON)
    page.goto(f"{url}/till?who={CARD}")
    burns = f"85.00 bonuses burn {tomorrow + timedelta(days=1):%-d %b %Y}, 23:59:59"
    expect(page.locator("#priced")).to_contain_text(burns)

    # The clock of the day before they burn: one SMS, whoever sends it, and no second one.
    for _ in range(2):
        tick(demo, tomorrow)
        Program(demo).wait_for_messages(1)
    page.goto(f"{url}/messages")
    expect(page.get_by_text("85 bonuses burn on")).to_have_count(1)


def sell(page: Page, url: str, price: str, percent: str, earned: str) -> None:
    """Sell one thing at the till page, after its price has told what it earns."""
    page.goto(f"{url}/till")
    page.get_by_label("Customer", exact=True).fill(CARD)
    page.get_by_label("Line 1: goods").fill("Tea")
    page.get_by_label("Line 1: price").fill(price)
    priced = page.locator("#priced")
    expect(priced).to_contain_text(re.compile(rf"{percent}\s?% bonuses"))
    expect(priced).to_contain_text(earned)
    page.get_by_role("button", name="Sell").click()
    expect(page.get_by_text(re.compile(rf"{re.escape(earned)} bonuses earned"))).to_be_visible()


def tick(demo: Demo, now: datetime) -> None:
    """What the clock does at that moment, with all that follows from it."""
    command = [sys.executable, "-m", "web.cli", "tick", "--now", now.isoformat(), "--drain"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CATENA_DATA": str(demo.data)}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
