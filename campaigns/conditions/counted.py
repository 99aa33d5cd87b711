"""What conditions on the number of messages share: the campaigns that sent them, and how these are told."""

from collections.abc import Callable, Mapping

from babel.support import LazyProxy
from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import InstrumentedAttribute

from campaigns.campaigns import Campaign
from campaigns.messages.rows import Message, MessageOpening
from campaigns.runtime.rows import Run
from loyalty_core.database import id_set, table_of
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.aggregation import Source
from segmenter.condition import Condition, Leaf, Subject
from segmenter.facts import Facts
from segmenter.times import counting
from segmenter.values import References
from segmenter.words import Words

CAMPAIGNS = Subject(
    _("Campaigns"),
    References(source="/campaigns", name=Campaign.name, gone=_("a campaign that no longer exists")),
    any=_("any campaign"),
)


def counting_messages(
    rows: type[Message] | type[MessageOpening],
    at: InstrumentedAttribute[object],
    *,
    key: str,
    title: LazyProxy,
    help: LazyProxy,
    unknown: LazyProxy | None = None,
    subject: Subject = CAMPAIGNS,
    chosen: Callable[[Leaf], ColumnElement[bool]] = lambda leaf: true(),
    clause: Callable[[Leaf, Words, Mapping[str, str]], str],
    short: Callable[[Leaf, Words], str],
) -> Condition:
    """The condition that compares how many `chosen` messages there are whose moment `at` lies in a window.

    They may be limited to campaigns: by the subject, or by `by` where the subject is something else. `clause` gets the
    parts of its sentence that are the same for all: quantity, campaigns and scope.
    """
    narrowed_by = None if subject is CAMPAIGNS else CAMPAIGNS

    def counted(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
        campaigns = leaf.by if narrowed_by else leaf.of
        if not campaigns:
            return chosen(leaf)
        runs = select(Run.id).where(Run.campaign_id.in_(id_set(facts.session, campaigns)))
        return chosen(leaf) & rows.run_id.in_(runs)

    def told(leaf: Leaf, words: Words, scope: str) -> str:
        campaigns = leaf.by if narrowed_by else leaf.of
        names = gettext(" of %(campaigns)s", campaigns=CAMPAIGNS.value.full(campaigns, words)) if campaigns else ""
        return clause(leaf, words, {"quantity": leaf.quantity(words), "campaigns": names, "scope": scope})

    return counting(
        Source(key, table_of(rows), rows.customer_id, at, moves=False),
        counted,
        key=key,
        group="communication",
        title=title,
        help=help,
        unknown=unknown,
        subject=subject,
        by=narrowed_by,
        clause=told,
        short=short,
    )
