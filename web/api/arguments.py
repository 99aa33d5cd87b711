"""Reads bodies and query strings strictly: what cannot be stored or compared safely is refused with its place."""

import json
import math
from typing import Any, NoReturn

from flask import Request
from marshmallow import RAISE, Schema, ValidationError
from webargs.core import missing
from webargs.flaskparser import FlaskParser, is_json_request
from werkzeug.exceptions import UnsupportedMediaType

from loyalty_core.i18n import gettext as _
from web.api.errors import Place, Unacceptable, places_in

DEPTH_MAX = 64


class StrictParser(FlaskParser):
    """Unknown fields are refused, and a refusal is a 400."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "json": RAISE, "query": RAISE}

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The parsed body; an empty one counts as `{}`."""
        body = req.get_data(cache=True)
        if not body.strip():
            return {}
        if not is_json_request(req):
            raise UnsupportedMediaType
        return read_json(body)

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        for name, value in req.args.items(multi=True):
            check_text(value, name)
        return super().load_querystring(req, schema) if req.args else missing

    def handle_error(
        self, error: ValidationError, req: Request, schema: Schema, *, error_status_code: Any, error_headers: Any
    ) -> NoReturn:
        # The first key is the location (json, query); the reader knows where they wrote it.
        raise Unacceptable(place for inner in error.messages_dict.values() for place in places_in(inner)) from error


def read_json(body: bytes) -> Any:
    """Parse a body; refuse NaN, names that stand twice, endless numbers, NUL, half characters, bottomless nesting."""
    try:
        content = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_named_once)
    except RecursionError:
        raise Unacceptable([Place("", _("The body is nested too deeply."))]) from None
    except ValueError as error:  # bad UTF-8, bad JSON, a number of thousands of digits
        raise Unacceptable([Place("", _("The body is not JSON: %(reason)s", reason=str(error)[:200]))]) from None
    _check(content, "", 0)
    return content


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")


def _named_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    # Of two values under one name, JSON does not say which holds.
    named = dict(members)
    if len(named) < len(members):
        twice = next(name for place, (name, _value) in enumerate(members) if name in dict(members[:place]))
        raise ValueError(f"“{twice[:60]}” stands twice in one object")
    return named


def _check(content: Any, where: str, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise Unacceptable([Place("", _("The body is nested too deeply."))])
    if isinstance(content, str):
        check_text(content, where)
    elif isinstance(content, float) and not math.isfinite(content):
        raise Unacceptable([Place(where, _("This number is too large."))])
    elif isinstance(content, dict):
        for key, value in content.items():
            check_text(key, where)
            _check(value, f"{where}.{key}" if where else key, depth + 1)
    elif isinstance(content, list):
        for index, value in enumerate(content):
            _check(value, f"{where}.{index}" if where else str(index), depth + 1)


def check_text(text: str, where: str) -> None:
    """Refuse what a database cannot keep: NUL characters and halves of a surrogate pair."""
    if "\x00" in text:
        raise Unacceptable([Place(where, _("Text cannot hold a NUL character."))])
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Unacceptable([Place(where, _("Text holds half a character (a lone surrogate)."))]) from None
