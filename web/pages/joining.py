"""How customers join a programme: the form, with what somebody who joins now would get."""

from collections.abc import Mapping

from flask import flash, g, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.programmes.changes import programme
from loyalty_core.programmes.joining import JoiningData, change_joining, check_joining, joining
from loyalty_core.programmes.welcome import welcome_lifetime
from web.pages import typed
from web.pages.blueprint import pages
from web.pages.customer_list import count_customers
from web.pages.frame import zone
from web.session import moment, only_reads


@pages.get("/programmes/<id:programme_id>/joining")
def programme_joining(programme_id: int) -> str:
    """The form, as it was saved."""
    return _form(programme_id, _values(joining(g.session, programme_id)))


@pages.post("/programmes/<id:programme_id>/joining")
def save_joining(programme_id: int) -> Response | tuple[str, int]:
    """Keep what the form says for those who join from now on."""
    try:
        change_joining(g.session, programme_id, _told(request.form))
    except Refused as refused:
        return _form(programme_id, request.form, refused), 400
    flash(_("How customers join is saved"))
    return redirect(f"/programmes/{programme_id}/joining")


@pages.post("/programmes/joining/example")
@only_reads
def joining_example() -> str:
    """What a customer who joins now would get, as a part of the form's page."""
    try:
        data = _told(request.form)
        check_joining(data)
    except Refused as refused:
        return render_template("joining_example.html", problem=refused.message)
    lifetime = welcome_lifetime(data)
    active_at = lifetime.active_at(moment())
    return render_template(
        "joining_example.html",
        data=data,
        active_at=active_at,
        expires_at=lifetime.expires_at(active_at, zone()),
        over=not lifetime.lives(moment(), zone()),
    )


def _told(form: MultiDict[str, str]) -> JoiningData:
    amount, until = form.get("welcome_amount", ""), form.get("welcome_until", "")
    return JoiningData(
        activation_needed=form.get("activation_needed") == "1",
        welcome_amount=typed.amount("welcome_amount", amount) if amount.strip() else None,
        welcome_delay=typed.whole("welcome_delay", form.get("welcome_delay", "")) or 0,
        welcome_delay_unit=form.get("welcome_delay_unit", ""),
        welcome_lifetime_days=typed.whole("welcome_lifetime_days", form.get("welcome_lifetime_days", "")),
        welcome_until=typed.day("welcome_until", until) if until.strip() else None,
    )


def _values(data: JoiningData) -> dict[str, str]:
    return {
        "activation_needed": "1" if data.activation_needed else "",
        "welcome_amount": typed.decimal(data.welcome_amount) if data.welcome_amount else "",
        "welcome_delay": str(data.welcome_delay or ""),
        "welcome_delay_unit": data.welcome_delay_unit,
        "welcome_lifetime_days": str(data.welcome_lifetime_days or ""),
        "welcome_until": data.welcome_until.isoformat() if data.welcome_until else "",
    }


def _form(programme_id: int, values: Mapping[str, str], refused: Refused | None = None) -> str:
    found = programme(g.session, programme_id)
    waiting = count_customers(g.session, "", waiting=True)
    return render_template("programme_joining.html", programme=found, values=values, waiting=waiting, refused=refused)
