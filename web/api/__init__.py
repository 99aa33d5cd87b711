"""The REST API: all that a page can do, a program can do. One module a resource; `create_api` puts them on the app."""

from importlib import import_module

from flask import Flask, Response, request

# The order of the documentation.
RESOURCES = (
    "customers",
    "purchases",
    "till",
    "look_up",
    "cashier_hints",
    "programmes",
    "joining",
    "referral",
    "merges",
    "activation",
    "customer_groups",
    "notices",
    "promotions",
    "promo_codes",
    "blocks",
    "bonus_types",
    "organisation",
    "tags",
    "segments",
    "selections",
    "rfm",
    "rfm_settings",
    "goods",
    "customer_lists",
    "list_files",
    "downloads",
    "attributes",
    "events",
    "node_types",
    "campaigns",
    "runs",
    "messages",
    "sms_tariff",
    "message_tracking",
    "letter_templates",
)


def create_api(app: Flask) -> None:
    """Put `/api/v1`, its OpenAPI document and its browser at `/api/docs` on `app`, which has sessions and sign-in."""
    from web.api.documentation import browser, describe
    from web.api.errors import answer_http
    from web.security import csrf

    api = describe(app)
    for name in RESOURCES:
        blueprint = import_module(f"web.api.{name}").blueprint
        # Programs send no token; `access` asks for it where a browser's session is the proof.
        csrf.exempt(blueprint)
        api.register_blueprint(blueprint)
    app.register_blueprint(browser)
    # Flask-Security would look for a token of its own in every body, before the API's limits hold.
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]

    @app.before_request
    def answer_unknown_addresses() -> Response | None:
        # What leads to no view belongs to no blueprint, so that no handler of the API would see it.
        unknown = request.routing_exception
        if unknown is None or (unknown.code or 0) < 400 or not request.path.startswith("/api/"):
            return None
        return answer_http(unknown)
