"""Which segments a customer is in, with the way to why."""

from flask import g, render_template

from segmenter import segments as saved
from segmenter.segment_membership import among_segments
from web.pages import arguments
from web.pages.blueprint import pages
from web.pages.profile_reading import profile_of
from web.session import moment

SEGMENTS_MAX = 100


@pages.get("/customers/<id:customer_id>/segments")
def customer_segments(customer_id: int) -> str:
    """The first hundred segments by name, or of those with the words in it: in or out; NotFound, or Merged."""
    who = profile_of(g.session, customer_id)
    words = arguments.words()
    found = saved.segments(g.session, words, limit=SEGMENTS_MAX + 1)
    shown = found[:SEGMENTS_MAX]
    return render_template(
        "customer_segments.html",
        who=who,
        segments=shown,
        inside=among_segments(g.session, shown, customer_id, moment()),
        more=len(found) > SEGMENTS_MAX,
        words=words,
    )
