"""Loymax's worked example, done by a marketer in a browser on the running demo: the thirteen steps of the help page.

Source: the help page on accruing bonuses through Smart Communications (birthday bonuses for customers of over a year).
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

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


def test_the_birthday_chain_of_the_help_page_pays_real_customers_once(page: Page, demo: Demo) -> None:
    program = Program(demo)
    today = datetime.now(LONDON).date()
    sign_in(page, demo)

    # The segment: days since registration ≥ 365 shows its customers; name; save.
    page.goto(f"{demo.account['url']}/segments")
    page.get_by_role("link", name="New segment").first.click()
    page.get_by_role("button", name="Condition", exact=True).click()
    ask(page.locator("[data-condition]"), "Days since registration")
    page.get_by_label("Operator").select_option("ge")
    page.get_by_label("Value").fill("365")
    expect(page.locator("[data-segment-count]")).not_to_have_attribute("data-segment-count", "4372")
    members = int(page.locator("[data-segment-count]").get_attribute("data-segment-count") or 0)
    assert 0 < members < 4372
    expect(page.locator("[data-customer-id]").first).to_be_visible()
    page.get_by_role("textbox", name="Name").fill("With us for a year")
    page.get_by_role("button", name="Save segment").click()
    page.wait_for_url(re.compile(r"/segments/\d+$"))

    # The campaign: a new one opens with a trigger on it; double-click chooses the date and its field.
    page.goto(f"{demo.account['url']}/campaigns")
    page.get_by_role("button", name="New campaign").first.click()
    page.wait_for_url(re.compile(r"/campaigns/\d+$"))
    campaign = int(page.url.rpartition("/")[2])
    expect(step(page, "n1")).to_have_attribute("data-node-type", "purchase_made")
    step(page, "n1").dblclick()
    page.get_by_label("Trigger", exact=True).select_option("date_for_customer")
    page.get_by_label("Birth date").check()
    setting(page, "at").fill("09:00")
    confirm(page)

    # The actions are dragged in; each opens its settings.
    accrue = drop(page, "accrue_bonuses", 420, 330)
    setting(page, "amount").fill("250")
    page.get_by_text("Lifetime", exact=True).first.click()
    setting(page, "lifetime_days").fill("30")
    choose(setting(page, "legal_entity", "select"), "Harbour Gifts Ltd")
    confirm(page)
    segment = drop(page, "customers_from_segment", 420, 220)
    choose(setting(page, "segment", "select"), "With us for a year")
    confirm(page)
    letter = drop(page, "send_letter", 420, 450)
    page.get_by_label("Written here").check()
    setting(page, "subject").fill("Happy birthday, {{ customer.first_name }}")
    setting(page, "body", "textarea").fill("Dear {{ customer.name }}, {{ bonuses }} bonuses are yours.")
    confirm(page)

    # Lines join them; saved, and found again after a reload.
    connect(page, "n1", segment)
    connect(page, segment, accrue)
    connect(page, accrue, letter)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(re.compile(r"^Saved \d"))).to_be_visible()
    page.reload()
    expect(page.locator(".react-flow__edge")).to_have_count(3)

    # Publish, and start the run for today.
    run = publish(page)
    view = program.wait_for_run(run)

    # Who has a birthday today and is in the segment has one lot, one activity, one letter; nobody else has any.
    year_ago = today - timedelta(days=365)
    everybody = program.everything("/customers")
    lucky = {
        customer["id"]: customer
        for customer in everybody
        if _birthday(customer, today) and _registered(customer) <= year_ago
    }
    assert lucky, "the demo has customers with a birthday on every day"
    assert view["nodes"][accrue]["granted"] == f"{250 * len(lucky)}.00"
    for customer in everybody:
        if customer["id"] in lucky or _birthday(customer, today):
            _check(program, customer, campaign, run, paid=customer["id"] in lucky)
    written = [message for message in letters(demo) if "Happy birthday" in message["Subject"]]
    assert sorted(message["To"] for message in written) == sorted(each["email"] for each in lucky.values())
    for message in written:
        body = message.get_body(("plain",))
        assert body is not None
        (customer,) = [each for each in lucky.values() if each["email"] == message["To"]]
        assert f"Dear {customer['first_name']} {customer['last_name']}, 250 bonuses" in body.get_content()

    # Starting it again adds nothing.
    page.reload()
    page.get_by_role("button", name="Start run…").click()
    page.get_by_role("dialog").get_by_role("button", name="Start run", exact=True).click()
    expect(page.get_by_text("had already been started")).to_be_visible()
    assert program.wait_for_run(run)["entered"] == view["entered"]
    assert len([each for each in letters(demo) if "Happy birthday" in each["Subject"]]) == len(lucky)

    # The customer's profile shows both proofs of the help page.
    somebody = next(iter(lucky))
    page.goto(f"{demo.account['url']}/customers/{somebody}")
    expect(page.get_by_role("region", name="Detailed balance").or_(page.locator("#balance"))).to_contain_text("250.00")
    expect(page.get_by_role("region", name="Activities").or_(page.locator("#activities"))).to_contain_text("+250.00")


def _birthday(customer: dict[str, Any], today: Any) -> bool:
    born = customer["birth_date"] or ""
    return born[5:] == today.isoformat()[5:] or (born[5:] == "02-29" and today.isoformat()[5:] == "02-28")


def _registered(customer: dict[str, Any]) -> Any:
    return datetime.fromisoformat(customer["registered_at"]).astimezone(LONDON).date()


def _check(program: Program, customer: dict[str, Any], campaign: int, run: int, *, paid: bool) -> None:
    balance = program.get(f"/customers/{customer['id']}/balance")
    ours = [lot for lot in balance["lots"] if lot["amount"] == "250.00"]
    accruals = [
        activity
        for activity in program.get(f"/customers/{customer['id']}/activities")["items"]
        if activity["run"] == run and activity["amount"] == "250.00"
    ]
    assert (len(ours), len(accruals)) == ((1, 1) if paid else (0, 0))
    if paid:
        zone_end = datetime.fromisoformat(ours[0]["expires_at"])
        assert (zone_end - datetime.now(UTC)).days in (29, 30)
