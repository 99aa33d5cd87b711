"""The form of a customer: registers one by hand, and edits what is known of one."""

from collections.abc import Mapping, Sequence

from flask import flash, g, redirect, render_template, request
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from loyalty_core.customers.data import CHANNELS
from loyalty_core.customers.editing import Person, edit
from loyalty_core.customers.registration import CustomerData, register
from loyalty_core.customers.rows import Customer
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.organisation import Outlet
from web.pages import typed
from web.pages.blueprint import pages
from web.pages.profile_reading import Profile, profile_of
from web.pages.who import who
from web.session import moment


@pages.get("/customers/new")
def new_customer() -> str:
    """The form for a new one."""
    return _form(None, {}, [])


@pages.post("/customers/new")
def register_customer() -> Response | tuple[str, int]:
    """Register who the form names; they are activated and welcomed as their programme says."""
    form = request.form
    try:
        person = _told(form, asked=())
        if not (person.phone or person.email or person.cards):
            raise Refused("phone", _("Write a phone, an e-mail address or a card: a till knows customers by them"))
        data = CustomerData(
            first_name=person.first_name,
            last_name=person.last_name,
            email=person.email,
            phone=person.phone,
            card=next(iter(person.cards), None),
            birth_date=person.birth_date,
            sex=person.sex,
            outlet_id=person.outlet_id,
            invited_by_id=_inviter(form.get("invited_by", "").strip()),
            consents=person.consents,
        )
        customer = register(g.session, data, moment())
    except Refused as refused:
        return _form(None, form, form.getlist("card"), refused), 400
    flash(_("The customer is registered"))
    return redirect(f"/customers/{customer.id}")


@pages.get("/customers/<id:customer_id>/editing")
def edit_form(customer_id: int) -> str:
    """What is known of a customer, to be changed."""
    person = profile_of(g.session, customer_id)
    return _form(person.customer, _values(person), [mark.shown for mark in person.marks if mark.kind == "card"])


@pages.post("/customers/<id:customer_id>/editing")
def edit_customer(customer_id: int) -> Response | tuple[str, int]:
    """Know of a customer what the form says, and no more."""
    who, form = profile_of(g.session, customer_id), request.form
    try:
        edit(g.session, customer_id, _told(form, asked=[each.channel for each in who.consents]), moment())
    except Refused as refused:
        return _form(who.customer, form, form.getlist("card"), refused), 400
    flash(_("The customer is saved"))
    return redirect(f"/customers/{customer_id}")


def _inviter(mark: str) -> int | None:
    return who(g.session, mark, "invited_by") if mark else None


def _told(form: MultiDict[str, str], asked: Sequence[str]) -> Person:
    """What the form says; who has been `asked` about a channel and does not agree refuses."""
    names = ("first_name", "last_name", "email", "phone", "birth_date")
    text = {name: form.get(name, "").replace("\0", "").strip() for name in names}
    agreed = set(form.getlist("consents"))
    return Person(
        first_name=text["first_name"],
        last_name=text["last_name"],
        email=text["email"] or None,
        phone=text["phone"] or None,
        cards=[card.strip() for card in form.getlist("card") if card.strip("\0 ")],
        birth_date=typed.day("birth_date", text["birth_date"]) if text["birth_date"] else None,
        sex=form.get("sex") or None,
        outlet_id=typed.whole("outlet", form.get("outlet", "")),
        consents={channel: channel in agreed for channel in CHANNELS if channel in agreed or channel in asked},
    )


def _values(who: Profile) -> MultiDict[str, str]:
    customer = who.customer
    values = MultiDict({mark.kind: mark.shown for mark in who.marks if not mark.additional})
    values["first_name"], values["last_name"] = customer.first_name, customer.last_name
    values["birth_date"] = customer.birth_date.isoformat() if customer.birth_date else ""
    values["sex"], values["outlet"] = customer.sex or "", str(customer.outlet_id or "")
    values.setlist("consents", [each.channel for each in who.consents if each.granted])
    return values


def _form(
    customer: Customer | None, values: Mapping[str, str], cards: list[str], refused: Refused | None = None
) -> str:
    outlets = g.session.scalars(select(Outlet).order_by(Outlet.name, Outlet.id)).all()
    agreed = values.getlist("consents") if isinstance(values, MultiDict) else []
    return render_template(
        "customer_form.html",
        customer=customer,
        values=values,
        cards=[*cards, ""] if customer else cards or [""],
        agreed=agreed,
        channels=CHANNELS,
        outlets=outlets,
        refused=refused,
    )
