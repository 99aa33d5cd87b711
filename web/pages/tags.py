"""Tags: the list, the form, and putting them on and off one customer on the profile."""

from collections.abc import Mapping

from flask import flash, g, redirect, render_template, request
from werkzeug.wrappers import Response

from loyalty_core.customers.merged import check_customer
from loyalty_core.customers.rows import Tag
from loyalty_core.customers.tags import TagData, change_tag, create_tag, put_on, tag, tag_figures, take_off
from loyalty_core.errors import Conflict, Refused
from loyalty_core.i18n import gettext as _
from web.pages import typed
from web.pages.blueprint import pages
from web.pages.profile import profile_page
from web.session import moment


@pages.get("/tags")
def list_tags() -> str:
    """All by name, with how many wear each."""
    return render_template("tags.html", figures=tag_figures(g.session))


@pages.route("/tags/new", methods=["GET", "POST"])
def new_tag() -> str | Response | tuple[str, int]:
    """The form for a new one."""
    return _save(None) if request.method == "POST" else _form(None, {"active": "1"})


@pages.route("/tags/<id:tag_id>", methods=["GET", "POST"])
def edit_tag(tag_id: int) -> str | Response | tuple[str, int]:
    """The form of one."""
    found = tag(g.session, tag_id)
    if request.method == "POST":
        return _save(found)
    values = {"name": found.name, "description": found.description}
    return _form(found, values | ({"active": "1"} if found.active else {}))


@pages.post("/customers/<id:customer_id>/tags")
def tag_customer(customer_id: int) -> Response | tuple[str, int]:
    """Put a tag on a customer."""
    check_customer(g.session, customer_id)
    try:
        tag_id = typed.whole("tag", request.form.get("tag", ""))
        if tag_id is None:
            raise Refused("tag", _("Choose a tag"))
        put_on(g.session, tag_id, [customer_id], moment())
    except Refused as refused:
        return profile_page(customer_id, refused, "tag"), 400
    return redirect(f"/customers/{customer_id}")


@pages.post("/customers/<id:customer_id>/tags/<id:tag_id>/removal")
def untag_customer(customer_id: int, tag_id: int) -> Response:
    """Take a tag off a customer."""
    check_customer(g.session, customer_id)
    take_off(g.session, tag_id, [customer_id], moment())
    flash(_("“%(name)s” is off", name=tag(g.session, tag_id).name))
    return redirect(f"/customers/{customer_id}")


def _save(found: Tag | None) -> str | Response | tuple[str, int]:
    form = request.form
    data = TagData(form.get("name", ""), form.get("description", ""), bool(form.get("active")))
    try:
        saved = change_tag(g.session, found.id, data) if found else create_tag(g.session, data)
    except Refused as refused:
        return _form(found, form, refused), 400
    except Conflict as conflict:
        return _form(found, form, Refused(conflict.where, conflict.message)), 400
    flash(_("“%(name)s” is saved", name=saved.name))
    return redirect("/tags")


def _form(found: Tag | None, values: Mapping[str, str], refused: Refused | None = None) -> str:
    return render_template("tag.html", tag=found, values=values, refused=refused)
