"""Outlets and legal entities: the lists, and the forms to add one."""

from datetime import date
from zoneinfo import available_timezones

from flask import flash, g, redirect, render_template, request
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from loyalty_core.customers.rows import Customer
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from loyalty_core.ledger.liability import NOTHING, liabilities
from loyalty_core.local_time import end_of_day
from loyalty_core.organisation import LegalEntity, Outlet
from web.pages.blueprint import pages
from web.pages.frame import zone
from web.session import moment

NAME_MAX = 200


@pages.get("/outlets")
def outlets() -> str:
    """Both lists."""
    return _page()


@pages.post("/outlets")
def create_outlet() -> Response | tuple[str, int]:
    """A new outlet; its zone, where it has one, is its customers' zone."""
    try:
        outlet = Outlet(name=_name(), zone=_zone(), legal_entity_id=_company(), external_id=_external_id())
    except Refused as refused:
        return _page(refused, "outlet"), 400
    g.session.add(outlet)
    flash(gettext("“%(name)s” is added", name=outlet.name))
    return redirect("/outlets")


@pages.post("/legal-entities")
def create_legal_entity() -> Response | tuple[str, int]:
    """A new company that can owe bonuses."""
    try:
        name = _name()
        if g.session.scalar(select(LegalEntity.id).where(LegalEntity.name == name)) is not None:
            raise Refused("name", gettext("There is a legal entity “%(name)s” already", name=name))
    except Refused as refused:
        return _page(refused, "company"), 400
    g.session.add(LegalEntity(name=name))
    flash(gettext("“%(name)s” is added", name=name))
    return redirect("/outlets")


def _page(refused: Refused | None = None, dialog: str = "") -> str:
    customers = (
        select(Customer.outlet_id, func.count())
        .where(Customer.outlet_id.is_not(None), Customer.merged_into_id.is_(None))
        .group_by(Customer.outlet_id)
    )
    day = _day()
    owed = liabilities(g.session, end_of_day(day, zone()) if day else moment())
    companies = g.session.scalars(select(LegalEntity).order_by(func.lower(LegalEntity.name), LegalEntity.id)).all()
    nameless = [(gettext("No legal entity named"), owed[None])] if None in owed else []
    return render_template(
        "outlets.html",
        owed_by=[*((each.name, owed.get(each.id, NOTHING)) for each in companies), *nameless],
        day=day,
        outlets=list(g.session.scalars(select(Outlet).order_by(func.lower(Outlet.name), Outlet.id))),
        companies=companies,
        customers=dict(g.session.execute(customers).all()),
        zones=sorted(available_timezones()),
        refused=refused,
        dialog=dialog,
        values=request.form,
    )


def _day() -> date | None:
    """The day at whose end the liability is asked for; None: now."""
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None


def _name() -> str:
    name = " ".join(request.form.get("name", "").split())
    if not 1 <= len(name) <= NAME_MAX or "\0" in name:
        raise Refused("name", gettext("Write a name"))
    return name


def _zone() -> str | None:
    zone = request.form.get("zone", "").strip()
    if zone and zone not in available_timezones():
        raise Refused("zone", gettext("Choose a time zone of the list, such as Europe/London"))
    return zone or None


def _company() -> int | None:
    text = request.form.get("legal_entity", "")
    if not text:
        return None
    found = g.session.get(LegalEntity, int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else None
    if found is None:
        raise Refused("legal_entity", gettext("Choose a legal entity of the list"))
    return int(found.id)


def _external_id() -> str | None:
    text = request.form.get("external_id", "").strip()
    if len(text) > 100 or "\0" in text:
        raise Refused("external_id", gettext("Write at most 100 characters"))
    if text and g.session.scalar(select(Outlet.id).where(Outlet.external_id == text)) is not None:
        raise Refused("external_id", gettext("Another outlet has this number"))
    return text or None
