"""Promotions: the list in the order in which they act, and the form with what an example basket would get."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, g, redirect, render_template, request
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.ledger.bonus_types import BonusType, bonus_types
from loyalty_core.local_time import moment_at
from loyalty_core.organisation import Outlet
from loyalty_core.promotions.changes import (
    PromotionData,
    change_promotion,
    check,
    create_promotion,
    filled,
    promotion,
)
from loyalty_core.promotions.promo_codes import PromoCodeList
from loyalty_core.promotions.rows import CATEGORY, SKU, Promotion
from loyalty_core.till.purchases import Product
from segmenter.sentences import sentences
from web.conditions import check_conditions
from web.pages import typed
from web.pages.blueprint import pages
from web.pages.frame import this_organisation
from web.pages.promotion_conditions import FIELD, as_text, choices, in_words, read_conditions
from web.pages.promotion_example import example
from web.pages.promotion_words import Names, gives, pieces, state, wants
from web.pages.typed import decimal
from web.session import moment, only_reads

PRODUCTS_OFFERED = 500


@pages.get("/promotions")
def list_promotions() -> str:
    """All of them, highest priority first, each in words."""
    ordered = select(Promotion).order_by(Promotion.priority.desc(), Promotion.id)
    found = g.session.scalars(ordered.options(selectinload(Promotion.products), selectinload(Promotion.outlets))).all()
    names = Names(*(_names(model) for model in (PromoCodeList, Outlet)))
    whom = sentences(g.session, {each.id: each.conditions for each in found if each.conditions is not None})
    rows = [(each, wants(each, names), whom.get(each.id), gives(each), state(each, moment())) for each in found]
    return render_template("promotions.html", promotions=rows)


@pages.route("/promotions/new", methods=["GET", "POST"])
def new_promotion() -> str | Response | tuple[str, int]:
    """The form for a new one."""
    if request.method == "POST":
        return _save(None)
    return _form(None, {"active": "1", "adds_up": "1", "promo_code_list": request.args.get("codes", "")}, [])


@pages.route("/promotions/<id:promotion_id>", methods=["GET", "POST"])
def edit_promotion(promotion_id: int) -> str | Response | tuple[str, int]:
    """The form of one; what it gave stays as it is."""
    found = promotion(g.session, promotion_id)
    if request.method == "POST":
        return _save(found)
    return _form(found, _values(found), [str(each.outlet_id) for each in found.outlets])


@pages.post("/promotions/example")
@only_reads
def promotion_example() -> str:
    """What an example basket would get, as a part of the form's page."""
    try:
        data = _told(request.form, name=request.form.get("name", "").strip()[:200] or "–")
        check(data)
        # Never added to the session: a promotion for this example alone.
        alone = filled(Promotion(), data)
        if data.bonus_type_id is not None:
            alone.bonus_type = g.session.get(BonusType, data.bonus_type_id)
        shown = example(alone, data, moment())
    except Refused as refused:
        untouched = not request.form.get("name", "").strip()
        return render_template("promotion_example.html", problem=refused.message, untouched=untouched)
    who = in_words(g.session, request.form.get(FIELD, ""))
    return render_template("promotion_example.html", data=data, example=shown, who=who)


def _save(found: Promotion | None) -> str | Response | tuple[str, int]:
    form = request.form
    try:
        data = _told(form, name=typed.name("name", form.get("name", "")))
        if found is None:
            create_promotion(g.session, data, check_conditions)
        else:
            change_promotion(g.session, found.id, data, check_conditions)
    except Refused as refused:
        return _form(found, form, form.getlist("outlets"), refused), 400
    flash(_("“%(name)s” is saved", name=data.name))
    return redirect("/promotions")


