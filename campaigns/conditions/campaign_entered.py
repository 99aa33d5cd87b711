"""How often a customer took part in some campaigns, or in any."""

from sqlalchemy import ColumnElement, true

from campaigns.conditions.counted import CAMPAIGNS
from campaigns.runtime.rows import Enrollment
from loyalty_core.database import id_set, table_of
from loyalty_core.i18n import gettext, ngettext
from loyalty_core.i18n import lazy as _
from segmenter.aggregation import Source
from segmenter.condition import Leaf
from segmenter.facts import Facts
from segmenter.times import counting
from segmenter.words import Words


def _chosen(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    return Enrollment.campaign_id.in_(id_set(facts.session, leaf.of)) if leaf.of else true()


def _clause(leaf: Leaf, words: Words, scope: str) -> str:
    return ngettext(
        "who took part in %(campaigns)s %(quantity)s time%(scope)s",
        "who took part in %(campaigns)s %(quantity)s times%(scope)s",
        leaf.number,
        campaigns=leaf.subject(words) if leaf.of else gettext("campaigns"),
        quantity=leaf.quantity(words),
        scope=scope,
    )


def _short(leaf: Leaf, words: Words) -> str:
    campaigns = leaf.subject(words) if leaf.of else gettext("campaigns")
    return gettext("%(campaigns)s %(quantity)s times", campaigns=campaigns, quantity=leaf.signed(words))


CONDITION = counting(
    Source("trips", table_of(Enrollment), Enrollment.customer_id, Enrollment.entered_at, moves=False),
    _chosen,
    key="campaign_entered",
    group="communication",
    title=_("Took part in a campaign"),
    help=_("How often the customer entered a chain, whatever became of them there. Who never did has 0."),
    subject=CAMPAIGNS,
    clause=_clause,
    short=_short,
)
