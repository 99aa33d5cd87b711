"""The list of customers, and tags for a selection of it."""

from typing import Any, NamedTuple

from flask import flash, g, redirect, render_template, request
from sqlalchemy import Select, select
from werkzeug.wrappers import Response

from loyalty_core.customers.matching import found_by
from loyalty_core.customers.rows import Customer
from loyalty_core.customers.tags import Selection, put_on, tag, tag_figures, take_off
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.i18n import ngettext
from segmenter import compiler
from segmenter.segments import segment, segments
from web.pages import arguments, typed
from web.pages.blueprint import pages
from web.pages.customer_list import count_customers, find_customers
from web.session import moment

ROWS = 50
SEGMENTS_MAX = 200


class Search(NamedTuple):
    """What the address asks for; `among` are those who are in the segment."""

    words: str
    waiting: bool
    segment_id: int | None
    among: Select[Any] | None


@pages.get("/customers")
def customers() -> str:
    """Newest first, or those that the words fit; of a segment, or with `waiting` only those who are not activated."""
    return _page()


@pages.post("/customers/tags")
def tag_customers() -> Response | tuple[str, int]:
    """Put a tag on the ticked customers, or on all that are found, or take it off them."""
    form = request.form
    try:
        tag_id = typed.whole("tag", form.get("tag", ""))
        if tag_id is None:
            raise Refused("tag", _("Choose a tag"))
        change = take_off if form.get("change") == "off" else put_on
        changed = change(g.session, tag_id, _selection(), moment())
    except Refused as refused:
        return _page(refused), 400
    shown = {"tag": tag(g.session, tag_id).name, "n": changed}
    if change is take_off:
        told = ngettext("“%(tag)s” is off %(n)s customer", "“%(tag)s” is off %(n)s customers", changed, **shown)
    else:
        told = ngettext("“%(tag)s” is on %(n)s more customer", "“%(tag)s” is on %(n)s more customers", changed, **shown)
    flash(told)
    return redirect(f"/customers?{request.query_string.decode()}")


def _selection() -> Selection:
    if request.form.get("whom") == "found":
        search = _search()
        return select(Customer.id).where(*found_by(search.words, waiting=search.waiting, among=search.among))
    ticked = [typed.whole("customer", each) or 0 for each in request.form.getlist("customer")]
    if not ticked:
        raise Refused("whom", _("Tick customers, or choose all that are found"))
    return ticked


def _search() -> Search:
    segment_id = arguments.number("segment")
    among = None
    if segment_id is not None:
        among = compiler.customers(g.session, segment(g.session, segment_id).tree, now=moment())
    return Search(arguments.words(), bool(request.args.get("waiting")), segment_id, among)


def _page(refused: Refused | None = None) -> str:
    words, waiting, segment_id, among = _search()
    after = arguments.number("after")
    return render_template(
        "customers.html",
        page=find_customers(g.session, words, after=after, limit=ROWS, waiting=waiting, among=among),
        words=words,
        waiting=waiting,
        segment_id=segment_id,
        segments=segments(g.session, limit=SEGMENTS_MAX),
        tags=[each.tag for each in tag_figures(g.session)],
        total=count_customers(g.session, words, waiting=waiting, among=among),
        refused=refused,
        values=request.form,
    )
