"""Selections: opening one of what was found, the table with its ticks, and what was done to it."""

import json
from typing import Any

from flask import g, redirect, render_template, request
from flask_security import current_user
from sqlalchemy import Select, select
from werkzeug.wrappers import Response

from campaigns.acting.reading import actions_on
from loyalty_core.customers.rows import Customer
from loyalty_core.i18n import gettext as _
from segmenter import compiler, lists
from segmenter.chosen import ids_of
from segmenter.segments import segment
from segmenter.selections import members
from segmenter.selections.opening import open_segment, open_selection, open_tree
from segmenter.selections.rows import Selection
from segmenter.spreadsheets.downloads import ask_for
from web.pages import arguments, typed
from web.pages.blueprint import pages
from web.pages.customer_list import count_customers, find_customers, found_by
from web.session import begin_writing, moment, reads_first

ROWS = 50


@pages.post("/selections")
def new_selection() -> Response:
    """Freeze who meets a tree (JSON), is in a segment or on a list, or is found by the list of customers' search."""
    return redirect(f"/selections/{_opened(current_user.name or current_user.email).id}")


@pages.get("/selections/<id:selection_id>")
def selection(selection_id: int) -> str:
    """The table, newest customers first, or those that the words fit; NotFound."""
    found = members.selection(g.session, selection_id)
    words, among = arguments.words(), members.members(selection_id)
    page = find_customers(g.session, words, after=arguments.number("after"), limit=ROWS, among=among)
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


@pages.post("/selections/<id:selection_id>/downloads")
@reads_first
def download_selection(selection_id: int) -> Response:
    """Ask for the ticked customers as a workbook; NotFound."""
    found = members.selection(g.session, selection_id)
    ids = ids_of(g.session, members.ticked(selection_id))
    begin_writing()
    asked = ask_for(g.session, found.origin[:100], ids, moment())
    return redirect(f"/downloads/{asked.id}")


def _opened(by: str) -> Selection:
    form = request.form
    if form.get("tree"):
        return open_tree(g.session, _tree(form["tree"]), moment(), by)
    list_id, segment_id = (typed.whole(name, form.get(name, "")) for name in ("list", "segment"))
    if list_id is not None:
        name = lists.customer_list(g.session, list_id).name
        return open_selection(g.session, lists.members(list_id), _("List “%(name)s”", name=name), moment(), by)
    words, waiting = form.get("q", "").replace("\0", "").strip()[: arguments.WORDS_MAX], bool(form.get("waiting"))
    if segment_id is not None and not words and not waiting:
        return open_segment(g.session, segment_id, moment(), by)
    among: Select[Any] | None = None
    origin = [_("waiting for activation")] if waiting else []
    if segment_id is not None:
        found = segment(g.session, segment_id)
        origin.insert(0, _("Segment “%(name)s”", name=found.name))
        among = compiler.customers(g.session, found.tree, now=moment())
    if words:
        origin.append(_("found by “%(words)s”", words=words))
    chosen = select(Customer.id).where(*found_by(words, waiting=waiting, among=among))
    named = ", ".join(origin) or _("all customers")
    return open_selection(g.session, chosen, named[:1].upper() + named[1:], moment(), by)


def _tree(told: str) -> Any:
    try:
        return json.loads(told)
    except (ValueError, RecursionError):
        return None
