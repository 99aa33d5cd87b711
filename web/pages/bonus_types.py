"""Bonus types: the list, and the form with its computed example."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, time, timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request
from sqlalchemy import exists, func, select
from werkzeug.wrappers import Response

from loyalty_core.errors import Conflict, NotFound, Refused
from loyalty_core.i18n import gettext
from loyalty_core.ledger.bonus_types import BonusType
from loyalty_core.ledger.lifetime import MONTHS, SPANS, Lifetime
from loyalty_core.ledger.rows import Lot
from loyalty_core.promotions.changes import promotions_with_bonus_type
from web.pages.blueprint import pages
from web.pages.frame import zone
from web.session import moment, only_reads

NAME_MAX = 200
SPANS_OF_ACTIVATION = ("after_hours", "after_days")
FIELDS = tuple(field.name for field in fields(Lifetime))


@pages.get("/bonus-types")
def bonus_types() -> str:
    """All of them by name, each in words and with what an accrual of this moment would get."""
    found = list(g.session.scalars(select(BonusType).order_by(func.lower(BonusType.name), BonusType.id)))
    return render_template(
        "bonus_types.html", types=[(each, Lifetime.of(each), _dates(Lifetime.of(each))) for each in found]
    )


@pages.route("/bonus-types/new", methods=["GET", "POST"])
def new_bonus_type() -> str | Response | tuple[str, int]:
    """The form for a new one."""
    if request.method == "GET":
        return _form(None, {"activation": "at_once", "burning": "after_days", "burning_amount": "30"})
    return _save(BonusType(), request.form)


@pages.route("/bonus-types/<id:type_id>", methods=["GET", "POST"])
def bonus_type(type_id: int) -> str | Response | tuple[str, int]:
    """The form of one; lots that were accrued by it keep their moments."""
    found = _find(type_id)
    if request.method == "POST":
        return _save(found, request.form)
    return _form(
        found,
        {
            # 0 is a value: the last day of a month, or the end of this one.
            name: "" if getattr(found, name) is None or getattr(found, name) is False else str(getattr(found, name))
            for name in ("name", *FIELDS)
        },
    )


@pages.post("/bonus-types/<id:type_id>/deletion")
def delete_bonus_type(type_id: int) -> Response:
    """Delete one by which nothing was accrued, and no promotion accrues."""
    found = _find(type_id)
    if g.session.scalar(select(exists().where(Lot.bonus_type_id == type_id))):
        raise Conflict("bonus_type", gettext("Bonuses were accrued by “%(name)s”: it stays", name=found.name))
    if promotions := promotions_with_bonus_type(g.session, type_id):
        names = ", ".join(f"“{name}”" for name in promotions)
        raise Conflict("bonus_type", gettext("“%(name)s” is used by %(names)s", name=found.name, names=names))
    g.session.delete(found)
    flash(gettext("“%(name)s” is deleted", name=found.name))
    return redirect("/bonus-types")


@pages.post("/bonus-types/example")
@only_reads
def bonus_type_example() -> str:
    """What 500 bonuses accrued now would get, as a part of the form's page."""
    try:
        lifetime = _lifetime(request.form)
    except Refused as refused:
        return render_template("bonus_type_example.html", problem=refused.message)
    return render_template("bonus_type_example.html", lifetime=lifetime, dates=_dates(lifetime))


def _find(type_id: int) -> BonusType:
    found: BonusType | None = g.session.get(BonusType, type_id)
    if found is None:
        raise NotFound("bonus_type", gettext("There is no bonus type %(id)s", id=type_id))
    return found


def _save(kind: BonusType, form: Mapping[str, str]) -> str | Response | tuple[str, int]:
    try:
        name = _name(kind, form.get("name", ""))
        lifetime = _lifetime(form)
    except Refused as refused:
        return _form(kind if kind.id else None, form, refused), 400
    kind.name = name
    for field in FIELDS:
        setattr(kind, field, getattr(lifetime, field))
    g.session.add(kind)
    flash(gettext("“%(name)s” is saved", name=name))
    return redirect("/bonus-types")


def _name(kind: BonusType, text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= NAME_MAX or "\0" in name:
        raise Refused("name", gettext("Write a name"))
    with g.session.no_autoflush:
        taken = g.session.scalar(select(BonusType.id).where(BonusType.name == name))
    if taken not in (None, kind.id):
        raise Refused("name", gettext("There is a bonus type “%(name)s” already", name=name))
    return name


def _lifetime(form: Mapping[str, str]) -> Lifetime:
    """The lifetime that a form says; only the fields that its choices use count."""
    activation, burning = form.get("activation", ""), form.get("burning", "")
    counted = burning in SPANS
    fixed = burning == "day_of_year"
    lifetime = Lifetime(
        activation=activation,
        activation_amount=_whole("activation_amount", form) if activation in SPANS_OF_ACTIVATION else None,
        activation_time=_time(form.get("activation_time", "")),
        activation_date=_date("activation_date", form) if activation == "on_date" else None,
        burning=burning,
        burning_amount=_whole("burning_amount", form) if counted or burning == "end_of_month" else None,
        burning_month=_whole("burning_month", form) if fixed else None,
        burning_day=_whole("burning_day", form) if fixed else None,
        burning_date=_date("burning_date", form) if burning == "on_date" else None,
        to_the_second=counted and bool(form.get("to_the_second")),
    )
    lifetime.check()
    return lifetime


def _whole(name: str, form: Mapping[str, str]) -> int:
    text = form.get(name, "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Refused(name, gettext("Write a whole number"))
    return int(text)


def _time(text: str) -> time | None:
    if not text.strip():
        return None
    try:
        return time.fromisoformat(text.strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise Refused("activation_time", gettext("Write a time such as 09:00")) from None


def _date(name: str, form: Mapping[str, str]) -> date:
    try:
        return date.fromisoformat(form.get(name, "").strip())
    except ValueError:
        raise Refused(name, gettext("Choose a day")) from None


def _dates(lifetime: Lifetime) -> dict[str, Any]:
    """What an accrual now and one in a month would get."""
    examples = []
    for accrued_at in (moment(), moment() + timedelta(days=30)):
        active_at = lifetime.active_at(accrued_at, zone())
        example = {"accrued_at": accrued_at, "active_at": active_at, "problem": ""}
        try:
            example["expires_at"] = lifetime.expires_at(active_at, zone())
        except Refused as refused:
            example["problem"] = refused.message
        examples.append(example)
    return {"now": examples[0], "later": examples[1]}


def _form(kind: BonusType | None, values: Mapping[str, str], refused: Refused | None = None) -> str:
    return render_template("bonus_type.html", type=kind, values=values, refused=refused, months=MONTHS)
