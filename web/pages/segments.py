"""Segments: the list, and the page that the condition builder fills."""

import json
from datetime import timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from campaigns.segment_uses import used_by
from loyalty_core.customers.rows import Customer
from loyalty_core.i18n import gettext
from segmenter import segments as saved
from segmenter.calendar import Calendar
from segmenter.freezing import kind_of
from segmenter.segments import Segment
from segmenter.sentences import sentence
from segmenter.sizes import history
from segmenter.trees import read
from web.pages import arguments
from web.pages.blueprint import pages
from web.pages.size_chart import line
from web.session import moment

CHARTED = timedelta(days=84)


@pages.get("/segments")
def segments() -> str:
    """All segments by name, each with its sentence, how many customers it had when last counted, and how that went."""
    words = arguments.words()
    wanted = select(Segment).order_by(func.lower(Segment.name), Segment.id)
    if words:
        wanted = wanted.where(func.lower(Segment.name).contains(words.lower(), autoescape=True))
    found = list(g.session.scalars(wanted))
    today = Calendar.of(g.session, moment()).today
    total = g.session.scalar(select(func.count()).where(Customer.merged_into_id.is_(None))) or 0
    return render_template(
        "segments.html",
        segments=found,
        sentences={each.id: sentence(g.session, each.tree) for each in found},
        kinds={each.id: kind_of(each.tree) for each in found},
        sizes=history(g.session, [each.id for each in found], today - CHARTED),
        line=line,
        total=total,
        words=words,
    )


def _tree(told: str) -> Any:
    try:
        tree = json.loads(told)
    except (ValueError, RecursionError):
        tree = None
    read(tree)
    return tree


@pages.get("/segments/new")
def new_segment() -> str:
    """A builder that is empty, or begun with the conditions (JSON) and the name that the address brings; Refused."""
    told = request.args.get("tree", "")
    return render_template(
        "segment.html", segment=None, tree=_tree(told) if told else None, name=arguments.words("name")
    )


@pages.get("/segments/<id:segment_id>")
def segment(segment_id: int) -> str:
    """The builder with a saved segment, with `customer` the answer why they are in it or not; NotFound."""
    customer = arguments.number("customer")
    return render_template("segment.html", segment=saved.segment(g.session, segment_id), customer=customer)


@pages.post("/segments/<id:segment_id>/copy")
def copy_segment(segment_id: int) -> Response:
    """Save the conditions once more under a name of their own; NotFound."""
    copied = saved.copy(g.session, segment_id, moment())
    g.session.flush()
    return redirect(f"/segments/{copied.id}")


@pages.post("/segments/<id:segment_id>/deletion")
def delete_segment(segment_id: int) -> Response:
    """Delete one that nothing uses; Conflict names the chains and promotions that do."""
    name = saved.segment(g.session, segment_id).name
    saved.delete(g.session, segment_id, used_by)
    flash(gettext("“%(name)s” is deleted", name=name))
    return redirect("/segments")
