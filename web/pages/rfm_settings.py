"""The settings of RFM: the form, and what its rules would make of the scores of today."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import flash, g, redirect, render_template, request
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from campaigns.segment_uses import trees_of_campaigns
from loyalty_core.errors import Conflict, Refused
from loyalty_core.i18n import gettext as _
from segmenter.calendar import Calendar
from segmenter.rfm.cells import rule_for
from segmenter.rfm.claims import request as ask
from segmenter.rfm.deleting import delete_settings
from segmenter.rfm.reading import cells, standing
from segmenter.rfm.rows import RfmSettings
from segmenter.rfm.settings import (
    SegmentData,
    SettingsData,
    change,
    check,
    clean_name,
    create,
    data_of,
    make_default,
    settings_of,
)
from segmenter.segments import Segment
from segmenter.window_reading import read_window
from segmenter.windows import UNITS, Period
from web.pages import typed
from web.pages.blueprint import pages
from web.pages.rfm import rfm_address, which
from web.session import moment, only_reads

SPARE_ROWS = 2
SCORES = range(1, 6)
_RANGE = re.compile(r"([0-9])(?:\s*[-–—]\s*([0-9]))?")


class Row(NamedTuple):
    """A rule as it stands in the form."""

    id: str = ""
    name: str = ""
    description: str = ""
    r: str = ""
    f: str = ""
    m: str = ""


@pages.route("/rfm/settings", methods=["GET", "POST"])
def rfm_settings() -> str | Response | tuple[str, int]:
    """The form of one calculation; saving asks for it to be done."""
    chosen = which()
    found = settings_of(g.session, chosen)
    if request.method == "GET":
        data = data_of(g.session, found)
        return _form(found, _values(data), [_row(rule) for rule in data.segments])
    try:
        settings = change(g.session, _told(request.form), chosen)
    except (Refused, Conflict) as refused:
        return _form(found, request.form, _typed_rows(request.form), refused), _status(refused)
    return _saved(settings)


@pages.route("/rfm/settings/new", methods=["GET", "POST"])
def new_rfm_settings() -> str | Response | tuple[str, int]:
    """The form of another calculation, which begins with the usual rules."""
    if request.method == "GET":
        usual = data_of(g.session, None)
        return _form(None, _values(usual) | {"name": ""}, [_row(rule) for rule in usual.segments])
    try:
        told = _told(request.form)
        clean_name(told.name)
        settings = create(g.session, told)
    except (Refused, Conflict) as refused:
        return _form(None, request.form, _typed_rows(request.form), refused), _status(refused)
    return _saved(settings)


@pages.post("/rfm/settings/deletion")
def delete_rfm_settings() -> Response:
    """Delete a calculation; where segments or campaigns ask for it, say which."""
    chosen = which()
    try:
        delete_settings(g.session, chosen or 0, trees_of_campaigns)
    except Conflict as conflict:
        flash(conflict.message, "error")
        return redirect(rfm_address(chosen, "/rfm/settings"))
    flash(_("The calculation is deleted"))
    return redirect("/rfm")


@pages.post("/rfm/settings/default")
def make_rfm_settings_default() -> Response:
    """Make a calculation the default one."""
    made = make_default(g.session, which() or 0)
    flash(_("Conditions that name no calculation ask “%(name)s” from now on", name=made.name))
    return redirect("/rfm/settings")


def _status(refused: Refused | Conflict) -> int:
    return 409 if isinstance(refused, Conflict) else 400


def _saved(settings: RfmSettings) -> Response:
    ask(g.session, settings, moment())
    flash(_("The rules are saved, and RFM is being calculated by them"))
    return redirect(rfm_address(None if settings.is_default else settings.id))


@pages.post("/rfm/settings/example")
@only_reads
def rfm_example() -> str:
    """How many customers each rule would name by the scores of today, as a part of the form's page."""
    try:
        data = _told(request.form)
        rules = check(g.session, data)
    except Refused as refused:
        return render_template("rfm_example.html", problem=refused.message)
    current = None if "new" in request.args else standing(g.session, which()).current
    found = cells(g.session, current.id) if current else []
    weights = {(cell.r, cell.f, cell.m): cell.customers for cell in found}
    if not weights:
        weights = {(r, f, m): 1 for r in SCORES for f in SCORES for m in SCORES}
    named: Counter[str] = Counter()
    for scores, weight in weights.items():
        rule = rule_for(scores, rules)
        named[rule.name if rule else ""] += weight
    bounds = read_window(data.period).bounds(Calendar.of(g.session, moment())) if data.period else None
    return render_template(
        "rfm_example.html",
        counts=[(rule.name, named[rule.name]) for rule in rules] + ([("", named[""])] if named[""] else []),
        total=named.total(),
        of_customers=bool(found),
        bounds=bounds,
    )


