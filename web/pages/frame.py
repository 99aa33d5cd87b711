"""What all pages share: the organisation, the navigation, and the filters that write numbers and moments."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from itertools import groupby
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Flask, g, request
from flask_security import current_user
from markupsafe import Markup

from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from loyalty_core.ledger.binding import only_at
from loyalty_core.organisation import Organisation, organisation
from web import formats
from web.i18n import language
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
    Place(_("Lists"), "clipboard", "/lists", "i"),
    Place(_("RFM"), "grid-dots", "/rfm", "f"),
    Place(_("Tags"), "tag", "/tags", "k"),
    Place(_("Attributes"), "id-badge-2", "/attributes", "y"),
    Place(_("Programmes"), "stairs", "/programmes", "l", _("Loyalty")),
    Place(_("Customer groups"), "users-group", "/customer-groups", "u"),
    Place(_("Bonus types"), "hourglass", "/bonus-types", "b"),
    Place(_("Promotions"), "speakerphone", "/promotions", "a"),
    Place(_("Promo codes"), "ticket", "/promo-codes", "d"),
    Place(_("Cashier hints"), "info-circle", "/cashier-hints", "h"),
    Place(_("Till"), "receipt", "/till", "t"),
    Place(_("Outlets"), "building-store", "/outlets", "o"),
    Place(_("Settings"), "settings", "/settings", "e"),
)


def this_organisation() -> Organisation:
    """The organisation's row, read once a request."""
    if "organisation" not in g:
        g.organisation = organisation(g.session)
    return cast(Organisation, g.organisation)


def zone() -> ZoneInfo:
    """The zone that this page shows moments in: the organisation's, unless the page has set `g.zone`."""
    return cast(ZoneInfo, g.get("zone")) or ZoneInfo(this_organisation().zone)


def draw_frame(app: Flask) -> None:
    """Hand templates the navigation, the organisation and the filters."""
    app.context_processor(_context)
    for name, filter_ in FILTERS.items():
        app.add_template_filter(filter_, name)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= {"initials": formats.initials, "icon": icon, "this_page": this_page, "way_name": way_name}


def icon(name: str, size: str = "") -> Markup:
    """An icon of the sprite; `size` is 14, 18 or 20 where it is not 16."""
    class_ = f"i i-{size}" if size else "i"
    return Markup('<svg class="{}" aria-hidden="true"><use href="/static/icons.svg#{}"/></svg>').format(class_, name)


def this_page(**changes: Any) -> str:
    """The address of this page with some parameters changed; None takes one away."""
    wanted = {**request.args, **changes}
    query = urlencode({name: value for name, value in wanted.items() if value is not None})
    return f"{request.path}?{query}" if query else request.path


def way_name(way: str) -> str:
    """What a way through a step is called: `in`, `waiting`, `failed`, `out`, `out:yes`."""
    kind, _, port = way.partition(":")
    names = {"in": gettext("in"), "waiting": gettext("waiting"), "failed": gettext("failed"), "out": gettext("out")}
    ends = {"yes": gettext("yes"), "no": gettext("no"), "end": gettext("ended here"), "out": gettext("out")}
    return ends.get(port, port) if port else names.get(kind, kind)


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


def _in_zone(write: Callable[[datetime | None, ZoneInfo, str], str]) -> Callable[[datetime | None], str]:
    return wraps(write)(lambda at: write(at, zone(), language()))


def _day_of(item: Any) -> str:
    return formats.named_day(item.at, moment(), zone(), language())


FILTERS: dict[str, Callable[..., Any]] = {
    "number": formats.number,
    "amount": lambda minor: formats.amount(minor, language()),
    "short_amount": lambda minor: formats.short_amount(minor, language()),
    "movement": lambda minor: formats.movement(minor, language()),
    "money": lambda minor: formats.money(minor, this_organisation().currency, language()),
    "currency": lambda code: formats.currency_sign(code, language()),
    "rate": lambda hundredths: formats.rate(hundredths, language()),
    "share": lambda part, whole: formats.share(part, whole, language()),
    "day": lambda value: formats.day(cast(date | None, value), language()),
    "local_day": _in_zone(formats.local_day),
    "moment": _in_zone(formats.moment),
    "exact_moment": _in_zone(formats.exact_moment),
    "occurrence": lambda text: formats.occurrence(text, language()),
    "clock_time": lambda at: formats.clock_time(at, zone(), language()),
    "clock_seconds": lambda at: formats.clock_seconds(at, zone(), language()),
    "groupby_day": lambda items: [(day, list(group)) for day, group in groupby(items, _day_of)],
    "list_moment": lambda at: formats.list_moment(at, moment(), zone(), language()),
    "list_day": lambda at: formats.list_day(at, moment(), zone(), language()),
    "duration": formats.duration,
    "only_at": lambda outlets: only_at([outlet.name for outlet in outlets]),
    "lower_first": lambda text: text[:1].lower() + text[1:],
}
