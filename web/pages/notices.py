"""The notices of a programme and of a customer group: one form, each part of which is a chain."""

from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, render_template, request
from flask_security import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from campaigns.messages.channels.titles import TITLES
from campaigns.messages.syntax import VARIABLES
from campaigns.notices.examples import Example, example_of
from campaigns.notices.kinds import AT, GROUP, Kind, NoticeData
from campaigns.notices.owners import Owner, group_owner, programme_owner
from campaigns.notices.reading import NoticeView, notices
from campaigns.notices.saving import SEVERAL_MAX, check_notice, places, save_notices
from loyalty_core.errors import Conflict, Refused
from loyalty_core.i18n import gettext as _
from web.pages import typed
from web.pages.blueprint import pages
from web.session import moment, only_reads

DAYS_BEFORE = 5


@dataclass
class Part:
    """A part of the form: a notice that is set up, or a place for one. `key` is its place, such as `burning.0`."""

    key: str
    kind: Kind
    values: "MultiDict[str, str]"
    view: NoticeView | None = None

    @property
    def on(self) -> bool:
        """Whether it is to be sent."""
        return bool(self.values.get("on"))


@pages.route("/programmes/<id:programme_id>/notices", methods=["GET", "POST"])
def programme_notices(programme_id: int) -> str | Response | tuple[str, int]:
    """What a programme tells its customers by itself."""
    writes = request.method == "POST"
    owner = programme_owner(g.session, programme_id, lock=writes)
    return _save(owner) if writes else _form(owner, _kept(owner))


@pages.post("/programmes/<id:programme_id>/notices/example")
@only_reads
def programme_notices_example(programme_id: int) -> str:
    """What each notice would say, to whom and when, as a part of the form's page."""
    return _examples(programme_owner(g.session, programme_id))


@pages.route("/customer-groups/<id:group_id>/notices", methods=["GET", "POST"])
def group_notices(group_id: int) -> str | Response | tuple[str, int]:
    """What the customers of a group are told by themselves."""
    writes = request.method == "POST"
    owner = group_owner(g.session, group_id, lock=writes)
    return _save(owner) if writes else _form(owner, _kept(owner))


@pages.post("/customer-groups/<id:group_id>/notices/example")
@only_reads
def group_notices_example(group_id: int) -> str:
    """What each notice would say, to whom and when, as a part of the form's page."""
    return _examples(group_owner(g.session, group_id))


def _save(owner: Owner) -> str | Response | tuple[str, int]:
    parts = _typed(owner)
    try:
        told = [_told(part) for part in parts if part.on]
        save_notices(g.session, owner, told, moment(), current_user.name or current_user.email)
    except (Refused, Conflict) as refused:
        status = 409 if isinstance(refused, Conflict) else 400
        g.session.rollback()
        return _form(owner, _with_views(owner, parts), _placed(parts, refused)), status
    flash(_("The notices of “%(name)s” are saved", name=owner.name))
    return redirect(_address(owner))


def _examples(owner: Owner) -> str:
    parts = [part for part in _typed(owner) if part.on]
    shown: list[tuple[Part, Example | None, str]] = []
    for part in parts:
        try:
            ((where, data),) = places([_told(part)])
            check_notice(g.session, owner, where, data, moment())
            shown.append((part, example_of(g.session, data, moment()), ""))
        except Refused as refused:
            shown.append((part, None, refused.message))
    return render_template("notices_example.html", shown=shown)


def _told(part: Part) -> NoticeData:
    """The notice that a part of the form says; Refused at its field."""
    form, fields = part.values, part.kind.fields
    least = form.get("least_amount", "").strip() if "least_amount" in fields else ""
    at = typed.clock(f"{part.key}.at", form.get("at", "")) if "at" in fields else None
    return NoticeData(
        kind=part.kind.key,
        channels=tuple(filter(None, form.getlist("channel"))),
        text=form.get("text", "").strip(),
        subject=form.get("subject", "").strip() or None,
        days_before=typed.whole(f"{part.key}.days_before", form.get("days_before", ""))
        if "days_before" in fields
        else None,
        least_amount=typed.amount(f"{part.key}.least_amount", least) if least else None,
        at=at,
        to=form.get("to", "customer") if "to" in fields else "customer",
        phone=form.get("phone", "").strip() or None if form.get("to") == "phone" else None,
        id=typed.whole(part.key, form.get("id", "")),
        anew=bool(form.get("anew")),
    )


