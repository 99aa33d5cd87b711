"""Promo codes: the lists with what is left of them, and one list with its codes, which are pasted in."""

from collections.abc import Mapping

from flask import flash, g, redirect, render_template, request
from werkzeug.wrappers import Response

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.promotions import promo_code_lists
from loyalty_core.promotions.changes import promotions
from loyalty_core.promotions.promo_code_lists import Added, ListData, change_list, code_list, codes, create_list, lists
from loyalty_core.promotions.promo_codes import PromoCodeList
from web.pages import arguments, typed
from web.pages.blueprint import pages
from web.pages.paging import first

PAGE = 100
NOTES_MOST = 200


@pages.get("/promo-codes")
def list_promo_codes() -> str:
    """All lists by name, with what was used of them."""
    return render_template("promo_code_lists.html", lists=lists(g.session))


@pages.route("/promo-codes/new", methods=["GET", "POST"])
def new_promo_code_list() -> str | Response | tuple[str, int]:
    """The form for a new list."""
    if request.method == "GET":
        return render_template("promo_code_list.html", figures=None, values={"active": "1"})
    try:
        found = create_list(g.session, _told(request.form))
    except Refused as refused:
        return render_template("promo_code_list.html", figures=None, values=request.form, refused=refused), 400
    flash(_("“%(name)s” is saved. Paste its codes now.", name=found.name))
    return redirect(f"/promo-codes/{found.id}")


@pages.route("/promo-codes/<id:list_id>", methods=["GET", "POST"])
def edit_promo_code_list(list_id: int) -> str | Response | tuple[str, int]:
    """A list with its codes; `q` finds those that begin with it."""
    if request.method == "GET":
        return _page(list_id)
    try:
        found = change_list(g.session, list_id, _told(request.form))
    except Refused as refused:
        return _page(list_id, request.form, refused), 400
    flash(_("“%(name)s” is saved", name=found.name))
    return redirect(f"/promo-codes/{list_id}")


@pages.route("/promo-codes/<id:list_id>/codes", methods=["GET", "POST"])
def add_promo_codes(list_id: int) -> str | tuple[str, int]:
    """Add what was pasted, and report on it line by line; the pages of codes beneath the report lie here too."""
    if request.method == "GET":
        return _page(list_id)
    try:
        added = promo_code_lists.add_codes(g.session, list_id, request.form.get("codes", "").splitlines())
    except Refused as refused:
        return _page(list_id, refused=refused), 400
    return _page(list_id, added=added)


@pages.post("/promo-codes/<id:list_id>/codes/<id:code_id>/removal")
def remove_promo_code(list_id: int, code_id: int) -> Response:
    """Remove a code that was never used."""
    code = promo_code_lists.remove_code(g.session, list_id, code_id)
    flash(_("%(code)s is removed", code=code))
    return redirect(f"/promo-codes/{list_id}")


def _page(
    list_id: int, values: Mapping[str, str] | None = None, refused: Refused | None = None, added: Added | None = None
) -> str:
    found = code_list(g.session, list_id)
    (figures,) = lists(g.session, PromoCodeList.id == list_id)
    rows = codes(g.session, list_id, arguments.words(), after=arguments.number("after") or 0, limit=PAGE + 1)
    page = first(list(rows), PAGE, rows[PAGE - 1].id if len(rows) > PAGE else None)
    own = {name: "1" for name in ("active", "reusable") if getattr(found, name)}
    return render_template(
        "promo_code_list.html",
        figures=figures,
        page=page,
        words=arguments.words(),
        acting=[each for each in promotions(g.session) if each.code_list_id == list_id],
        values=values or {"name": found.name, "description": found.description, **own},
        refused=refused,
        added=added,
        notes=_notes(added) if added else [],
        pasted=request.form.get("codes", "") if refused else "",
        notes_most=NOTES_MOST,
    )


def _notes(added: Added) -> list[str]:
    """What was not added, in the order of the lines."""
    notes = [(each.line, _("“%(text)s” is no code", text=each.text)) for each in added.refused]
    notes += [(each.line, _("%(code)s is in “%(list)s”", code=each.code, list=each.list)) for each in added.known]
    return [_("Line %(n)s: %(note)s", n=line, note=note) for line, note in sorted(notes)]


def _told(form: Mapping[str, str]) -> ListData:
    return ListData(
        name=typed.name("name", form.get("name", "")),
        description=form.get("description", "").strip().replace("\0", ""),
        active=bool(form.get("active")),
        reusable=bool(form.get("reusable")),
    )