def _told(form: MultiDict[str, str]) -> SettingsData:
    """What a form says; a rule without a name is left out, the others stand in the order of their numbers."""
    rules = [
        SegmentData(
            name=row.name,
            description=row.description,
            id=typed.whole(f"segments.{place}.name", row.id),
            **{axis: _scores(f"segments.{place}.{axis}", getattr(row, axis)) for axis in "rfm"},
        )
        for place, row in enumerate(_rows_in_use(form))
    ]
    base = form.get("segment", "")
    return SettingsData(
        period=_period(form),
        convention=form.get("convention", ""),
        segment_id=typed.whole("segment", base) if base else None,
        segments=rules,
        name=form.get("name", ""),
    )


def _period(form: MultiDict[str, str]) -> dict[str, Any] | None:
    match form.get("period"):
        case "all":
            return None
        case "calendar":
            which, _colon, unit = form.get("calendar", "").partition(":")
            return {which: unit}
        case "dates":
            return {"from": form.get("from", ""), "to": form.get("to", "")}
    return {"last_days": typed.whole("period.last_days", form.get("last_days", "")) or 0}


def _scores(where: str, text: str) -> tuple[int, int]:
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        raise Refused(where, _("Write one score or a range, such as 4–5"))
    return int(match[1]), int(match[2] or match[1])


def _rows_in_use(form: MultiDict[str, str]) -> list[Row]:
    return [row for row in _typed_rows(form) if row.name.strip()]


def _typed_rows(form: MultiDict[str, str]) -> list[Row]:
    """The rows in the order of the numbers that somebody gave them; one without a number stays where it is."""
    names = ("id", "name", "description", "r", "f", "m")
    rows = [Row(*values) for values in zip(*(form.getlist(f"rule_{name}") for name in names), strict=False)]
    numbers = [*form.getlist("rule_place"), *[""] * len(rows)]
    wanted = [float(text) if re.fullmatch(r"[0-9]{1,4}", text) else at for at, text in enumerate(numbers, 1)]
    return [row for _, row in sorted(zip(wanted, rows, strict=False), key=lambda pair: pair[0])]


def _row(rule: SegmentData) -> Row:
    low_high = {axis: getattr(rule, axis) for axis in "rfm"}
    written = {axis: f"{low}–{high}" if low != high else str(low) for axis, (low, high) in low_high.items()}
    return Row(str(rule.id or ""), rule.name, rule.description, **written)


def _values(data: SettingsData) -> dict[str, str]:
    values = {
        "name": data.name,
        "convention": data.convention,
        "segment": str(data.segment_id or ""),
        "last_days": "365",
        "calendar": "this:year",
    }
    match data.period:
        case None:
            return {**values, "period": "all"}
        case {"last_days": days}:
            return {**values, "period": "last_days", "last_days": str(days)}
        case {"from": first, "to": last}:
            return {**values, "period": "dates", "from": first, "to": last}
    ((which, unit),) = data.period.items()
    return {**values, "period": "calendar", "calendar": f"{which}:{unit}"}


def _form(
    found: RfmSettings | None, values: Mapping[str, str], rows: Sequence[Row], refused: Refused | Conflict | None = None
) -> str:
    # Refusals count the rows that have a name.
    used = sorted((row for row in rows if any(row)), key=lambda row: not row.name.strip())
    return render_template(
        "rfm_settings.html",
        found=found,
        new=request.path.endswith("/new"),
        values=values,
        rows=[*used, *[Row()] * SPARE_ROWS],
        refused=refused,
        segments=list(g.session.scalars(select(Segment).order_by(func.lower(Segment.name), Segment.id))),
        calendar=[
            (f"{which}:{unit}", Period(which, unit).sentence()) for which in ("this", "previous") for unit in UNITS
        ],
    )
