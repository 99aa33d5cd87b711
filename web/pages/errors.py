"""What a reader sees when a page cannot be shown: what did not happen, what is safe, what to do."""

from collections.abc import Callable

from flask import Flask, current_app, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, IntegrityError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from loyalty_core.database import is_passing
from loyalty_core.errors import Conflict, Merged, NotFound, Refused
from loyalty_core.i18n import gettext
from web.merged import moved_status, moved_to

DomainError = NotFound | Conflict | Refused


def answer_errors(app: Flask) -> None:
    """Register the error pages; what is under `/api/` is left to the API's own handlers."""
    app.register_error_handler(HTTPException, _http)
    for kind, status in ((NotFound, 404), (Conflict, 409), (Refused, 400)):
        app.register_error_handler(kind, _domain(status))
    app.register_error_handler(Merged, lambda error: redirect(moved_to(error), moved_status()))
    app.register_error_handler(DBAPIError, _database)


def _http(error: HTTPException) -> Response | HTTPException | tuple[str, int]:
    if request.path.startswith("/api/") or error.code is None or error.code < 400:
        return error
    parent = request.path.rpartition("/")[0]
    if error.code == 405 and request.method == "GET" and parent:
        # A refused form leaves its own address in the browser; opened again, it leads to the page of the form.
        return redirect(parent)
    if isinstance(error, CSRFError):
        return _page(
            400, gettext("This form has grown old"), gettext("Nothing was changed. Reload the page and try again.")
        )
    known = {
        403: (gettext("This page is not for you"), gettext("Ask an administrator to open it to you.")),
        404: (gettext("There is no such page"), gettext("It may have been deleted, or the address is cut short.")),
        413: (gettext("That is too large"), gettext("Nothing was changed. A file may have 15 MB: divide it.")),
        500: (
            gettext("The page could not be made"),
            gettext("Nothing was changed. Try again; if it stays so, tell an engineer the time and the address."),
        ),
    }
    title, text = known.get(error.code, (gettext("The request could not be taken"), gettext("Nothing was changed.")))
    return _page(error.code, title, text)


def _domain(status: int) -> Callable[[DomainError], tuple[str, int]]:
    def handle(error: DomainError) -> tuple[str, int]:
        title = gettext("There is no such thing") if status == 404 else gettext("That could not be done")
        return _page(status, title, str(error.message))

    return handle


def _database(error: DBAPIError) -> tuple[str, int] | tuple[str, int, dict[str, str]]:
    """A lock that was not freed in time, a deadlock, a database that is away: the same may succeed in a moment.

    Pages check what they are told; what a constraint still refuses has changed between the check and the write.
    """
    if isinstance(error, IntegrityError):
        title = gettext("Somebody else changed this at the same moment")
        return _page(409, title, gettext("Nothing was changed. Go back, reload the page and try again."))
    if not is_passing(error):
        raise error
    current_app.logger.warning("The database refused: %s", error.orig)
    title = gettext("The database is busy")
    return *_page(503, title, gettext("Nothing was changed. Try again in a moment.")), {"Retry-After": "1"}


def _page(status: int, title: str, text: str) -> tuple[str, int]:
    return render_template("error.html", title=title, text=text, status=status), status
