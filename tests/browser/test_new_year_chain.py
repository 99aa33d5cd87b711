"""The second worked example of Loymax in a browser: 500 bonuses for the loyal, which burn on the last day of January.

Source: the help page on New-Year bonuses: a bonus type, a filter of ten purchases and an average receipt, a letter.
"""

import re
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.marketer import (
    LONDON,
    Program,
    ask,
    choose,
    confirm,
    connect,
    drop,
    letters,
    publish,
    setting,
    sign_in,
    step,
)
from tests.support.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("demo")]

THRESHOLD = "500"


def test_the_new_year_chain_pays_who_buys_often_and_much(page: Page, demo: Demo) -> None:
    program = Program(demo)
    sign_in(page, demo)

    # A bonus type: active at once, burns on the last day of January.
    page.goto(f"{demo.account['url']}/bonus-types")
    page.get_by_role("link", name="New bonus type").or_(page.get_by_role("button", name="New bonus type")).first.click()
    page.get_by_label("Name").fill("January gift")
    page.get_by_label("on a day of the year").check()
    page.get_by_label("Month", exact=True).select_option(label="January")
    page.get_by_label("Day", exact=True).select_option(label="last")
    expect(page.get_by_text(re.compile(r"31 Jan 20\d\d, 23:59:59")).first).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="January gift")).to_be_visible()

    # The chain: a date, the filter, 500 bonuses of that type, a letter.
    page.goto(f"{demo.account['url']}/campaigns")
    page.get_by_role("button", name="New campaign").first.click()
    page.wait_for_url(re.compile(r"/campaigns/\d+$"))
    step(page, "n1").dblclick()
    page.get_by_label("Trigger", exact=True).select_option("date_reached")
    setting(page, "at").fill("2040-12-25T10:00")
    confirm(page)
    guard = drop(page, "filter_customers", 420, 220)
    for title, value in (("Number of purchases", "10"), ("Average receipt", THRESHOLD)):
        page.get_by_role("button", name="Condition", exact=True).click()
        line = page.locator("[data-condition]").last
        ask(line, title)
        line = page.locator("[data-condition]").last
        line.get_by_label("Operator").select_option("ge")
        line.get_by_label("Value").fill(value)
        line.get_by_label("Period").select_option(label="last 365 days")
    confirm(page)
    gift = drop(page, "accrue_bonuses", 420, 360)
    setting(page, "amount").fill("500")
    choose(setting(page, "bonus_type", "select"), "January gift")
    choose(setting(page, "legal_entity", "select"), "Harbour Gifts Ltd")
    confirm(page)
    letter = drop(page, "send_letter", 420, 500)
    choose(setting(page, "template", "select"), "New Year")
    confirm(page)
    connect(page, "n1", guard)
    connect(page, guard, gift)
    connect(page, gift, letter)
    run = publish(page)
    view = program.wait_for_run(run)

    assert view["entered"] == 4372
    parted = view["nodes"][guard]["out"]
    assert 50 < parted["yes"] < 4000
    assert parted["yes"] + parted["no"] == 4372
    assert view["nodes"][gift]["granted"] == f"{500 * parted['yes']}.00"
    who = program.everything(f"/runs/{run}/customers?node={guard}&way=out:yes")
    assert len(who) == parted["yes"]
    for row in who[:5]:
        balance = program.get(f"/customers/{row['customer']['id']}/balance")
        (lot,) = [lot for lot in balance["lots"] if lot["bonus_type"] and lot["amount"] == "500.00"]
        burns = datetime.fromisoformat(lot["expires_at"]).astimezone(LONDON)
        assert (burns.month, burns.day) in ((1, 31), (2, 1))  # shops east of London are a day ahead
    sent = program.everything(f"/messages?run={run}")
    assert len(sent) == parted["yes"]
    assert {message["status"] for message in sent} == {"sent"}
    addresses = {message["to"] for message in sent}
    assert addresses <= {str(each["To"]) for each in letters(demo)}
