"""Letters with a picture that tells of their opening, and with links that are counted on their way.

The addresses carry all that is needed, signed: the message, the number of the link, and where it leads. So nobody can
make one up, and a link leads to its target even where the message is gone.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from html import escape, unescape
from itertools import count
from urllib.parse import quote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.campaign_settings import never_tracks
from campaigns.campaigns import CampaignVersion
from campaigns.messages.letters import Letter
from campaigns.messages.tracking import tracking
from campaigns.runtime.rows import Run
from loyalty_core.database import id_set
from loyalty_core.settings import Settings

URL_MAX = 2000
# Who wants no more letters should not be counted on the way out.
_UNCOUNTED = "unsubscribe"
_MAC_HEX = 32

_LINK = re.compile(r"""<a\b(?:[^<>"']|"[^"]*"|'[^']*')*>""", re.IGNORECASE)
_HREF = re.compile(r"""(\shref\s*=\s*)("[^"]*"|'[^']*')""", re.IGNORECASE)


@dataclass(frozen=True)
class Tracker:
    """Makes letters tell of themselves, at the public `address` of the installation."""

    address: str
    key: str

    def letter(self, message_id: int, letter: Letter) -> Letter:
        """The letter as it leaves; its plain text stays as it is."""
        numbers = count(1)

        def counted(url: str) -> str:
            token = token_of(self.key, message_id, next(numbers), url=url)
            return f"{self.address}/l/{token}?to={quote(url, safe='')}"

        html = _LINK.sub(lambda tag: _HREF.sub(lambda href: _leading(href, counted), tag[0], count=1), letter.html)
        source = f"{self.address}/o/{token_of(self.key, message_id)}.gif"
        picture = f'<img src="{escape(source)}" width="1" height="1" alt="" style="display:block;border:0">'
        before, end, after = html.rpartition("</body>")
        return replace(letter, html=f"{before}{picture}{end}{after}" if end else f"{html}{picture}")


def trackers(session: Session, settings: Settings, runs: Collection[int]) -> dict[int, Tracker]:
    """What letters of these runs get: nothing where their campaign never counts, where counting is off, or where the
    installation has no public address."""
    switch = tracking(session)
    if not switch.is_on or not settings.public_url:
        return {}
    tracker = Tracker(settings.public_url.rstrip("/"), switch.key)
    return dict.fromkeys(set(runs) - never_tracked(session, runs), tracker)


def never_tracked(session: Session, runs: Collection[int]) -> set[int]:
    """Those of these runs whose campaign, as it was when they started, never counts openings and clicks."""
    versions = select(Run.id, CampaignVersion.settings).join(CampaignVersion, CampaignVersion.id == Run.version_id)
    found = session.execute(versions.where(Run.id.in_(id_set(session, runs))))
    return {run_id for run_id, settings in found if never_tracks(settings)}


def token_of(key: str, *numbers: int, url: str = "") -> str:
    """The numbers and their signature, which covers the address too: "12-3-9f…"."""
    told = "-".join(map(str, numbers))
    return f"{told}-{_signature(key, told, url)}"


def numbers_of(key: str, token: str, url: str = "") -> tuple[int, ...] | None:
    """The numbers of a token that this key signed, together with the address; None of any other."""
    told, _dash, signature = token.rpartition("-")
    right = _signature(key, told, url)
    if not key or not hmac.compare_digest(signature.encode("utf-8", "replace"), right.encode()):
        return None
    return tuple(map(int, told.split("-")))


def _signature(key: str, told: str, url: str) -> str:
    signed = f"{told} {url}".encode("utf-8", "replace")
    return hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()[:_MAC_HEX]


def _leading(href: "re.Match[str]", counted: Callable[[str], str]) -> str:
    """The attribute with a counted address in place of its own, where that one can be counted."""
    url = unescape(href[2][1:-1]).strip()
    return f'{href[1]}"{escape(counted(url))}"' if _can_be_counted(url) else href[0]


def _can_be_counted(url: str) -> bool:
    """Whether it is a whole address of a page (not mailto: or tel:), and not the way to unsubscribe."""
    if len(url) > URL_MAX or not url.isprintable() or _UNCOUNTED in url.lower():
        return False
    try:
        parts = urlsplit(url)
        # A name or a port that cannot be one is told of when it is asked for.
        return parts.scheme in ("http", "https") and bool((parts.hostname or "").encode("idna")) and parts.port != 0
    except ValueError:
        return False
