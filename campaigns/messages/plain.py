"""The text alternative of a letter: what a reader without HTML sees."""

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(("p", "div", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "hr"))
_UNSEEN = frozenset(("mj-head", "style", "script", "title"))
_LINKS = frozenset(("a", "mj-button", "mj-navbar-link"))
_LINE, _PARAGRAPH = "\1", "\2"


def text_of(mjml: str) -> str:
    """The words of an MJML letter, blank lines between paragraphs; links are followed by their address."""
    reader = _Reader()
    reader.feed(mjml)
    reader.close()
    words = re.sub(r"[ \t\r\n]+", " ", "".join(reader.parts))
    paragraphs = (
        "\n".join(line.strip() for line in paragraph.split(_LINE)).strip() for paragraph in words.split(_PARAGRAPH)
    )
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def _is_block(tag: str) -> bool:
    return tag in _BLOCKS or tag.startswith("mj-")


class _Reader(HTMLParser):
    """Gathers words, with marks where lines and paragraphs end."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._unseen = 0
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "br":
            self.parts.append(_LINE)
        elif _is_block(tag):
            self.parts.append(_PARAGRAPH)
        if tag in _LINKS:
            self._links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen -= 1
        elif tag in _LINKS and self._links:
            address = self._links.pop()
            if address.startswith(("http://", "https://", "mailto:")):
                self.parts.append(f" ({address})")
        if _is_block(tag):
            self.parts.append(_PARAGRAPH)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data.replace(_LINE, "").replace(_PARAGRAPH, ""))
