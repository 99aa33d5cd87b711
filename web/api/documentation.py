"""The OpenAPI document at `/api/v1/openapi.json` and its browser at `/api/docs`."""

import flask
import flask_smorest
from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from web.api.blueprint import PREFIX
from web.api.errors import ErrorsSchema
from web.api.fields import ID_MAX

browser = flask.Blueprint("api_browser", __name__, template_folder="templates")


class IdConverter(IntegerConverter):
    """`<id:customer_id>`: a number that a database can hold; any other is an address with nothing at it."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, min=1, max=ID_MAX)


class Api(flask_smorest.Api):
    """Flask-smorest without its error handlers, which would turn the errors of pages into JSON too."""

    ERROR_SCHEMA = ErrorsSchema

    def _register_error_handlers(self) -> None:
        """The blueprints bring their own."""


def describe(app: Flask) -> Api:
    """An OpenAPI document for the resources that are about to be registered."""
    app.config.update(
        API_TITLE="Catena",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": INTRODUCTION},
            "security": [{"key": []}, {"session": [], "token": []}],
            "components": {
                "securitySchemes": {
                    "key": {"type": "http", "scheme": "bearer", "description": "A key made under Settings."},
                    "session": {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]},
                    "token": {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
                }
            },
        },
    )
    app.url_map.converters["id"] = IdConverter
    # Fields stand in the order in which they are declared.
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    return Api(app)


@browser.get("/api/docs")
def show() -> str:
    """The browser of the API; its files are in `static/api-docs`."""
    return flask.render_template("api/docs.html")


INTRODUCTION = """\
Trigger chains for loyalty marketing.

* Amounts are strings with two decimals ("500.00"), moments ISO 8601 with a zone.
* A refusal is `{"errors": [{"where": "nodes.n2.settings.amount", "message": "…"}]}` with a 4xx.
* Collections answer `{"items": […], "next": "…"}`; give `next` back as `after` for the page that follows.
* Writes accept an `Idempotency-Key`: the same key with the same request gives the first answer again, for 30 days.
* A thing's own `external_id` makes a repeated write harmless.
"""
