"""One database session a request: GET and HEAD read, the others write and commit once, if the answer is a success."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.local import LocalProxy

View = TypeVar("View", bound=Callable[..., Any])

# For libraries that want a session object at start-up.
session = cast(Session, LocalProxy(lambda: g.session))


def only_reads(view: View) -> View:
    """Mark a view that answers a POST without changing anything, so that it takes no write lock."""
    view.only_reads = True  # type: ignore[attr-defined]
    return view


def moment() -> datetime:
    """The moment of this request, aware UTC: one and the same for all that the request does."""
    if "moment" not in g:
        g.moment = datetime.now(UTC)
    return cast(datetime, g.moment)


def open_sessions(app: Flask) -> None:
    """Give each request of `app` its `g.session`, on `app.extensions["database"]`."""

    @app.before_request
    def begin() -> None:
        g.writing = request.method not in ("GET", "HEAD", "OPTIONS") and not _only_reads()
        g.session = current_app.extensions["database"].session(writing=g.writing)

    @app.after_request
    def commit(response: Response) -> Response:
        if g.get("writing") and response.status_code < 400:
            g.session.commit()
        return response

    @app.teardown_request
    def close(_error: BaseException | None) -> None:
        found: Session | None = g.pop("session", None)
        if found is not None:
            found.close()


def _only_reads() -> bool:
    if request.endpoint is None:
        return True
    view: Any = current_app.view_functions[request.endpoint]
    view = getattr(getattr(view, "view_class", None), request.method.lower(), view)
    return bool(getattr(view, "only_reads", False))
