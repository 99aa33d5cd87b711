"""The condition builder in a real browser: keyboard alone, search, undo, limits, and things that were deleted."""

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import delete, insert

from loyalty_core.customers.rows import Tag
from loyalty_core.database import Database
from loyalty_core.till.purchases import Product
from tests.support.application import LiveApplication
from tests.web.pages.conftest import Shop

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


def begin(page: Page, live_app: LiveApplication) -> Page:
    """Sign in, and go to a new segment's page."""
    page.goto(f"{live_app.url}/sign-in?next=/segments/new")
    page.get_by_label("E-mail").fill(live_app.email)
    page.get_by_label("Password").fill(live_app.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()
    page.goto(f"{live_app.url}/segments/new")
    expect(page.get_by_role("button", name="Condition", exact=True)).to_be_visible()
    return page


@pytest.fixture
def builder(page: Page, live_app: LiveApplication, shop: Shop) -> Page:
    """A new segment's page."""
    return begin(page, live_app)


@pytest.fixture
def phone(browser: Browser, live_app: LiveApplication, shop: Shop) -> Iterator[Page]:
    """The same on a phone: 390 pixels wide, and touched."""
    with browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True) as context:
        yield begin(context.new_page(), live_app)


def drag_by_finger(page: Page, grip: Locator, line: Locator) -> None:
    """Put a finger on a grip, move it until a line, which may scroll meanwhile, says that it is the place; let go."""
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    grip.scroll_into_view_if_needed()
    touch("touchStart", middle(grip))
    while "cv-over" not in (line.get_attribute("class") or ""):
        touch("touchMove", middle(line.locator(".cv-what")))
    touch("touchEnd")


def middle(thing: Locator) -> tuple[float, float]:
    """Its place on the screen."""
    box = thing.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def sentence(page: Page) -> Locator:
    return page.locator(".says p")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_nested_tree_is_built_by_keyboard_alone_and_reads_as_a_sentence(builder: Page) -> None:
    builder.get_by_role("button", name="Condition", exact=True).focus()
    # The focus is on what the new line asks: letters find it, Enter takes it, Tab goes on to operator and value.
    press(builder, "Enter")
    expect(builder.get_by_role("combobox", name="Condition")).to_be_focused()
    builder.keyboard.type("average")
    press(builder, "Enter", "Tab", "Tab")
    builder.keyboard.type("500")
    builder.get_by_role("button", name="Group", exact=True).focus()
    press(builder, "Enter")
    builder.keyboard.type("sex")
    press(builder, "ArrowDown", "ArrowUp", "Enter")
    expect(builder.locator("[data-condition=sex]")).to_have_attribute("data-path", "all.1.any.0")
    builder.locator("[data-add='1']").focus()
    press(builder, "Enter")
    builder.keyboard.type("age")
    builder.get_by_role("option", name="Age", exact=True).wait_for()
    while builder.locator("[role=option][aria-selected=true]").inner_text() != "Age":
        press(builder, "ArrowDown")
    press(builder, "Enter", "Tab", "Tab")
    builder.keyboard.type("40")
    expect(sentence(builder)).to_have_text(
        "Customers whose average receipt is £500.00 or more, and either who are female or who are 40 or more years old"
    )
    # By its grip a line moves out of its group and back, is copied, put into a group of its own, and removed.
    builder.get_by_role("button", name="Move “Age”").focus()
    press(builder, "ArrowLeft")
    expect(builder.locator("[data-condition=age]")).to_have_attribute("data-path", "all.2")
    press(builder, "ArrowUp", "ArrowRight")
    expect(builder.locator("[data-condition=age]")).to_have_attribute("data-path", "all.1.any.0")
    press(builder, "Control+d")
    expect(builder.locator("[data-condition=age]")).to_have_count(2)
    press(builder, "Control+g")
    expect(builder.locator("[data-path='all.1.any.1.any.0'][data-condition=age]")).to_have_count(1)
    press(builder, "Delete")
    expect(builder.locator("[data-condition=age]")).to_have_count(1)
    press(builder, *["Control+z"] * 6)
    expect(sentence(builder)).to_contain_text("and either who are female or who are 40 or more years old")
    expect(builder.locator("[data-condition=age]")).to_have_attribute("data-path", "all.1.any.1")
    press(builder, "Control+Shift+Z")
    expect(builder.locator("[data-condition=age]")).to_have_attribute("data-path", "all.2")


