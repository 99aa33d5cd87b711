"""What letters fetch and follow: the picture that tells of an opening, and links that are counted on their way.

Anybody may ask for them, without signing in: what is signed is counted, nothing else happens. No cookie is set, and
nothing is kept of who asked.
"""

from base64 import b64decode
from collections.abc import Callable

import structlog
from flask import Blueprint, current_app, g, redirect, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from campaigns.messages.openings import is_known, record_click, record_opening
from campaigns.messages.tracked_letters import URL_MAX, numbers_of
from campaigns.messages.tracking import tracking
from loyalty_core.database import is_passing
from loyalty_core.i18n import gettext
from web.session import moment

counted_links = Blueprint("counted_links", __name__)

# One transparent point.
_PICTURE = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_FETCHED_AHEAD = ("Purpose", "Sec-Purpose", "X-Purpose", "X-Moz")

_log = structlog.get_logger()


@counted_links.get("/o/<token>.gif")
def picture(token: str) -> Response:
    """The picture of a letter: it is shown whatever the token is, and counted once where that is right."""
    found = numbers_of(tracking(g.session).key, token)
    if found:
        (message_id,) = found
        if not is_known(g.session, message_id):
            _count(lambda session: record_opening(session, message_id, moment()))
    return _fresh(Response(_PICTURE, status=200 if found else 404, mimetype="image/gif"))


@counted_links.get("/l/<token>")
def link(token: str) -> Response:
    """On to where a link of a letter leads; nowhere where its address was not signed here."""
    url = request.args.get("to", "")
    found = numbers_of(tracking(g.session).key, token, url) if 0 < len(url) <= URL_MAX else None
    if found is None:
        # In plain words: a page of the application would set a cookie.
        words = gettext("This address leads nowhere: it is cut short, perhaps. Follow the link in the letter again.")
        return _fresh(Response(words, status=404, mimetype="text/plain"))
    message_id, number = found
    if not is_known(g.session, message_id, number):
        _count(lambda session: record_click(session, message_id, number, url, moment()))
    return _fresh(redirect(url))


def _count(write: Callable[[Session], None]) -> None:
    """Write it down, where a person asked and counting is on. Who follows a link gets there whatever comes of it."""
    if request.method == "HEAD" or _is_fetched_ahead() or not tracking(g.session).is_on:
        return
    try:
        with current_app.extensions["database"].begin() as session:
            write(session)
    except DBAPIError as error:
        if not is_passing(error):
            raise
        _log.warning("letter not counted", error=str(error.orig))


def _is_fetched_ahead() -> bool:
    """Whether a program says that it fetches before a person asks for it."""
    told = " ".join(request.headers.get(name, "") for name in _FETCHED_AHEAD).lower()
    return "prefetch" in told or "preview" in told


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
