"""Selections: opening one of what was found, the table with its ticks, and what was done to it."""

import json
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request
from flask_security import current_user
from werkzeug.wrappers import Response

from campaigns.acting.reading import actions_on, actions_on_each
from loyalty_core.database import id_set
from loyalty_core.i18n import gettext as _
from segmenter.chosen import ids_of
from segmenter.selections import members
from segmenter.selections.filling import cancel, filling
from segmenter.selections.listing import selections
from segmenter.selections.opening import look_for, open_wanted
from segmenter.selections.wanted import Wanted
from segmenter.spreadsheets.downloads import ask_for
from web.pages import arguments, typed
from web.pages.blueprint import pages
from web.pages.customer_list import count_customers, find_customers
from web.pages.paging import first
from web.session import begin_writing, moment, reads_first

ROWS = 50


@pages.get("/selections")
def list_selections() -> str:
    """Earlier selections, newest first, with what was done to each."""
    found = selections(g.session, before=arguments.number("after"), limit=ROWS + 1)
    page = first(found, ROWS, found[ROWS - 1].selection.id if len(found) > ROWS else None)
    done = actions_on_each(g.session, [each.selection.id for each in page.rows])
    return render_template("selections.html", page=page, done=done)


@pages.post("/selections")
@reads_first
def new_selection() -> Response:
    """Freeze who meets a tree (JSON), is in a segment or on a list, or is found by the list of customers' search."""
    wanted, by = _wanted(), current_user.name or current_user.email
    few = look_for(current_app.extensions["database"], g.session, wanted, moment())
    begin_writing()
    return redirect(f"/selections/{open_wanted(g.session, wanted, few, moment(), by).id}")


@pages.get("/selections/<id:selection_id>")
def selection(selection_id: int) -> str:
    """The table, newest customers first, or those that the words fit; until it is whole, how far it is. NotFound."""
    found = members.selection(g.session, selection_id)
    still = filling(g.session, selection_id)
    if still is not None:
        return render_template("selection_filling.html", selection=found, filling=still)
    words, after = arguments.words(), arguments.number("after")
    among = members.members(selection_id)
    if words:
        page = find_customers(g.session, words, after=after, limit=ROWS, among=among)
    else:
        rows = members.newest(g.session, selection_id, after=after, limit=ROWS + 1)
        page = find_customers(g.session, "", after=None, limit=ROWS, among=id_set(g.session, rows))
    sizes = members.figures(g.session, selection_id)
    return render_template(
        "selection.html",
        selection=found,
        sizes=sizes,
        page=page,
        words=words,
        found=count_customers(g.session, words, among=among) if words else sizes.members,
        unticked=members.unticked(g.session, selection_id, [row.id for row in page.rows]),
        done=actions_on(g.session, selection_id),
    )


@pages.post("/selections/<id:selection_id>/cancellation")
def cancel_selection(selection_id: int) -> Response:
    """Open it no further: it is gone. NotFound; Conflict where it is open already."""
    cancel(g.session, selection_id)
    flash(_("The selection is not opened"))
    return redirect("/selections")


@pages.post("/selections/<id:selection_id>/downloads")
@reads_first
def download_selection(selection_id: int) -> Response:
    """Ask for the ticked customers as a workbook; NotFound."""
    found = members.whole(g.session, selection_id)
    ids = ids_of(g.session, members.ticked(selection_id))
    begin_writing()
    asked = ask_for(g.session, found.origin[:100], ids, moment())
    return redirect(f"/downloads/{asked.id}")


def _wanted() -> Wanted:
    form = request.form
    if form.get("tree"):
        return Wanted("tree", tree=_tree(form["tree"]))
    list_id, segment_id = (typed.whole(name, form.get(name, "")) for name in ("list", "segment"))
    if list_id is not None:
        return Wanted("list", list=list_id)
    words = form.get("q", "").replace("\0", "").strip()[: arguments.WORDS_MAX]
    return Wanted("search", segment=segment_id, words=words, waiting=bool(form.get("waiting")))


def _tree(told: str) -> Any:
    try:
        return json.loads(told)
    except (ValueError, RecursionError):
        return None
