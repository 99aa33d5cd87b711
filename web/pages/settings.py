"""Settings of the organisation: its name, zone, currency, and the rule for 29 February."""

from zoneinfo import available_timezones

from babel import Locale
from flask import flash, g, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from loyalty_core.organisation import organisation
from web.i18n import language
from web.pages.blueprint import pages

NAME_MAX = 200
LEAP_DAYS = ("feb28", "mar1")


@pages.get("/settings")
def settings() -> str:
    """The form with what holds now."""
    own = organisation(g.session)
    return _form(MultiDict({"name": own.name, "zone": own.zone, "currency": own.currency, "leap_day": own.leap_day}))


@pages.post("/settings")
def save_settings() -> Response | tuple[str, int]:
    """Change them; moments that lots have already keep."""
    try:
        values = _checked()
    except Refused as refused:
        return _form(request.form, refused), 400
    own = g.session.merge(organisation(g.session))
    for name, value in values.items():
        setattr(own, name, value)
    flash(gettext("The settings are saved"))
    return redirect("/settings")


def _checked() -> dict[str, str]:
    name, zone, currency, leap_day = (
        " ".join(request.form.get(field, "").split()) for field in ("name", "zone", "currency", "leap_day")
    )
    if not 1 <= len(name) <= NAME_MAX or "\0" in name:
        raise Refused("name", gettext("Write the organisation’s name"))
    if zone not in available_timezones():
        raise Refused("zone", gettext("Choose a time zone of the list, such as Europe/London"))
    if currency not in Locale.parse("en").currencies:
        raise Refused("currency", gettext("Choose a currency of the list, such as GBP"))
    if leap_day not in LEAP_DAYS:
        raise Refused("leap_day", gettext("Choose a day"))
    return {"name": name, "zone": zone, "currency": currency, "leap_day": leap_day}


def _form(values: "MultiDict[str, str]", refused: Refused | None = None) -> str:
    return render_template(
        "settings.html",
        values=values,
        refused=refused,
        zones=sorted(available_timezones()),
        currencies=sorted(Locale.parse(language()).currencies.items()),
    )