def test_what_is_typed_in_a_row_is_undone_at_once(builder: Page) -> None:
    builder.get_by_role("button", name="Condition", exact=True).click()
    value = builder.get_by_label("Value")
    value.press_sequentially("123")
    press(builder, "Control+z")
    expect(value).to_have_value("")
    builder.get_by_role("button", name="Undo").click()
    expect(builder.locator("[data-condition]")).to_have_count(0)
    builder.get_by_role("button", name="Redo").click()
    expect(builder.locator("[data-condition]")).to_have_count(1)


def test_several_of_a_few_words_are_picked_and_a_tree_with_one_of_them_still_shows(
    builder: Page, live_app: LiveApplication
) -> None:
    tree = {"all": [{"condition": "status", "op": "is", "value": "blocked"}]}
    builder.goto(f"{live_app.url}/segments/new?tree={quote(json.dumps(tree))}")
    expect(sentence(builder)).to_have_text("Customers who are blocked")
    field = builder.get_by_role("combobox", name="Add to “Status”")
    field.click()
    expect(builder.get_by_role("listbox").get_by_role("option")).to_have_text(["active", "not activated"])
    field.press_sequentially("act")
    press(builder, "Enter")
    expect(sentence(builder)).to_have_text("Customers whose status is active or blocked")
    builder.get_by_role("button", name="Take off “blocked”").click()
    expect(sentence(builder)).to_have_text("Customers who are active")
    field.press("Backspace")
    expect(builder.locator(".cv-tags .tag")).to_have_count(0)
    press(builder, "Control+z", "Control+z")
    expect(sentence(builder)).to_have_text("Customers whose status is active or blocked")


def test_messages_are_narrowed_to_channels_and_campaigns(builder: Page) -> None:
    builder.get_by_role("button", name="Condition", exact=True).click()
    builder.keyboard.type("messages sent")
    press(builder, "Enter")
    builder.get_by_role("combobox", name="Add to “Channel”").click()
    builder.get_by_role("option", name="SMS").click()
    builder.get_by_role("combobox", name="Add to “Campaigns”").click()
    builder.get_by_role("listbox").get_by_role("option").first.click()
    builder.get_by_label("Value").fill("2")
    expect(sentence(builder)).to_have_text("Customers who were sent 2 or more messages of “Birthday gift” by SMS")


def test_goods_among_thousands_are_found_by_typing(builder: Page, database: Database) -> None:
    with database.begin() as session:
        goods = [{"sku": f"SKU-{n}", "name": f"Mug {n}", "category": "Mugs"} for n in range(3000)]
        session.execute(insert(Product), goods)
    asked: list[str] = []
    builder.on("request", lambda request: asked.append(request.url) if "/goods" in request.url else None)
    builder.get_by_role("button", name="Condition", exact=True).click()
    builder.keyboard.type("goods bought")
    press(builder, "Enter")
    assert asked == []
    field = builder.get_by_role("combobox", name="Add to “Goods bought”")
    field.click()
    expect(builder.get_by_text("There are more: type to find them")).to_be_visible()
    field.press_sequentially("SKU-2718")
    expect(builder.get_by_role("option", name="Mug 2718 SKU-2718")).to_be_visible()
    press(builder, "Enter")
    field.press_sequentially("nothing like it")
    expect(builder.get_by_text("Nothing has “nothing like it” in its name")).to_be_visible()
    press(builder, "Escape")
    expect(builder.get_by_role("listbox")).to_have_count(0)
    expect(sentence(builder)).to_have_text("Customers who bought “Mug 2718”")
    field.press("Backspace")
    expect(builder.locator(".cv-tags .tag")).to_have_count(0)


