"""Letters whose opening and links are counted: what is put in, what stays, and which addresses are known again."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from campaigns.messages.letters import Letter, preview
from campaigns.messages.tracked_letters import Tracker, numbers_of, token_of

KEY = "5e" * 32
TRACKER = Tracker("https://bonus.example/catena", KEY)


def tracked(html: str) -> str:
    letter = TRACKER.letter(412, Letter("Hello", html, "Hello: https://shop.example/tea"))
    assert letter.text == "Hello: https://shop.example/tea"
    return letter.html


def test_links_lead_over_the_installation_and_a_picture_tells_of_the_opening() -> None:
    html = tracked(
        "<body><a href=\"https://shop.example/tea?a=1&amp;b=2\">Tea</a> <a href='http://x.example'>X</a></body>"
    )
    first, second = (unescape(url) for url in re.findall(r'<a href="([^"]+)"', html))
    assert first.startswith("https://bonus.example/catena/l/412-1-")
    parts = urlsplit(first)
    (target,) = parse_qs(parts.query)["to"]
    assert target == "https://shop.example/tea?a=1&b=2"
    assert numbers_of(KEY, parts.path.rpartition("/")[2], target) == (412, 1)
    assert "/l/412-2-" in second
    picture = re.search(r'<img src="https://bonus.example/catena/o/([^"]+)\.gif" [^>]*></body>', html)
    assert picture is not None
    assert numbers_of(KEY, picture[1]) == (412,)


@pytest.mark.parametrize(
    "link",
    [
        "mailto:a@example.test",
        "tel:+447700900014",
        "#top",
        "/tea",
        "https://shop.example/Unsubscribe?me=1",
        "https://shop.example:99999/",
        "https://shop..example/",
        "https://[shop.example/",
        "https://",
        "javascript:alert(1)",
        "https://shop.example/\x07",
        "https://shop.example/" + "a" * 2000,
    ],
    ids=lambda link: link[:30],
)
def test_what_cannot_or_should_not_be_counted_stays_as_it_is(link: str) -> None:
    assert f'<a class="b" href="{link}">there</a>' in tracked(f'<a class="b" href="{link}">there</a>')


def test_links_of_a_letter_in_mjml_are_counted_too() -> None:
    letter = preview(
        "Hello",
        '<mjml><mj-body><mj-section><mj-column><mj-button href="https://shop.example/tea">Tea</mj-button>'
        "</mj-column></mj-section></mj-body></mjml>",
    )
    html = TRACKER.letter(7, letter).html
    assert "https://bonus.example/catena/l/7-1-" in html
    assert 'href="https://shop.example' not in html
    assert html.index("/o/7-") < html.index("</body>")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "-",
        "412",
        "412-1",
        "412-1-",
        "412-2-{mac}",
        "0412-1-{mac}",
        "412-1-{mac}0",
        "ü-{mac}",
        "412-1-\udce9",
        "a" * 999,
    ],
)
def test_a_token_that_was_not_signed_is_of_nothing(token: str) -> None:
    mac = token_of(KEY, 412, 1, url="https://shop.example").rpartition("-")[2]
    assert numbers_of(KEY, token.format(mac=mac), "https://shop.example") is None


def test_a_token_holds_for_its_address_and_its_key_only() -> None:
    token = token_of(KEY, 412, 1, url="https://shop.example")
    assert numbers_of(KEY, token, "https://shop.example") == (412, 1)
    assert numbers_of(KEY, token, "https://evil.example") is None
    assert numbers_of("6f" * 32, token, "https://shop.example") is None
    assert numbers_of("", token_of("", 412), "") is None
