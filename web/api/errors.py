"""How the API refuses: `{"errors": [{"where": "lines.0.price", "message": "…"}]}` with a 4xx."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from flask import Response, current_app, jsonify
from marshmallow import Schema, fields
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException, ServiceUnavailable, default_exceptions

from loyalty_core.errors import Conflict, Merged, NotFound, Refused
from loyalty_core.i18n import gettext as _
from web.merged import moved_status, moved_to


class Place(NamedTuple):
    """One thing to mend: the path of the place in the request, and what to do there."""

    where: str
    message: str


class Unacceptable(ValueError):
    """A request with one or more places to mend."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = list(places)
        super().__init__("; ".join(f"{place.where}: {place.message}" for place in self.places))


class ErrorSchema(Schema):
    """One thing to mend."""

    class Meta:
        ordered = True

    where = fields.String(required=True, metadata={"description": "Path of the place, such as `lines.0.price`"})
    message = fields.String(required=True, metadata={"description": "What is wrong there and what to do"})


class ErrorsSchema(Schema):
    """What every refusal says."""

    errors = fields.List(fields.Nested(ErrorSchema), required=True)


def answer(status: int, places: Iterable[Place], **more: Any) -> Response:
    """A refusal; `more` goes beside `errors` in the body."""
    response = jsonify(errors=[place._asdict() for place in places], **more)
    response.status_code = status
    return response


def places_in(messages: Any, path: str = "") -> list[Place]:
    """Marshmallow's nested messages as places with dotted paths."""
    if isinstance(messages, Mapping):
        return [place for key, inner in messages.items() for place in places_in(inner, _join(path, key))]
    if isinstance(messages, list):
        return [place for inner in messages for place in places_in(inner, path)]
    return [Place(path, str(messages))]


def _join(path: str, key: Any) -> str:
    if key == "_schema":
        return path
    return f"{path}.{key}" if path else str(key)


def answer_http(error: HTTPException) -> Response:
    """A refusal by the server itself, such as 404 for an unknown address or 413 for too large a body."""
    status = error.code or 500
    response = answer(status, [Place("", _message(status))])
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _message(status: int) -> str:
    messages = {
        400: _("The request could not be read."),
        401: _("Say who you are: send “Authorization: Bearer <key>”, or sign in."),
        403: _("This is not allowed."),
        404: _("There is nothing at this address."),
        405: _("This address does not take this method."),
        413: _("The body is too large. Send it in parts."),
        415: _("Send JSON: “Content-Type: application/json”."),
        429: _("Too many requests. Try again later."),
        503: _("The server is busy. Try again in a moment."),
    }
    unexpected = _("Something went wrong on the server. Nothing was changed.")
    return messages.get(status, unexpected if status >= 500 else messages[400])


# What the floors below raise, and the status that it becomes.
_STATUSES: dict[type[Refused] | type[NotFound] | type[Conflict], int] = {Refused: 400, NotFound: 404, Conflict: 409}


def register_handlers(register: Callable[[type[Exception] | int, Callable[[Any], Response]], None]) -> None:
    """Hand all handlers to a blueprint's `register_error_handler`.

    Each HTTP code is named: the application's handler for a code would go before a blueprint's handler for them all.
    """
    for code in default_exceptions:
        register(code, answer_http)
    for kind, status in _STATUSES.items():
        register(kind, _answer_domain(status))
    register(Unacceptable, lambda error: answer(400, error.places))
    register(Merged, _answer_merged)
    register(IntegrityError, _answer_race)
    register(OperationalError, _answer_busy)


def _answer_domain(status: int) -> Callable[[Refused | NotFound | Conflict], Response]:
    return lambda error: answer(status, [Place(error.where, str(error.message))])


def _answer_merged(error: Merged) -> Response:
    message = _("Customer %(gone)s is customer %(kept)s by now.", gone=error.customer_id, kept=error.kept_id)
    response = answer(moved_status(), [Place("customer", message)], merged_into=error.kept_id)
    response.headers["Location"] = moved_to(error)
    return response


def _answer_race(_error: IntegrityError) -> Response:
    # Views check what they are given; what a constraint still refuses has changed between the check and the write.
    return answer(409, [Place("", _("Somebody else changed this at the same moment. Nothing was done: try again."))])


def _answer_busy(error: OperationalError) -> Response:
    # A lock that was not freed in time, a deadlock, a database that is away: the same call may succeed in a moment.
    current_app.logger.warning("The database refused: %s", error.orig)
    return answer_http(ServiceUnavailable(retry_after=1))