def test_what_was_deleted_since_is_shown_at_its_place(
    builder: Page, live_app: LiveApplication, database: Database
) -> None:
    with database.begin() as session:
        session.add_all([Tag(id=71, name="Regular"), Tag(id=72, name="Gone soon")])
    with database.begin() as session:
        session.execute(delete(Tag).where(Tag.id == 72))
    tree = {"all": [{"condition": "tag", "op": "has", "value": [71, 72]}]}
    builder.goto(f"{live_app.url}/segments/new?tree={quote(json.dumps(tree))}")
    expect(builder.get_by_text("Number 72, deleted")).to_be_visible()
    expect(builder.get_by_text("Take off what was deleted, or choose another")).to_be_visible()
    builder.get_by_role("button", name="Take off “Number 72”").click()
    expect(builder.get_by_text("Take off what was deleted")).to_have_count(0)
    expect(sentence(builder)).to_have_text("Customers who are tagged “Regular”")


def test_the_limits_are_told_before_one_goes_past_them(builder: Page, live_app: LiveApplication) -> None:
    tree: dict[str, object] = {"all": [{"condition": "invited", "op": "is", "value": "yes"}] * 170}
    for _ in range(7):
        tree = {"any": [tree]}
    builder.goto(f"{live_app.url}/segments/new?tree={quote(json.dumps(tree))}")
    expect(builder.get_by_text("170 of at most 200 conditions")).to_be_visible()
    expect(builder.get_by_text("Groups go at most 8 deep")).to_be_visible()
    builder.get_by_role("button", name="Move “Invited by a friend”").first.focus()
    press(builder, "Control+g")
    expect(builder.get_by_role("status").filter(has_text="Groups go at most 8 deep")).to_be_visible()


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_the_builder_with_a_list_open_breaks_no_rule_of_accessibility(builder: Page, theme: str, width: int) -> None:
    builder.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    builder.set_viewport_size({"width": width, "height": 900})
    for words in ("purchases", "attribute date", "event happened", "tag", "bonuses that burn"):
        builder.get_by_role("button", name="Condition", exact=True).click()
        builder.keyboard.type(words)
        press(builder, "Enter")
    builder.locator("[data-condition=attribute_date]").get_by_label("Operator").select_option("anniversary")
    builder.locator("[data-condition=tag]").get_by_role("combobox", name="Add to “Tag”").click()
    builder.get_by_role("link", name="New…").wait_for()
    found = Axe().run(builder, options=RULES).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:120]) for each in found] == []
    assert not builder.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_a_line_and_a_group_are_dragged_to_where_they_are_dropped(builder: Page, live_app: LiveApplication) -> None:
    male, adult = {"condition": "sex", "op": "is", "value": "male"}, {"condition": "age", "op": "ge", "value": 18}
    tree = {"all": [male, {"any": [adult]}]}
    builder.set_viewport_size({"width": 1440, "height": 1000})
    builder.goto(f"{live_app.url}/segments/new?tree={quote(json.dumps(tree))}")
    builder.get_by_role("button", name="Move “Sex”").drag_to(builder.locator("[data-condition=age] .cv-what"))
    expect(builder.locator("[data-condition=sex]")).to_have_attribute("data-path", "all.0.any.0")
    builder.get_by_role("button", name="Group", exact=True).last.click()
    builder.locator("[data-grip='1']").drag_to(builder.locator("[data-condition=sex] .cv-what"))
    expect(builder.locator("[data-condition=purchase_count]")).to_have_attribute("data-path", "all.0.any.0.any.0")


