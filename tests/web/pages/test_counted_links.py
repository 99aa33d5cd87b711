"""A letter that went over SMTP: its picture and links are asked for over HTTP, and the operator sees what came back."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from campaigns.messages.rows import Message, MessageClick, MessageOpening
from campaigns.messages.tracking import set_tracking
from loyalty_core.database import Database
from loyalty_core.events import Event
from loyalty_core.settings import Settings
from tests.campaigns.messages.conftest import Chain
from tests.support.application import LiveApplication
from tests.support.smtp_sink import SmtpSink
from tests.web.api.conftest import Program
from tests.web.pages.conftest import Reader

BODY = """<mjml><mj-body><mj-section><mj-column>
<mj-text>Hello <a href="https://shop.example/tea?a=1&amp;b=2">tea</a> <a href="https://shop.example/unsubscribe">no</a>
</mj-text><mj-button href="https://shop.example/cups">Cups</mj-button></mj-column></mj-section></mj-body></mjml>"""


@dataclass(frozen=True)
class Post:
    """A letter as it came, and the application that its addresses lead to."""

    database: Database
    live: LiveApplication
    message: int
    html: str
    text: str

    @property
    def picture(self) -> str:
        (found,) = re.findall(r'<img src="https://bonus\.example(/o/[^"]+)"', self.html)
        return str(found)

    @property
    def links(self) -> list[str]:
        return [unescape(url) for url in re.findall(r'href="https://bonus\.example(/l/[^"]+)"', self.html)]

    def fetch(self, path: str, method: str = "GET", **headers: str) -> HTTPResponse:
        connection = HTTPConnection(urlsplit(self.live.url).netloc, timeout=10)
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        return connection.getresponse()

    def counted(self) -> tuple[int, ...]:
        """How many openings, letters with a click, and links that were followed are written down."""
        counts = (
            select(func.count()).select_from(MessageOpening),
            select(func.count(MessageOpening.clicked_at)),
            select(func.count()).select_from(MessageClick),
        )
        with self.database.read() as session:
            return tuple(session.scalar(count) or 0 for count in counts)


@pytest.fixture(autouse=True)
def public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://bonus.example/")


@pytest.fixture
def post(database: Database, settings: Settings, smtp_sink: SmtpSink, live_app: LiveApplication) -> Post:
    with database.begin() as session:
        set_tracking(session, is_on=True)
    chain = Chain(database, settings)
    chain.publish({"subject": "Tea", "body": BODY})
    (message,) = chain.queue("anna")
    chain.deliver(smtp_sink.url)
    (letter,) = smtp_sink.letters
    html, text = (letter.message.get_body((kind,)) for kind in ("html", "plain"))
    assert html is not None
    assert text is not None
    return Post(database, live_app, message, html.get_content(), text.get_content())


def test_the_first_opening_is_counted_once(post: Post) -> None:
    for _ in range(2):
        answer = post.fetch(post.picture)
        assert (answer.status, answer.headers["Content-Type"]) == (200, "image/gif")
        assert answer.headers["Set-Cookie"] is None
        assert answer.headers["Cache-Control"] == "no-store"
    assert post.counted() == (1, 0, 0)
    with post.database.read() as session:
        (event,) = session.scalars(select(Event).where(Event.kind.like("message.%")))
        assert (event.kind, event.properties["message"]) == ("message.opened", post.message)


def test_a_click_leads_on_and_tells_of_an_opening_too(post: Post) -> None:
    tea, cups = post.links
    for link, target in ((tea, "https://shop.example/tea?a=1&b=2"), (tea, None), (cups, "https://shop.example/cups")):
        answer = post.fetch(link)
        assert (answer.status, answer.headers["Set-Cookie"]) == (302, None)
        assert target is None or answer.headers["Location"] == target
    assert post.counted() == (1, 1, 2)
    assert 'href="https://shop.example/unsubscribe"' in post.html
    assert "https://shop.example/tea?a=1&b=2" in post.text
    assert "bonus.example" not in post.text


def test_of_many_clicks_at_once_one_is_counted_and_all_lead_on(post: Post) -> None:
    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(lambda _: post.fetch(post.links[0]).status, range(16)))
    assert answers == [302] * 16
    assert post.counted() == (1, 1, 1)
    with post.database.read() as session:
        told = session.scalars(select(Event.kind).where(Event.kind.like("message.%")).order_by(Event.kind)).all()
    assert told == ["message.clicked", "message.opened"]


def test_forged_addresses_count_nothing_and_lead_nowhere(post: Post) -> None:
    token, target = post.links[0].split("?to=")
    other = post.picture.rpartition("-")[0].replace(f"/{post.message}", "/999") + "-" + "0" * 32 + ".gif"
    for path in (
        f"{token}?to=https%3A%2F%2Fevil.example",
        token,
        f"{token[:-1]}x?to={target}",
        "/l/1?to=%00",
        "/l/%FF?to=a",
    ):
        answer = post.fetch(path)
        assert (answer.status, answer.headers["Location"], answer.headers["Set-Cookie"]) == (404, None, None)
    for path in (other, "/o/x.gif", "/o/1-2-3.gif", "/o/%C3%BC-%FF.gif"):
        answer = post.fetch(path)
        assert (answer.status, answer.headers["Content-Type"]) == (404, "image/gif")
        assert answer.read().startswith(b"GIF89a")
    assert post.fetch(post.picture, "POST").status == 405
    assert post.counted() == (0, 0, 0)


def test_programs_that_look_ahead_are_not_counted(post: Post) -> None:
    for told in ({"Purpose": "prefetch"}, {"Sec_Purpose": "prefetch;prerender"}, {"X_Purpose": "preview"}):
        assert post.fetch(post.picture, **told).status == 200
        assert post.fetch(post.links[0], **told).status == 302
    assert post.fetch(post.links[0], "HEAD").status == 302
    assert post.fetch(post.picture, "HEAD").status == 200
    assert post.counted() == (0, 0, 0)


def test_letters_of_a_campaign_that_never_counts_leave_as_they_are_written(
    database: Database, settings: Settings, smtp_sink: SmtpSink, reader: Reader
) -> None:
    with database.begin() as session:
        set_tracking(session, is_on=True)
    chain = Chain(database, settings)
    letter = {"subject": "Tea", "body": BODY}
    chain.publish(letter, tracking="never")
    quiet = chain.run_id
    chain.queue("anna")
    chain.publish(letter, tracking="as_organisation")
    chain.queue("boris")
    # One claim carries the letters of both.
    assert chain.deliver(smtp_sink.url) == 2
    bodies = [each.message.get_body(("html",)) for each in smtp_sink.letters]
    written, counted = (body.get_content() for body in bodies if body)
    assert "bonus.example" not in written
    assert "https://shop.example/cups" in written
    assert "https://bonus.example/l/" in counted
    assert "https://bonus.example/o/" in counted
    assert "so say the settings of the campaign" in reader.get(f"/runs/{quiet}")
    assert "so say the settings of the campaign" not in reader.get(f"/runs/{chain.run_id}")


def test_links_lead_on_when_counting_has_been_turned_off(post: Post) -> None:
    with post.database.begin() as session:
        set_tracking(session, is_on=False)
    assert post.fetch(post.links[1]).headers["Location"] == "https://shop.example/cups"
    assert post.fetch(post.picture).status == 200
    assert post.counted() == (0, 0, 0)


def test_links_lead_on_when_the_message_is_gone(post: Post) -> None:
    with post.database.begin() as session:
        session.delete(session.get_one(Message, post.message))
    assert post.fetch(post.links[1]).headers["Location"] == "https://shop.example/cups"
    assert post.fetch(post.picture).status == 200
    assert post.counted() == (0, 0, 0)


def test_the_operator_sees_what_came_back(post: Post, reader: Reader) -> None:
    page = reader.get(f"/messages/{post.message}")
    assert "Opened" not in page
    assert "bonus.example" not in page
    post.fetch(post.links[0])
    page = reader.get(f"/messages/{post.message}")
    assert "<dt>Opened</dt>" in page
    assert '<div class="s t3">https://shop.example/tea?a=1&amp;b=2</div>' in page
    assert "clicked " in reader.get("/messages?status=opened")
    run = re.search(r'href="/runs/(\d+)"', page)
    assert run is not None
    numbers = reader.get(f"/runs/{run[1]}")
    assert 'data-n="letters-opened">1<' in numbers
    assert 'data-n="letters-clicked">1<' in numbers
    customer = re.search(r'href="/customers/(\d+)"', page)
    assert customer is not None
    assert "clicked " in reader.get(f"/customers/{customer[1]}")


def test_programs_see_what_came_back(post: Post, client: FlaskClient) -> None:
    api = Program(client, post.live.api_key)
    shown = api.get(f"/messages/{post.message}")
    assert (shown["opened_at"], shown["clicked_at"], shown["clicks"]) == (None, None, [])
    assert api.get("/messages?status=clicked")["items"] == []
    tree = {"condition": "messages_opened", "op": "ge", "value": 1, "within": {"last_days": 7}}
    assert api.post("/segments/preview", {"tree": tree}, 200)["count"] == 0
    post.fetch(post.links[1])
    assert api.post("/segments/preview", {"tree": tree}, 200)["count"] == 1
    shown = api.get(f"/messages/{post.message}")
    assert [click["url"] for click in shown["clicks"]] == ["https://shop.example/cups"]
    assert shown["opened_at"] == shown["clicked_at"] == shown["clicks"][0]["at"]
    assert [each["id"] for each in api.get("/messages?status=clicked")["items"]] == [post.message]
    assert api.get(f"/runs/{shown['run']}")["letters"] == {"sent": 1, "opened": 1, "clicked": 1}
    (activity,) = api.get(f"/customers/{shown['customer']['id']}/activities")["items"]
    assert activity["clicked_at"] == shown["clicked_at"]
