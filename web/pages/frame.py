"""What all pages share: the organisation, the navigation, and the filters that write numbers and moments."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from flask import Flask, g, request
from flask_babel import get_locale
from flask_security import current_user

from loyalty_core.i18n import lazy as _
from loyalty_core.organisation import Organisation, organisation
from web import formats
from web.session import moment


class Place(NamedTuple):
    """An entry of the navigation; `key` is typed after `g`."""

    title: Any
    icon: str
    path: str
    key: str
    group: Any = None


PLACES = (
    Place(_("Campaigns"), "route", "/campaigns", "c"),
    Place(_("Runs"), "player-play", "/runs", "r"),
    Place(_("Messages"), "mail", "/messages", "m"),
    Place(_("Customers"), "users", "/customers", "p", _("Customers")),
    Place(_("Segments"), "filter", "/segments", "s"),
    Place(_("Bonus types"), "hourglass", "/bonus-types", "b", _("Loyalty")),
    Place(_("Outlets"), "building-store", "/outlets", "o"),
    Place(_("Settings"), "settings", "/settings", "e"),
)


def this_organisation() -> Organisation:
    """The organisation's row, read once a request."""
    if "organisation" not in g:
        g.organisation = organisation(g.session)
    return cast(Organisation, g.organisation)


def zone() -> ZoneInfo:
    """The zone that pages show moments in: the organisation's."""
    return ZoneInfo(this_organisation().zone)


def draw_frame(app: Flask) -> None:
    """Hand templates the navigation, the organisation and the filters."""
    app.context_processor(_context)
    for name, filter_ in FILTERS.items():
        app.add_template_filter(filter_, name)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["initials"] = formats.initials


def _context() -> dict[str, Any]:
    return {
        "places": PLACES,
        "here": "/" + request.path.strip("/").split("/", 1)[0],
        "organisation": this_organisation,
        "zone": zone,
        "zone_name": formats.zone_name,
        "person": current_user,
        "now": moment,
    }


def _language() -> str:
    return str(get_locale() or "en")


def _in_zone(write: Callable[[datetime | None, ZoneInfo, str], str]) -> Callable[[datetime | None], str]:
    return wraps(write)(lambda at: write(at, zone(), _language()))


FILTERS: dict[str, Callable[..., str]] = {
    "number": formats.number,
    "amount": lambda minor: formats.amount(minor, _language()),
    "short_amount": lambda minor: formats.short_amount(minor, _language()),
    "movement": lambda minor: formats.movement(minor, _language()),
    "money": lambda minor: formats.money(minor, this_organisation().currency, _language()),
    "currency": lambda code: formats.currency_sign(code, _language()),
    "share": lambda part, whole: formats.share(part, whole, _language()),
    "day": lambda value: formats.day(cast(date | None, value), _language()),
    "local_day": _in_zone(formats.local_day),
    "moment": _in_zone(formats.moment),
    "exact_moment": _in_zone(formats.exact_moment),
    "clock_time": lambda at: formats.clock_time(at, zone(), _language()),
    "list_moment": lambda at: formats.list_moment(at, moment(), zone(), _language()),
    "list_day": lambda at: formats.list_day(at, moment(), zone(), _language()),
    "duration": formats.duration,
}
