"""Attributes of one's own: the list, the form of one, and what is known of one customer by them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import flash, g, redirect, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from campaigns.segment_uses import attribute_used_by
from loyalty_core.customers.attributes import (
    Attribute,
    AttributeData,
    attribute,
    attribute_figures,
    attributes_of,
    create_attribute,
    delete_attribute,
    rename_attribute,
    set_attributes,
)
from loyalty_core.errors import Conflict, Refused
from loyalty_core.i18n import gettext as _
from web.pages import typed
from web.pages.blueprint import pages
from web.pages.profile_reading import profile_of

NAME_MAX = 100


@pages.get("/attributes")
def list_attributes() -> str:
    """All, oldest first, with how many customers each is known of."""
    return render_template("attributes.html", figures=attribute_figures(g.session))


@pages.route("/attributes/new", methods=["GET", "POST"])
def new_attribute() -> str | Response | tuple[str, int]:
    """The form for a new one."""
    form = request.form
    if request.method == "GET":
        return _form(None, {"kind": "text"})
    try:
        told = AttributeData(form.get("key", "").strip(), _name(form.get("name", "")), form.get("kind", ""))
        made = create_attribute(g.session, told)
    except (Refused, Conflict) as refused:
        return _form(None, form, Refused(refused.where, refused.message)), 400
    flash(_("“%(name)s” is saved", name=made.name))
    return redirect("/attributes")


@pages.route("/attributes/<id:attribute_id>", methods=["GET", "POST"])
def edit_attribute(attribute_id: int) -> str | Response | tuple[str, int]:
    """The form of one: its name can be changed, its key and kind stay."""
    found = attribute(g.session, attribute_id)
    told = {"key": found.key, "name": found.name, "kind": found.kind}
    if request.method == "GET":
        return _form(found, told)
    try:
        rename_attribute(g.session, attribute_id, _name(request.form.get("name", "")))
    except (Refused, Conflict) as refused:
        values = told | {"name": request.form.get("name", "")}
        return _form(found, values, Refused(refused.where, refused.message)), 400
    flash(_("“%(name)s” is saved", name=found.name))
    return redirect("/attributes")


@pages.post("/attributes/<id:attribute_id>/deletion")
def remove_attribute(attribute_id: int) -> Response:
    """Delete one that nothing asks for; Conflict names what does."""
    name = attribute(g.session, attribute_id).name
    delete_attribute(g.session, attribute_id, attribute_used_by)
    flash(_("“%(name)s” is deleted", name=name))
    return redirect("/attributes")


@pages.get("/customers/<id:customer_id>/attributes")
def show_values(customer_id: int) -> str:
    """What is known of a customer, to be changed; the fields are named after the keys."""
    who = profile_of(g.session, customer_id)
    known = attributes_of(g.session, customer_id)
    return _values(who.customer, {f"of_{key}": _typed(value) for key, value in known.items()})


@pages.post("/customers/<id:customer_id>/attributes")
def change_values(customer_id: int) -> Response | tuple[str, int]:
    """Know of a customer what the form says; an empty field forgets it."""
    who, fields = profile_of(g.session, customer_id), request.form
    try:
        told = {each.key: _told(each, fields[name]) for each in _attributes() if (name := f"of_{each.key}") in fields}
        set_attributes(g.session, customer_id, told)
    except Refused as refused:
        return _values(who.customer, request.form, refused), 400
    flash(_("The customer is saved"))
    return redirect(f"/customers/{customer_id}")


def _attributes() -> list[Attribute]:
    return list(g.session.scalars(select(Attribute).order_by(Attribute.id)))


def _name(text: str) -> str:
    found = typed.name("name", text)
    if len(found) > NAME_MAX or not found.isprintable():
        raise Refused("name", _("Write a name of 1 to %(most)s characters", most=NAME_MAX))
    return found


def _told(of: Attribute, text: str) -> Any:
    """What a field of the form says, as `set_attributes` takes it."""
    plain = text.strip()
    if not plain:
        return None
    if of.kind == "flag":
        return {"yes": True, "no": False}.get(plain, plain)
    return "".join(plain.split()).replace(",", ".").replace("\u2212", "-") if of.kind == "number" else plain


def _typed(value: Any) -> str:
    """A value as its field shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.2f}".removesuffix(".00") if isinstance(value, Decimal) else str(value)


def _form(found: Attribute | None, values: Mapping[str, str], refused: Refused | None = None) -> str:
    return render_template("attribute.html", attribute=found, values=values, refused=refused)


def _values(customer: Any, values: Mapping[str, str], refused: Refused | None = None) -> str:
    return render_template(
        "attribute_values.html", customer=customer, attributes=_attributes(), values=values, refused=refused
    )
