"""Segments: the list, and the page that the condition builder fills."""

from flask import g, render_template, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from loyalty_core.customers import Customer
from loyalty_core.errors import NotFound
from loyalty_core.i18n import gettext
from segmenter.compiler import customers
from segmenter.segments import Segment
from segmenter.sentences import sentence
from web.pages.blueprint import pages
from web.session import moment


@pages.get("/segments")
def segments() -> str:
    """All segments by name, each with its sentence and how many customers are in it now."""
    words = request.args.get("q", "").strip()
    wanted = select(Segment).order_by(func.lower(Segment.name), Segment.id)
    if words:
        wanted = wanted.where(func.lower(Segment.name).contains(words.lower(), autoescape=True))
    found = list(g.session.scalars(wanted))
    total = g.session.scalar(select(func.count()).select_from(Customer)) or 0
    return render_template(
        "segments.html",
        segments=found,
        sentences={each.id: sentence(g.session, each.tree) for each in found},
        sizes=_sizes(g.session, found),
        total=total,
        words=words,
    )


def _sizes(session: Session, found: list[Segment]) -> dict[int, int]:
    """How many customers are in each segment, counted in one statement."""
    if not found:
        return {}
    now = moment()
    members = (customers(session, each.tree, now=now).subquery() for each in found)
    counts = [select(func.count()).select_from(each).scalar_subquery() for each in members]
    return dict(zip((each.id for each in found), session.execute(select(*counts)).one(), strict=True))


@pages.get("/segments/new")
def new_segment() -> str:
    """An empty builder."""
    return render_template("segment.html", segment=None)


@pages.get("/segments/<int:segment_id>")
def segment(segment_id: int) -> str:
    """The builder with a saved segment; NotFound."""
    found = g.session.get(Segment, segment_id)
    if found is None:
        raise NotFound("segment", gettext("There is no segment %(id)s", id=segment_id))
    return render_template("segment.html", segment=found)
