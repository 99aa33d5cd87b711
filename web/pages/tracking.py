"""The settings that say whether openings of letters and clicks on their links are counted."""

from flask import current_app, flash, g, redirect, render_template, request
from werkzeug.wrappers import Response

from campaigns.messages.tracked_letters import token_of
from campaigns.messages.tracking import set_tracking, tracking
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from web.pages.blueprint import pages
from web.session import only_reads

CHOICES = {"on": True, "off": False}
LINK = "https://shop.example/tea"


@pages.route("/settings/tracking", methods=["GET", "POST"])
def tracking_settings() -> str | Response | tuple[str, int]:
    """The form; links of letters that were sent lead on whatever is chosen."""
    if request.method == "GET":
        return _form("on" if tracking(g.session).is_on else "off")
    try:
        is_on = _chosen()
    except Refused as refused:
        return _form("", refused), 400
    set_tracking(g.session, is_on=is_on)
    flash(_("Openings and clicks are counted") if is_on else _("Openings and clicks are not counted"))
    return redirect("/settings/tracking")


@pages.post("/settings/tracking/example")
@only_reads
def tracking_example() -> str:
    """What would become of a link of a letter."""
    link = LINK
    if request.form.get("counting") == "on" and (address := _public_url()):
        link = f"{address.rstrip('/')}/l/{token_of('example', 412, 1, url=LINK)}?to={LINK}"
    return render_template("tracking_example.html", link=LINK, leads=link)


def _chosen() -> bool:
    try:
        return CHOICES[request.form.get("counting", "")]
    except KeyError:
        raise Refused("counting", _("Choose whether openings and clicks are counted")) from None


def _public_url() -> str:
    return str(current_app.extensions["catena_settings"].public_url)


def _form(counting: str, refused: Refused | None = None) -> str:
    return render_template("tracking.html", counting=counting, refused=refused, public_url=_public_url())
