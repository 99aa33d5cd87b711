"""Pages in a real browser: no accessibility rule is broken, nothing scrolls sideways, keys work."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FilePayload, Page, expect

from loyalty_core.database import Database
from segmenter.rfm.calculation import calculate_next
from segmenter.rfm.claims import request
from segmenter.rfm.settings import begun
from tests.support.application import LiveApplication
from tests.web.pages.conftest import Shop

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


def _sign_in(page: Page, live_app: LiveApplication) -> None:
    page.goto(f"{live_app.url}/sign-in")
    page.get_by_label("E-mail").fill(live_app.email)
    page.get_by_label("Password").fill(live_app.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Campaigns", exact=True)).to_be_visible()
    # Keys work once the page's script has run.
    page.wait_for_load_state()


def _set_up_loyalty(page: Page, live_app: LiveApplication) -> None:
    """A programme of three tiers and a group that follows it, as somebody types them in."""
    page.goto(f"{live_app.url}/programmes/new")
    page.get_by_label("Name").fill("Savings")
    for tier, (above, percent) in enumerate([("", "2"), ("1000", "3"), ("3000", "5")], 1):
        if above:
            page.get_by_label(f"Tier {tier}: bought for more than").fill(above)
        page.get_by_label(f"Tier {tier}: bonuses, percent").fill(percent)
    page.get_by_label("They burn").fill("90")
    expect(page.locator("#example").get_by_text("50.00", exact=True)).to_be_visible()
    page.get_by_role("button", name="Save").click()
    page.goto(f"{live_app.url}/customer-groups/new")
    page.get_by_label("Name").fill("New customers")
    page.get_by_label("Programme").select_option("1")
    page.get_by_label("Default").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="New customers")).to_be_visible()
    page.goto(f"{live_app.url}/tags/new")
    page.get_by_label("Name").fill("Friend of the house")
    page.get_by_role("button", name="Save").click()
    page.goto(f"{live_app.url}/attributes/new")
    page.get_by_label("Name").fill("Wedding")
    page.get_by_label("Key for programs").fill("wedding")
    page.get_by_label("day", exact=True).check()
    page.get_by_role("button", name="Save").click()
    page.goto(f"{live_app.url}/lists/new")
    text = b"Guest;Phone\nAnna;+44 7700 900014\nBen;42\n"
    guests: FilePayload = {"name": "guests.csv", "mimeType": "text/csv", "buffer": text}
    page.get_by_label("File").set_input_files(guests)
    page.get_by_role("button", name="Look whom it names").click()
    page.get_by_role("button", name="Save the list of 1 customer").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download", exact=True).click()
    assert download.value.suggested_filename == "guests.xlsx"
    page.goto(f"{live_app.url}/customers?q=anna")
    page.get_by_role("button", name="Act on these customers").click()
    page.wait_for_url("**/selections/1")
    page.goto(f"{live_app.url}/promo-codes/new")
    page.get_by_label("Name").fill("Spring")
    page.get_by_role("button", name="Save").click()
    page.get_by_label("Add codes").fill("SPRING-1\nno/code")
    page.get_by_role("button", name="Add the codes").click()
    expect(page.get_by_text("Line 2: “no/code” is no code")).to_be_visible()
    page.get_by_role("link", name="New promotion for it").click()
    page.get_by_label("Name").fill("Ten off")
    page.get_by_label("or a fixed amount").fill("10")
    expect(page.locator("#example").get_by_text("990.00", exact=True)).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("a code of “Spring”")).to_be_visible()


@pytest.fixture(params=[("light", 1440), ("dark", 768), ("dark", 390)], ids=lambda each: f"{each[0]}-{each[1]}")
def sized_page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page of some width in one of the themes."""
    theme, width = request.param
    with browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme) as context:
        yield context.new_page()


def test_pages_break_no_rule_of_accessibility(
    sized_page: Page, live_app: LiveApplication, shop: Shop, database: Database
) -> None:
    with database.begin() as session:
        request(session, begun(session), datetime.now(UTC))
    calculate_next(database, datetime.now(UTC))
    _sign_in(sized_page, live_app)
    _set_up_loyalty(sized_page, live_app)
    paths = [
        *("/campaigns", "/campaigns?q=zzz", "/runs", f"/runs/{shop.run}?node=n2&way=in", "/messages"),
        *(f"/messages/{shop.letter}", "/customers", f"/customers/{shop.anna}", "/segments", "/bonus-types"),
        *("/segments/1", f"/customers/{shop.anna}/segments", "/segments?q=zzz"),
        *("/rfm", "/rfm/settings", "/rfm/settings/new", "/segments/new?tree=%7B%22all%22%3A%5B%5D%7D"),
        *(
            "/bonus-types/new",
            "/programmes/new",
            "/programmes/1",
            "/programmes/1/referral",
            "/tags",
            "/tags/new",
            f"/customers/{shop.boris}/merge?who=RU-204417",
            "/programmes/1/joining",
            "/programmes/1/notices",
            "/programmes",
            "/customer-groups/new",
            "/customer-groups/1",
            "/customer-groups/1/notices",
            "/customer-groups",
            "/promotions/new",
            "/promotions/1",
            "/promotions",
            "/promo-codes/new",
            "/promo-codes/1",
            "/promo-codes",
            "/till?who=RU-204417",
            "/purchases/1",
            "/cashier-hints",
            "/cashier-hints/new",
            "/outlets",
            "/settings",
            "/settings/letters",
            "/settings/sms",
            "/settings/tracking",
            "/settings/letters/1",
            "/settings/api-keys",
        ),
        *("/selections", "/selections/1", "/selections/1?q=zzz"),
        *("/lists", "/lists/new", "/lists/files/1", "/lists/1", "/downloads/1"),
        *("/attributes", "/attributes/new", "/attributes/1", f"/customers/{shop.anna}/attributes"),
        *("/find?q=a", "/nothing-here", "/customers/new", f"/customers/{shop.anna}/editing", "/customers?waiting=1"),
    ]
    broken = {}
    for path, page in _settled(sized_page, live_app.url, paths):
        found = Axe().run(page, options=RULES).response["violations"]
        violations = [(each["id"], each["nodes"][0]["html"][:120]) for each in found]
        too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if violations or too_wide:
            broken[path] = violations, too_wide
    assert broken == {}


