"""How often something of one's own happened to a customer: events that a site or another program told."""

from loyalty_core.database import table_of
from loyalty_core.events import Event
from loyalty_core.i18n import gettext, ngettext
from loyalty_core.i18n import lazy as _
from segmenter.aggregation import Source
from segmenter.condition import Leaf, Subject
from segmenter.happenings import Happenings
from segmenter.times import counting
from segmenter.words import Words


def _clause(leaf: Leaf, words: Words, scope: str) -> str:
    return ngettext(
        "to whom %(event)s happened %(quantity)s time%(scope)s",
        "to whom %(event)s happened %(quantity)s times%(scope)s",
        leaf.number,
        event=leaf.subject(words),
        quantity=leaf.quantity(words),
        scope=scope,
    )


CONDITION = counting(
    Source("events", table_of(Event), Event.customer_id, Event.at),
    lambda leaf, facts: leaf.of.holds(facts),
    key="event_count",
    title=_("Event happened"),
    help=_(
        "How often an event of this kind came in, with these properties where any are asked for. To whom it never "
        "happened has 0; an event without a property that is asked for does not count."
    ),
    subject=Subject(_("Event"), Happenings()),
    clause=_clause,
    short=lambda leaf, words: gettext(
        "%(event)s %(quantity)s times", event=leaf.subject(words), quantity=leaf.signed(words)
    ),
)
