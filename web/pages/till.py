"""A small till: a customer, a basket and bonuses, priced while it is filled in, and sold."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from flask import flash, g, redirect, render_template, request
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from loyalty_core.customers.rows import Customer
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.ledger.balance import bound_elsewhere
from loyalty_core.ledger.burning_ahead import burning_ahead
from loyalty_core.organisation import Outlet, zone_of
from loyalty_core.programmes.activation import activate
from loyalty_core.programmes.changes import programmes
from loyalty_core.till.favourites import hints_for
from loyalty_core.till.purchases import Purchase
from loyalty_core.till.receipts import LineData, PurchaseData
from loyalty_core.till.settlement import quote, settle
from web import formats
from web.conditions import meeting
from web.i18n import language
from web.pages import typed
from web.pages.blueprint import pages
from web.pages.frame import this_organisation
from web.pages.who import who
from web.session import moment, only_reads

ROWS = 4
RECEIPTS_MAX = 50


@pages.get("/till")
def till() -> str:
    """An empty basket; `who` names the customer."""
    return _form({"who": request.args.get("who", ""), "outlet": request.args.get("outlet", "")}, [("", "1", "")])


@pages.post("/till/price")
@only_reads
def till_price() -> str:
    """What the basket costs and earns, as a part of the till's page."""
    form = request.form
    if not form.get("who", "").strip():
        return render_template("till_price.html", waiting=True)
    if not any(price.strip() for price in form.getlist("price")):
        return _hinted(form)
    try:
        customer_id, outlet_id, lines, spending = _told(form)
        found = quote(
            g.session,
            customer_id,
            outlet_id,
            lines,
            spending=spending,
            at=moment(),
            promo_codes=_codes(form),
            meeting=meeting,
        )
    except Refused as refused:
        return render_template("till_price.html", problem=refused.message)
    return render_template("till_price.html", quote=found, **_at_the_card(customer_id, outlet_id))


def _hinted(form: MultiDict[str, str]) -> str:
    """What a cashier is told as soon as the card is read, before there is a basket."""
    try:
        customer_id = who(g.session, form.get("who", ""))
        outlet_id = typed.whole("outlet", form.get("outlet", ""))
    except Refused:
        # Perhaps the card is typed only half.
        return render_template("till_price.html", waiting=True)
    return render_template("till_price.html", waiting=True, **_at_the_card(customer_id, outlet_id))


def _at_the_card(customer_id: int, outlet_id: int | None) -> dict[str, Any]:
    """Whose card it is, which bonuses burn next, which are valid only elsewhere, and the hints about them."""
    customer = g.session.get_one(Customer, customer_id)
    # Bonuses burn at the end of the customer's own day.
    g.zone = zone_of(g.session, customer.outlet_id)
    burning = burning_ahead(g.session, [customer_id], moment()).get(customer_id, [])
    hints = hints_for(g.session, customer_id, outlet_id, moment())
    elsewhere = bound_elsewhere(g.session, customer_id, outlet_id, moment())
    return {"who": customer, "burning": burning[:1], "elsewhere": elsewhere, "hints": hints}


@pages.post("/till")
def sell() -> Response | tuple[str, int]:
    """Sell the basket; sent twice, it is sold once."""
    form = request.form
    try:
        customer_id, outlet_id, lines, spending = _told(form)
        number = form.get("number", "").strip().replace("\0", "")
        receipt = PurchaseData(number, customer_id, outlet_id, moment(), lines)
        password, codes = form.get("programme_password", "").strip(), _codes(form)
        purchase = settle(g.session, receipt, spending, moment(), password=password, promo_codes=codes, meeting=meeting)
    except Refused as refused:
        return _form(form, _rows(form), _at_its_field(form, refused)), 400
    paid = formats.money(purchase.amount - purchase.redeemed, this_organisation().currency, language())
    earned = formats.amount(purchase.accrued, language())
    flash(_("Receipt %(number)s: %(paid)s paid, %(earned)s bonuses earned", number=number, paid=paid, earned=earned))
    return redirect(f"/customers/{customer_id}")


@pages.get("/till/receipt")
def find_receipt() -> str | Response | tuple[str, int]:
    """The purchase with a receipt number; a list where several have it."""
    number = request.args.get("number", "").strip()[:100].replace("\0", "")
    if not number:
        return _form({}, [], no_receipt=_("Write the number on the receipt")), 400
    found = g.session.execute(
        select(Purchase, Customer)
        .join(Customer, Customer.id == Purchase.customer_id)
        .where(Purchase.external_id == number)
        .order_by(Purchase.at.desc(), Purchase.id.desc())
        .limit(RECEIPTS_MAX)
    ).all()
    if not found:
        return _form({}, [], receipt=number, no_receipt=_("There is no receipt “%(number)s”", number=number)), 404
    if len(found) == 1:
        return redirect(f"/purchases/{found[0][0].id}")
    return render_template("receipts.html", number=number, found=found)


@pages.post("/till/activation")
def activate_card() -> str | tuple[str, int]:
    """Activate the card in hand; the basket stays as it is."""
    form = request.form
    try:
        customer_id = who(g.session, form.get("who", ""))
    except Refused as refused:
        return _form(form, _rows(form), refused), 400
    activate(g.session, customer_id, moment())
    flash(_("The card is activated"))
    return _form(form, _rows(form))


def _told(form: MultiDict[str, str]) -> tuple[int, int | None, Sequence[LineData], int]:
    """Who buys, where, what, and how much bonuses pay; rows without a price are left out."""
    lines = []
    for row, (goods, quantity, price) in enumerate(_rows(form)):
        if price.strip():
            sku = goods.strip()[:100].replace("\0", "") or _("Goods %(n)s", n=row + 1)
            pieces = typed.quantity(f"lines.{row}.quantity", quantity)
            lines.append(LineData(sku, sku, "", pieces, typed.amount(f"lines.{row}.price", price)))
    spending = typed.amount("redeem", form.get("redeem", "").strip() or "0")
    return who(g.session, form.get("who", "")), typed.whole("outlet", form.get("outlet", "")), lines, spending


def _codes(form: MultiDict[str, str]) -> list[str]:
    """The promo codes that are typed in, parted by commas."""
    return [code.strip() for code in re.split(r"[,;]", form.get("promo_codes", "")) if code.strip()]


def _at_its_field(form: MultiDict[str, str], refused: Refused) -> Refused:
    """The refusal of one of the promo codes, which share a field."""
    field, _dot, place = refused.where.partition(".")
    if field != "promo_codes" or not place:
        return refused
    return Refused(field, f"{_codes(form)[int(place)]}: {refused.message}")


def _rows(form: MultiDict[str, str]) -> list[tuple[str, str, str]]:
    return list(zip(form.getlist("goods"), form.getlist("quantity"), form.getlist("price"), strict=False))


def _form(
    values: Mapping[str, str], rows: list[tuple[str, str, str]], refused: Refused | None = None, **receipt: str
) -> str:
    rows = [*rows, *[("", "1", "")] * (ROWS - len(rows))]
    outlets = g.session.scalars(select(Outlet).order_by(Outlet.name, Outlet.id)).all()
    number = values.get("number") or f"till-{uuid4().hex[:10]}"
    return render_template(
        "till.html",
        values=values,
        rows=rows,
        outlets=outlets,
        number=number,
        passwords=any(each.has_password for each in programmes(g.session, archived=True)),
        refused=refused,
        **receipt,
    )