def _settled(page: Page, url: str, paths: list[str]) -> Iterator[tuple[str, Page]]:
    """Each page once its scripts have asked for nothing more; the next one comes to rest in a second tab meanwhile."""
    here, ahead = page, page.context.new_page()
    here.goto(url + paths[0])
    for path, following in zip(paths, [*paths[1:], None], strict=True):
        if following:
            ahead.goto(url + following)
        here.wait_for_load_state("networkidle")
        yield path, here
        here, ahead = ahead, here


def test_a_date_is_never_cut_by_its_field(sized_page: Page, live_app: LiveApplication, shop: Shop) -> None:
    _sign_in(sized_page, live_app)
    for path in ("/bonus-types/new", "/rfm/settings", "/outlets", "/programmes/new", f"/customers/{shop.anna}/editing"):
        sized_page.goto(live_app.url + path)
        dates = sized_page.locator("input[type=date], input[type=time]").all()
        narrow = [each.get_attribute("name") for each in dates if each.evaluate("it => it.offsetWidth") < 110]
        assert narrow == [], path


def test_at_a_phone_a_cashier_can_read_the_goods_they_type(page: Page, live_app: LiveApplication) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    _sign_in(page, live_app)
    page.goto(f"{live_app.url}/till")
    goods = page.get_by_label("Line 1: goods").bounding_box()
    assert goods is not None
    assert goods["width"] >= 90


def test_the_head_of_a_card_holds_all_that_stands_in_it(page: Page, live_app: LiveApplication, shop: Shop) -> None:
    _sign_in(page, live_app)
    page.goto(f"{live_app.url}/outlets")
    label = page.get_by_text("who owes the bonuses, at the end of").bounding_box()
    head = page.get_by_role("heading", name="Legal entities", exact=True).bounding_box()
    assert label is not None
    assert head is not None
    assert label["y"] >= head["y"] + head["height"]


def test_the_tick_in_the_head_ticks_the_page_for_a_tag(page: Page, live_app: LiveApplication, shop: Shop) -> None:
    _sign_in(page, live_app)
    _set_up_loyalty(page, live_app)
    page.goto(f"{live_app.url}/customers")
    page.get_by_label("Tick all of this page").check()
    page.get_by_label("Tick Clara West").uncheck()
    page.get_by_label("Tag", exact=True).select_option("1")
    page.get_by_role("button", name="Add tag").click()
    expect(page.get_by_text("“Friend of the house” is on 2 more customers")).to_be_visible()


def test_slash_finds_and_a_letter_after_g_goes(page: Page, live_app: LiveApplication, shop: Shop) -> None:
    _sign_in(page, live_app)
    page.keyboard.press("/")
    page.keyboard.type("Bell")
    page.get_by_role("dialog").get_by_role("link", name="Anna Bell").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/customers/{shop.anna}")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/segments")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_chosen_theme_is_kept(page: Page, live_app: LiveApplication) -> None:
    _sign_in(page, live_app)
    page.get_by_role("button", name="theme and sign-out").click()
    page.get_by_role("button", name="Dark").click()
    page.goto(f"{live_app.url}/runs")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_lot_opens_its_movements(page: Page, live_app: LiveApplication, shop: Shop) -> None:
    _sign_in(page, live_app)
    page.goto(f"{live_app.url}/customers/{shop.anna}")
    movements = page.get_by_role("button", name="Movements of this lot")
    expect(page.get_by_text("Accrued", exact=False).last).to_be_visible()
    expect(movements).to_have_attribute("aria-expanded", "true")
    movements.click()
    expect(movements).to_have_attribute("aria-expanded", "false")
    expect(page.locator("tr.ent")).to_be_hidden()


def test_the_example_of_a_bonus_type_follows_what_is_typed(page: Page, live_app: LiveApplication) -> None:
    _sign_in(page, live_app)
    page.goto(f"{live_app.url}/bonus-types/new")
    page.get_by_label("on a day of the year").check()
    page.get_by_label("Day", exact=True).select_option("31")
    expect(page.locator("#example")).to_contain_text("burns 31 January")
