"""What every resource of the API shares: admission, limits, idempotency, refusals, and how these are documented."""

from typing import Any

import flask_smorest
from flask import request

from web.api.access import admit
from web.api.arguments import StrictParser, check_text
from web.api.errors import register_handlers
from web.api.idempotency import HEADER, answer_again, keep

PREFIX = "/api/v1"
BODY_BYTES_MAX = 2 * 1024 * 1024
_WRITES = ("post", "put", "delete")


class Blueprint(flask_smorest.Blueprint):
    """One resource under `/api/v1`; its name is its heading in the documentation."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, name: str, module: str, *, description: str, body_bytes_max: int = BODY_BYTES_MAX) -> None:
        super().__init__(name, module, url_prefix=PREFIX, description=description)
        self.before_request(lambda: _limit(body_bytes_max))
        self.before_request(admit)
        self.before_request(answer_again)
        self.after_request(keep)
        register_handlers(self.register_error_handler)
        self._prepare_doc_cbks.append(_document_shared)


def _limit(body_bytes_max: int) -> None:
    request.max_content_length = body_bytes_max
    for name, value in (request.view_args or {}).items():
        if isinstance(value, str):
            check_text(value, name)


def _document_shared(doc: dict[str, Any], _doc_info: Any, *, method: str, **_rest: Any) -> dict[str, Any]:
    """Every call may be refused; every write takes an Idempotency-Key."""
    responses = doc.setdefault("responses", {})
    for status, name in ((400, "BAD_REQUEST"), (401, "UNAUTHORIZED"), (404, "NOT_FOUND")):
        responses.setdefault(status, name)
    if method in _WRITES:
        for status, name in (
            (403, "FORBIDDEN"),
            (409, "CONFLICT"),
            (413, "REQUEST_ENTITY_TOO_LARGE"),
            (415, "UNSUPPORTED_MEDIA_TYPE"),
        ):
            responses.setdefault(status, name)
        doc.setdefault("parameters", []).append(
            {
                "in": "header",
                "name": HEADER,
                "required": False,
                "description": "The same key with the same request gives the first answer again; with another, 409.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[\\x21-\\x7e]+$"},
            }
        )
    return doc