def test_on_a_phone_a_line_is_moved_by_finger_and_by_the_menu_of_its_grip(
    phone: Page, live_app: LiveApplication
) -> None:
    male, adult = {"condition": "sex", "op": "is", "value": "male"}, {"condition": "age", "op": "ge", "value": 18}
    tree = {"all": [male, adult, {"any": [{"condition": "invited", "op": "is", "value": "yes"}]}]}
    phone.goto(f"{live_app.url}/segments/new?tree={quote(json.dumps(tree))}")
    sex, age = phone.locator("[data-condition=sex]"), phone.locator("[data-condition=age]")
    sex.locator(".cv-grip").tap()
    expect(phone.get_by_role("menuitem", name="Move up")).to_be_disabled()
    found = Axe().run(phone, options=RULES).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:120]) for each in found] == []
    phone.get_by_role("menuitem", name="Move down").tap()
    expect(sex).to_have_attribute("data-path", "all.1")
    expect(phone.get_by_role("menu")).to_have_count(0)
    drag_by_finger(phone, sex.locator(".cv-grip"), age)
    expect(sex).to_have_attribute("data-path", "all.0")
    drag_by_finger(phone, sex.locator(".cv-grip"), phone.locator("[data-condition=invited]"))
    expect(sex).to_have_attribute("data-path", "all.1.any.0")


def test_the_menu_of_a_grip_works_by_keyboard(builder: Page, live_app: LiveApplication) -> None:
    lines = [{"condition": key, "op": "ge", "value": 1} for key in ("age", "visit_count")]
    builder.goto(f"{live_app.url}/segments/new?tree={quote(json.dumps({'all': lines}))}")
    builder.get_by_role("button", name="Move “Age”").focus()
    press(builder, "Enter", "Escape")
    expect(builder.get_by_role("menu")).to_have_count(0)
    expect(builder.get_by_role("button", name="Move “Age”")).to_be_focused()
    press(builder, "Enter", "Enter")
    expect(builder.locator("[data-condition=age]")).to_have_attribute("data-path", "all.1")
    press(builder, "Enter", "End", "Enter")
    expect(builder.locator("[data-condition=age]")).to_have_count(0)


def test_a_promotion_acts_at_the_till_for_those_who_meet_the_conditions_drawn_in_its_form(builder: Page) -> None:
    site = builder.url.removesuffix("/segments/new")
    builder.goto(f"{site}/promotions/new")
    builder.get_by_label("Name", exact=True).fill("For Anna")
    builder.get_by_label("or a fixed amount").fill("10")
    whom = builder.get_by_role("group", name="For whom")
    whom.get_by_role("button", name="Condition", exact=True).focus()
    press(builder, "Enter")
    builder.keyboard.type("number of purchases")
    press(builder, "Enter")
    # A line without its value is told at its place, before anything is sent.
    builder.get_by_role("button", name="Save").click()
    value = whom.get_by_label("Value")
    expect(value).to_be_focused()
    expect(value).to_have_attribute("aria-invalid", "true")
    expect(builder.get_by_label("or a fixed amount")).to_have_value("10")
    builder.keyboard.type("1")
    # Enter in a line does not send the form.
    press(builder, "Enter")
    says = "Customers who made 1 or more purchases"
    expect(whom.get_by_text(says)).to_be_visible()
    expect(whom.get_by_text("1 customer meets them now, 33.3 % of the base").first).to_be_visible()
    expect(builder.locator("#example").get_by_text(says)).to_be_visible()
    assert Axe().run(builder, options=RULES).response["violations"] == []
    builder.get_by_role("button", name="Save").click()
    expect(builder.get_by_role("cell", name=says)).to_be_visible()
    builder.goto(f"{site}/till")
    builder.get_by_label("Line 1: goods").fill("tea")
    builder.get_by_label("Line 1: quantity").fill("1")
    builder.get_by_label("Line 1: price").fill("90")
    priced = builder.locator("#priced")
    builder.get_by_label("Customer", exact=True).fill("anna@example.test")
    expect(priced.get_by_text("For Anna: −£10.00")).to_be_visible()
    builder.get_by_label("Customer", exact=True).fill("boris@example.test")
    expect(priced.get_by_text("90.00").first).to_be_visible()
    expect(priced.get_by_text("For Anna")).to_have_count(0)
    builder.goto(f"{site}/promotions/1")
    expect(whom.get_by_text(says)).to_be_visible()
