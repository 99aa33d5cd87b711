"""Customer groups: what each buys in a period, the form, and moving a customer into one."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from flask import flash, g, redirect, render_template, request
from werkzeug.wrappers import Response

from loyalty_core.customers.groups import (
    GroupData,
    change_group,
    create_group,
    customer_group,
    group_figures,
    move_customers,
)
from loyalty_core.errors import NotFound, Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.local_time import moment_at
from loyalty_core.programmes.changes import programme, programmes
from loyalty_core.programmes.rows import CustomerGroup
from web.pages import typed
from web.pages.blueprint import pages
from web.pages.frame import zone
from web.pages.programmes import shown_example
from web.pages.who import who
from web.session import moment, only_reads

REPORTED_DAYS = 30


@pages.get("/customer-groups")
def list_groups() -> str | tuple[str, int]:
    """All by name, with their customers and their average receipt from one day to another."""
    today = moment().astimezone(zone()).date()
    refused, status = None, 200
    try:
        begin = _day("begin", today - timedelta(days=REPORTED_DAYS))
        end = _day("end", today)
        if begin > end:
            raise Refused("end", _("Choose a day that is not before the first one"))
    except Refused as refusal:
        refused, status = refusal, 400
        begin, end = today - timedelta(days=REPORTED_DAYS), today
    figures = group_figures(g.session, _midnight(begin), _midnight(end + timedelta(days=1)))
    shown = render_template("customer_groups.html", figures=figures, begin=begin, end=end, refused=refused)
    return shown, status


@pages.route("/customer-groups/new", methods=["GET", "POST"])
def new_group() -> str | Response | tuple[str, int]:
    """The form for a new one."""
    return _save(None) if request.method == "POST" else _form(None, {})


@pages.route("/customer-groups/<id:group_id>", methods=["GET", "POST"])
def edit_group(group_id: int) -> str | Response | tuple[str, int]:
    """The form of one."""
    found = customer_group(g.session, group_id)
    if request.method == "POST":
        return _save(found)
    values = {"name": found.name, "description": found.description, "programme": str(found.programme_id or "")}
    return _form(found, values | ({"is_default": "1"} if found.is_default else {}))


@pages.post("/customer-groups/example")
@only_reads
def group_example() -> str:
    """What a purchase of a customer of the group would cost and earn, as a part of the form's page."""
    try:
        chosen = typed.whole("programme", request.form.get("programme", ""))
        return shown_example(programme(g.session, chosen)) if chosen else render_template("group_example.html")
    except (Refused, NotFound) as refused:
        return render_template("programme_example.html", problem=refused.message)


@pages.post("/customer-groups/<id:group_id>/customers")
def add_customer(group_id: int) -> Response | tuple[str, int]:
    """Put a customer into a group, out of the one they were in."""
    found = customer_group(g.session, group_id)
    try:
        customer_id = who(g.session, request.form.get("who", ""))
    except Refused as refused:
        return _form(found, {"name": found.name, "programme": str(found.programme_id or "")}, refused), 400
    move_customers(g.session, [customer_id], group_id)
    flash(_("The customer is in “%(name)s” now", name=found.name))
    return redirect(f"/customer-groups/{group_id}")


def _day(name: str, otherwise: date) -> date:
    text = request.args.get(name, "")
    return typed.day(name, text) if text else otherwise


def _midnight(day: date) -> datetime:
    return moment_at(day, time(0), zone())


def _save(found: CustomerGroup | None) -> str | Response | tuple[str, int]:
    form = request.form
    try:
        data = GroupData(
            name=typed.name("name", form.get("name", "")),
            description=form.get("description", "").strip().replace("\0", ""),
            programme_id=typed.whole("programme", form.get("programme", "")),
            is_default=bool(form.get("is_default")),
        )
        if found is None:
            create_group(g.session, data)
        else:
            change_group(g.session, found.id, data)
    except Refused as refused:
        return _form(found, form, refused), 400
    flash(_("“%(name)s” is saved", name=data.name))
    return redirect("/customer-groups")


def _form(found: CustomerGroup | None, values: Mapping[str, str], refused: Refused | None = None) -> str:
    offered = list(programmes(g.session))
    if found and found.programme and found.programme not in offered:
        offered.append(found.programme)
    return render_template("customer_group.html", group=found, values=values, programmes=offered, refused=refused)