def _told(form: MultiDict[str, str], name: str) -> PromotionData:
    """The promotion that a form says."""
    zone = ZoneInfo(this_organisation().zone)

    def amount(where: str) -> int:
        return typed.amount(where, form.get(where, "").strip() or "0")

    def quantity(where: str) -> Decimal:
        return typed.quantity(where, form.get(where, "").strip() or "0")

    def at(where: str) -> datetime | None:
        return _moment(where, form.get(where, ""), zone)

    special = form.get("special_price", "").strip()
    return PromotionData(
        name=name,
        description=form.get("description", "").strip().replace("\0", ""),
        active=bool(form.get("active")),
        priority=_priority(form.get("priority", "")),
        adds_up=bool(form.get("adds_up")),
        starts_at=at("starts_at"),
        ends_at=at("ends_at"),
        least_sum=amount("least_sum"),
        least_quantity=quantity("least_quantity"),
        skus=_rows(form.get("skus", "")),
        categories=_rows(form.get("categories", "")),
        products_least=quantity("products_least"),
        outlets=[_chosen("outlets", text) or 0 for text in form.getlist("outlets")],
        code_list_id=_chosen("promo_code_list", form.get("promo_code_list", "")),
        conditions=read_conditions(form.get(FIELD, "")),
        of_products=form.get("scope") == "products",
        bonus_rate=typed.percent("bonus_percent", form.get("bonus_percent", "")),
        bonus_amount=amount("bonus_amount"),
        bonus_type_id=_chosen("bonus_type", form.get("bonus_type", "")),
        lifetime_days=typed.whole("lifetime_days", form.get("lifetime_days", "")),
        discount_rate=typed.percent("discount_percent", form.get("discount_percent", "")),
        discount_amount=amount("discount_amount"),
        special_price=typed.amount("special_price", special) if special else None,
        forbids_redemption=bool(form.get("forbids_redemption")),
    )


def _moment(where: str, text: str, zone: ZoneInfo) -> datetime | None:
    """A local moment of the organisation, as a field of a browser sends it."""
    if not text.strip():
        return None
    try:
        local = datetime.fromisoformat(text.strip()).replace(tzinfo=None)
        if not 1900 <= local.year <= 2200:
            raise ValueError
    except ValueError:
        raise Refused(where, _("Choose a day and a time")) from None
    return moment_at(local.date(), local.time(), zone)


def _priority(text: str) -> int:
    """A whole number, which may stand below 0 with either sign that people write."""
    digits = text.strip().replace("−", "-")
    below = digits.startswith("-")
    found = typed.whole("priority", digits[below:]) or 0
    return -found if below else found


def _chosen(where: str, text: str) -> int | None:
    """The id that a choice sends."""
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Refused(where, _("Choose one of the list"))
    return int(text)


def _rows(text: str) -> list[str]:
    return [row.strip() for row in text.replace("\0", "").splitlines() if row.strip()]


def _values(found: Promotion) -> dict[str, str]:
    zone = ZoneInfo(this_organisation().zone)
    amounts = ("least_sum", "bonus_amount", "discount_amount")
    texts: dict[str, Any] = {
        **{name: getattr(found, name) for name in ("name", "description", "lifetime_days")},
        "priority": found.priority or "",
        **{name: decimal(getattr(found, name)) if getattr(found, name) else "" for name in amounts},
        "bonus_percent": decimal(found.bonus_rate) if found.bonus_rate else "",
        "discount_percent": decimal(found.discount_rate) if found.discount_rate else "",
        "special_price": "" if found.special_price is None else decimal(found.special_price),
        **{name: pieces(getattr(found, name)) for name in ("least_quantity", "products_least")},
        "skus": "\n".join(each.value for each in found.products if each.kind == SKU),
        "categories": "\n".join(each.value for each in found.products if each.kind == CATEGORY),
        "promo_code_list": found.code_list_id,
        FIELD: as_text(found.conditions),
        "bonus_type": found.bonus_type_id,
        "scope": "products" if found.of_products else "receipt",
        **{flag: "1" for flag in ("active", "adds_up", "forbids_redemption") if getattr(found, flag)},
    }
    for name in ("starts_at", "ends_at"):
        at: datetime | None = getattr(found, name)
        texts[name] = at.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if at else ""
    return {name: "" if value is None else str(value) for name, value in texts.items()}


def _names(model: Any) -> dict[int, str]:
    return dict(g.session.execute(select(model.id, model.name).order_by(func.lower(model.name), model.id)).all())


def _form(
    found: Promotion | None, values: Mapping[str, str], outlets: list[str], refused: Refused | None = None
) -> str:
    categories = select(Product.category).where(Product.category != "").distinct().limit(PRODUCTS_OFFERED)
    return render_template(
        "promotion.html",
        promotion=found,
        values=values,
        # A line of a field is told at the field; the builder finds the line.
        refused=refused and Refused(refused.where.split(".")[0], refused.message),
        refused_place=refused.where if refused else "",
        choices=choices(g.session, values.get(FIELD, "")),
        chosen=outlets,
        outlets=_names(Outlet),
        lists=_names(PromoCodeList),
        type_names=[(each.id, each.name) for each in bonus_types(g.session)],
        categories=sorted(g.session.scalars(categories)),
    )
