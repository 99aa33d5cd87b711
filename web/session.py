"""One database session a request: GET and HEAD read, the others write and commit once, if the answer is a success.

A view that has long to read before it writes has two: see `reads_first`.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from flask import Flask, Response, abort, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.local import LocalProxy

View = TypeVar("View", bound=Callable[..., Any])

# For libraries that want a session object at start-up.
session = cast(Session, LocalProxy(lambda: g.session))


def only_reads(view: View) -> View:
    """Mark a view that answers a POST without changing anything, so that it takes no write lock."""
    view.only_reads = True  # type: ignore[attr-defined]
    return view


def reads_first(view: View) -> View:
    """Mark a view that reads, and then calls `begin_writing`: on SQLite nobody else can write while a request does."""
    view.reads_first = True  # type: ignore[attr-defined]
    return view


def begin_writing() -> None:
    """What `g.session` does from now on is committed if the answer is a success; what was read before stays as it is.

    A write that has been done already (see `web.api.idempotency`) is answered again at this place.
    """
    # Ended, not closed: what it has read (who is signed in, say) may be asked for more.
    g.session.commit()
    g.session_before, g.session = g.session, current_app.extensions["database"].session(writing=True)
    g.writing = True
    known = g.pop("when_writing", lambda: None)()
    if known is not None:
        abort(known)


def stop_writing() -> None:
    """Back to reading: of what was done since `begin_writing` nothing is kept."""
    if "session_before" in g:
        g.session.close()
        g.session, g.writing = g.pop("session_before"), False


def moment() -> datetime:
    """The moment of this request, aware UTC: one and the same for all that the request does."""
    if "moment" not in g:
        g.moment = datetime.now(UTC)
    return cast(datetime, g.moment)


def open_sessions(app: Flask) -> None:
    """Give each request of `app` its `g.session`, on `app.extensions["database"]`."""

    @app.before_request
    def begin() -> None:
        reads = request.method in ("GET", "HEAD", "OPTIONS") or _is_marked("only_reads")
        g.writes_later = not reads and _is_marked("reads_first")
        g.writing = not reads and not g.writes_later
        g.session = current_app.extensions["database"].session(writing=g.writing)

    @app.after_request
    def commit(response: Response) -> Response:
        if g.get("writing") and response.status_code < 400:
            g.session.commit()
        return response

    @app.teardown_request
    def close(_error: BaseException | None) -> None:
        for name in ("session", "session_before"):
            found: Session | None = g.pop(name, None)
            if found is not None:
                found.close()


def _is_marked(mark: str) -> bool:
    if request.endpoint is None:
        return True
    view: Any = current_app.view_functions[request.endpoint]
    view = getattr(getattr(view, "view_class", None), request.method.lower(), view)
    return bool(getattr(view, mark, False))
