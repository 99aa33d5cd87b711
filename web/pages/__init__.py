"""Pages: a view loads, calls one domain function, renders."""

from importlib import import_module

from flask import Flask

from web.pages.blueprint import pages
from web.pages.counted_links import counted_links
from web.pages.errors import answer_errors
from web.pages.frame import draw_frame
from web.pages.health import health

# Each module adds its views to the blueprint.
MODULES = (
    "home",
    "finding",
    "campaigns",
    "editor",
    "runs",
    "messages",
    "customers",
    "profile",
    "membership",
    "customer_form",
    "segments",
    "selections",
    "lists",
    "downloads",
    "customer_segments",
    "rfm",
    "rfm_settings",
    "tags",
    "attributes",
    "merging",
    "referral",
    "programmes",
    "joining",
    "customer_groups",
    "notices",
    "bonus_types",
    "promotions",
    "promo_codes",
    "till",
    "purchases",
    "cashier_hints",
    "outlets",
    "settings",
    "sms_tariff",
    "tracking",
    "letter_templates",
    "api_keys",
)


def add_pages(app: Flask) -> None:
    """Put every page on `app`, with its frame and its error pages."""
    for name in MODULES:
        import_module(f"web.pages.{name}")
    draw_frame(app)
    answer_errors(app)
    app.register_blueprint(pages)
    app.register_blueprint(health)
    app.register_blueprint(counted_links)