def _typed(owner: Owner) -> list[Part]:
    """The parts of the form that was sent, in its order."""
    parts = []
    for kind in owner.kinds:
        for number in range(SEVERAL_MAX + 1 if kind.several else 1):
            key = f"{kind.key}.{number}" if kind.several else kind.key
            names = [name for name in request.form if name.startswith(f"{key}.")]
            if not names:
                break
            values: MultiDict[str, str] = MultiDict()
            for name in names:
                values.setlist(name.removeprefix(f"{key}."), request.form.getlist(name))
            parts.append(Part(key, kind, values))
    return parts


def _kept(owner: Owner) -> list[Part]:
    """The parts of the form as the notices stand, and an empty one of every kind that can be set up."""
    found = notices(g.session, owner)
    parts = []
    for kind in owner.kinds:
        mine = [view for view in found if view.data.kind == kind.key]
        for number, view in enumerate(mine):
            parts.append(Part(f"{kind.key}.{number}" if kind.several else kind.key, kind, _values(view.data), view))
        if kind.several and len(mine) < SEVERAL_MAX:
            parts.append(Part(f"{kind.key}.{len(mine)}", kind, _first(kind)))
        elif not mine:
            parts.append(Part(kind.key, kind, _first(kind)))
    return parts


def _with_views(owner: Owner, parts: list[Part]) -> list[Part]:
    """What was typed, with the chains of the notices that are there."""
    views = {str(view.data.id): view for view in notices(g.session, owner)}
    for part in parts:
        part.view = views.get(part.values.get("id", ""))
    return parts


def _values(data: NoticeData) -> "MultiDict[str, str]":
    values: MultiDict[str, str] = MultiDict(
        {
            "on": "1",
            "id": str(data.id),
            "text": data.text,
            "subject": data.subject or "",
            "days_before": "" if data.days_before is None else str(data.days_before),
            "least_amount": typed.decimal(data.least_amount) if data.least_amount else "",
            "at": f"{data.at or AT:%H:%M}",
            "to": data.to,
            "phone": data.phone or "",
        }
    )
    values.setlist("channel", list(data.channels))
    return values


def _first(kind: Kind) -> "MultiDict[str, str]":
    first = {"channel": "sms", "text": str(kind.example), "to": "customer"}
    return MultiDict(first | {"days_before": str(DAYS_BEFORE), "at": f"{AT:%H:%M}"})


def _placed(parts: list[Part], refused: Refused | Conflict) -> Refused:
    """The refusal at the part of the form that it is about: only parts that are ticked were told."""
    ticked = [part.key for part in parts if part.on]
    told = [where for where, _data in places(NoticeData(part.kind.key, (), "") for part in parts if part.on)]
    for where, key in zip(told, ticked, strict=True):
        if refused.where == where or refused.where.startswith(f"{where}."):
            return Refused(f"{key}{refused.where.removeprefix(where)}", refused.message)
    return Refused(refused.where, refused.message)


def _address(owner: Owner) -> str:
    return f"/customer-groups/{owner.id}/notices" if owner.kind == GROUP else f"/programmes/{owner.id}/notices"


def _form(owner: Owner, parts: list[Part], refused: Refused | None = None) -> str:
    named: dict[str, Any] = {"programme": owner} if owner.kind != GROUP else {"group": owner}
    return render_template(
        "notices.html",
        owner=owner,
        address=_address(owner),
        parts=parts,
        refused=refused,
        channels=TITLES,
        variables=VARIABLES,
        **named,
    )
