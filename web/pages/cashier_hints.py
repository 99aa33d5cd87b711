"""Cashier hints: the list, and the form with what the customer who bought last would be told to like."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from flask import flash, g, redirect, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from loyalty_core.customers.rows import Customer
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.local_time import moment_at
from loyalty_core.organisation import Outlet
from loyalty_core.till.cashier_hints import (
    CATEGORY,
    SKU,
    CashierHint,
    HintData,
    cashier_hint,
    change_hint,
    check,
    create_hint,
)
from loyalty_core.till.favourites import RIPENS, favourites
from loyalty_core.till.purchases import Purchase
from web.pages import typed
from web.pages.blueprint import pages
from web.pages.frame import zone
from web.session import moment, only_reads

EXAMPLE_BUYERS = 20


@pages.get("/cashier-hints")
def list_hints() -> str:
    """All by name."""
    listed = select(CashierHint).options(selectinload(CashierHint.products), selectinload(CashierHint.outlets))
    hints = g.session.scalars(listed.order_by(CashierHint.name, CashierHint.id)).all()
    outlets = {outlet.id: outlet.name for outlet in g.session.scalars(select(Outlet))}
    return render_template("cashier_hints.html", hints=hints, outlets=outlets)


@pages.route("/cashier-hints/new", methods=["GET", "POST"])
def new_hint() -> str | Response | tuple[str, int]:
    """The form for a new one, which starts now."""
    if request.method == "POST":
        return _save(None)
    now = moment().astimezone(zone())
    values = {"starts_on": f"{now:%Y-%m-%d}", "starts_time": f"{now:%H:%M}", "goods_shown": "3", "active": "1"}
    return _form(None, values, [])


@pages.route("/cashier-hints/<id:hint_id>", methods=["GET", "POST"])
def edit_hint(hint_id: int) -> str | Response | tuple[str, int]:
    """The form of one."""
    found = cashier_hint(g.session, hint_id)
    if request.method == "POST":
        return _save(found)
    return _form(found, _values(found), [str(each.outlet_id) for each in found.outlets])


@pages.post("/cashier-hints/example")
@only_reads
def hint_example() -> str:
    """What the latest customer for whom the hint has something to say would be told, as a part of the form's page."""
    try:
        data = _told(request.form, name=request.form.get("name", "").strip()[:200] or "–")
        check(data)
    except Refused as refused:
        return render_template("cashier_hint_example.html", problem=refused.message)
    for customer in _latest_buyers(data):
        goods = favourites(g.session, customer.id, data, moment())
        if goods:
            return render_template("cashier_hint_example.html", who=customer, goods=goods)
    return render_template("cashier_hint_example.html", starts_at=data.starts_at)


def _latest_buyers(data: HintData) -> list[Customer]:
    latest = (
        select(Customer)
        .join(Purchase, Purchase.customer_id == Customer.id)
        .where(Purchase.at >= data.starts_at, Purchase.at <= moment() - RIPENS)
        .order_by(Purchase.at.desc())
        .limit(EXAMPLE_BUYERS)
    )
    return list(dict.fromkeys(g.session.scalars(latest)))


def _save(found: CashierHint | None) -> str | Response | tuple[str, int]:
    form = request.form
    try:
        data = _told(form, name=typed.name("name", form.get("name", "")))
        if found is None:
            create_hint(g.session, data)
        else:
            change_hint(g.session, found.id, data)
    except Refused as refused:
        return _form(found, form, form.getlist("outlets"), refused), 400
    flash(_("“%(name)s” is saved", name=data.name))
    return redirect("/cashier-hints")


def _told(form: MultiDict[str, str], name: str) -> HintData:
    """The hint that a form says; products and categories stand one a line."""
    starts_on = typed.day("starts_on", form.get("starts_on", ""))
    starts_time = typed.clock("starts_time", form.get("starts_time", "")) or time(0)
    goods_shown = typed.whole("goods_shown", form.get("goods_shown", ""))
    return HintData(
        name=name,
        starts_at=moment_at(starts_on, starts_time, zone()),
        goods_shown=3 if goods_shown is None else goods_shown,
        least_sum=typed.amount("least_sum", form.get("least_sum", "").strip() or "0"),
        active=bool(form.get("active")),
        skus=_rows(form, "skus"),
        categories=_rows(form, "categories"),
        outlets=[typed.whole("outlets", text) or 0 for text in form.getlist("outlets")],
    )


def _rows(form: MultiDict[str, str], name: str) -> list[str]:
    return [row.strip() for row in form.get(name, "").replace("\0", "").splitlines() if row.strip()]


def _values(found: CashierHint) -> dict[str, str]:
    starts = found.starts_at.astimezone(zone())
    return {
        "name": found.name,
        "starts_on": f"{starts:%Y-%m-%d}",
        "starts_time": f"{starts:%H:%M}",
        "goods_shown": str(found.goods_shown),
        "least_sum": typed.decimal(found.least_sum) if found.least_sum else "",
        "skus": "\n".join(each.value for each in found.products if each.kind == SKU),
        "categories": "\n".join(each.value for each in found.products if each.kind == CATEGORY),
        **({"active": "1"} if found.active else {}),
    }


def _form(
    found: CashierHint | None, values: Mapping[str, Any], chosen: list[str], refused: Refused | None = None
) -> str:
    outlets = g.session.scalars(select(Outlet).order_by(Outlet.name, Outlet.id)).all()
    return render_template(
        "cashier_hint.html", hint=found, values=values, chosen=chosen, outlets=outlets, refused=refused
    )
