"""Programmes: the list, and the form with what a purchase of 1 000.00 would earn by it."""

from collections.abc import Mapping, Sequence

from flask import flash, g, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.programmes.changes import (
    ProgrammeData,
    TierData,
    change_programme,
    check,
    create_programme,
    programme,
    programmes,
)
from loyalty_core.programmes.late_accrual import lifetime_of
from loyalty_core.programmes.rows import Programme, Tier
from loyalty_core.till.pricing import Rates, payable, price
from web.pages import typed
from web.pages.blueprint import pages
from web.pages.frame import zone
from web.pages.typed import decimal
from web.session import moment, only_reads

EXAMPLE = 100_000
ROWS_LEAST = 4


@pages.get("/programmes")
def list_programmes() -> str:
    """Those in use by name; with `archived`, the archived ones too."""
    archived = bool(request.args.get("archived"))
    found = programmes(g.session, archived=archived)
    return render_template("programmes.html", programmes=found, archived=archived)


@pages.route("/programmes/new", methods=["GET", "POST"])
def new_programme() -> str | Response | tuple[str, int]:
    """The form for a new one."""
    if request.method == "POST":
        return _save(None)
    return _form(None, {"kind": "bonus", "payable": "100"}, [("", "", "")])


@pages.route("/programmes/<id:programme_id>", methods=["GET", "POST"])
def edit_programme(programme_id: int) -> str | Response | tuple[str, int]:
    """The form of one; what was earned by it stays as it is."""
    found = programme(g.session, programme_id)
    return _save(found) if request.method == "POST" else _form(found, _values(found), _rows(found))


@pages.post("/programmes/example")
@only_reads
def programme_example() -> str:
    """What a purchase of 1 000.00 made now would cost and earn in each tier, as a part of the form's page."""
    try:
        data = _told(request.form, name=request.form.get("name", "").strip()[:200] or "–")
        check(data)
    except Refused as refused:
        return render_template("programme_example.html", problem=refused.message)
    return shown_example(data)


def shown_example(data: ProgrammeData | Programme) -> str:
    """What a purchase made now would cost and earn by these rules, tier by tier."""
    tiers: Sequence[TierData | Tier] = data.tiers
    shown = []
    for place, tier in enumerate(tiers):
        rates = Rates(tier.bonus_rate, tier.discount_rate, data.payable_rate)
        priced = price([EXAMPLE], rates)
        until = tiers[place + 1].above if place + 1 < len(tiers) else None
        shown.append({"above": tier.above, "until": until, "price": priced, "payable": payable(priced.amount, rates)})
    lifetime = lifetime_of(data, zone())
    active_at = lifetime.active_at(moment())
    expires_at = lifetime.expires_at(active_at, zone())
    return render_template(
        "programme_example.html", data=data, sum=EXAMPLE, tiers=shown, active_at=active_at, expires_at=expires_at
    )


def _save(found: Programme | None) -> str | Response | tuple[str, int]:
    try:
        data = _told(request.form, name=typed.name("name", request.form.get("name", "")))
        if found is None:
            create_programme(g.session, data)
        else:
            change_programme(g.session, found.id, data)
    except Refused as refused:
        return _form(found, request.form, _typed_rows(request.form), refused), 400
    flash(_("“%(name)s” is saved", name=data.name))
    return redirect("/programmes")


def _told(form: MultiDict[str, str], name: str) -> ProgrammeData:
    """The programme that a form says; a row without a threshold, past the first, is left out."""
    kind = form.get("kind", "")
    tiers: list[TierData] = []
    for row, (above, bonus, discount) in enumerate(_typed_rows(form)):
        if row and not above.strip():
            continue
        place = len(tiers)
        bonus_rate = typed.percent(f"tiers.{place}.bonus_percent", bonus) if kind != "discount" else 0
        discount_rate = typed.percent(f"tiers.{place}.discount_percent", discount) if kind != "bonus" else 0
        tiers.append(TierData(typed.amount(f"tiers.{place}.above", above) if row else 0, bonus_rate, discount_rate))
    return ProgrammeData(
        name=name,
        kind=kind,
        tiers=tiers,
        description=form.get("description", "").strip().replace("\0", ""),
        payable_rate=typed.percent("payable_percent", form.get("payable", "")),
        delay_days=typed.whole("delay_days", form.get("delay_days", "")) or 0,
        accrual_time=typed.clock("accrual_time", form.get("accrual_time", "")),
        lifetime_days=typed.whole("lifetime_days", form.get("lifetime_days", "")),
        counts_current=bool(form.get("counts_current")),
        is_default=bool(form.get("is_default")),
        archived=bool(form.get("archived")),
        shift_starts=typed.clock("shift_starts", form.get("shift_starts", "")),
        shift_purchases_max=typed.whole("shift_purchases_max", form.get("shift_purchases_max", "")),
        visit_hours=typed.whole("visit_hours", form.get("visit_hours", "")),
        password="" if form.get("password_gone") else form.get("password", "").strip() or None,
    )


def _typed_rows(form: MultiDict[str, str]) -> list[tuple[str, str, str]]:
    return list(zip(form.getlist("above"), form.getlist("bonus"), form.getlist("discount"), strict=False))


def _values(found: Programme) -> dict[str, str]:
    return {
        "name": found.name,
        "description": found.description,
        "kind": found.kind,
        "payable": decimal(found.payable_rate),
        "delay_days": str(found.delay_days or ""),
        "accrual_time": found.accrual_time.strftime("%H:%M") if found.accrual_time else "",
        "lifetime_days": str(found.lifetime_days or ""),
        "shift_starts": found.shift_starts.strftime("%H:%M") if found.shift_starts else "",
        "shift_purchases_max": str(found.shift_purchases_max or ""),
        "visit_hours": str(found.visit_hours or ""),
        **{flag: "1" for flag in ("counts_current", "is_default", "archived") if getattr(found, flag)},
    }


def _rows(found: Programme) -> list[tuple[str, str, str]]:
    return [(decimal(tier.above), decimal(tier.bonus_rate), decimal(tier.discount_rate)) for tier in found.tiers]


def _form(
    found: Programme | None,
    values: Mapping[str, str],
    rows: list[tuple[str, str, str]],
    refused: Refused | None = None,
) -> str:
    spare = max(1, ROWS_LEAST - len(rows))
    rows = [*rows, *[("", "", "")] * spare]
    return render_template("programme.html", programme=found, values=values, rows=rows, refused=refused)
