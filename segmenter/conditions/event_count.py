"""How often something of one's own happened to a customer: events that a site or another program told."""

from sqlalchemy import ColumnElement

from loyalty_core.database import table_of
from loyalty_core.events import Event
from loyalty_core.i18n import gettext, ngettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf, Subject
from segmenter.facts import Facts
from segmenter.happenings import Happenings
from segmenter.operators import holds
from segmenter.values import Number
from segmenter.words import Words


def _times(leaf: Leaf, facts: Facts) -> ColumnElement[int]:
    events = table_of(Event)
    return facts.times("events", events, Event.customer_id, Event.at, leaf.window, leaf.of, leaf.of.holds(facts))


def _clause(leaf: Leaf, words: Words, scope: str) -> str:
    return ngettext(
        "to whom %(event)s happened %(quantity)s time%(scope)s",
        "to whom %(event)s happened %(quantity)s times%(scope)s",
        leaf.values[-1],
        event=leaf.subject(words),
        quantity=leaf.quantity(words),
        scope=scope,
    )


CONDITION = Condition(
    key="event_count",
    title=_("Event happened"),
    help=_(
        "How often an event of this kind came in, with these properties where any are asked for. To whom it never "
        "happened has 0; an event without a property that is asked for does not count."
    ),
    value=Number(1_000_000),
    subject=Subject(_("Event"), Happenings()),
    windowed=True,
    meets=lambda leaf, facts: holds(_times(leaf, facts), leaf.op, leaf.value),
    actual=lambda leaf, facts: [_times(leaf, facts)],
    clause=_clause,
    short=lambda leaf, words: gettext(
        "%(event)s %(quantity)s times", event=leaf.subject(words), quantity=leaf.signed(words)
    ),
)
