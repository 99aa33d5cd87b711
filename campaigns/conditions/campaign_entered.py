"""How often a customer took part in some campaigns, or in any."""

from sqlalchemy import ColumnElement, true

from campaigns.campaigns import Campaign
from campaigns.runtime.rows import Enrollment
from loyalty_core.database import id_set, table_of
from loyalty_core.i18n import gettext, ngettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf, Subject
from segmenter.facts import Facts
from segmenter.operators import holds
from segmenter.values import Number, References
from segmenter.words import Words

CAMPAIGNS = References(source="/campaigns", name=Campaign.name, gone=_("a campaign that no longer exists"))


def _entered(leaf: Leaf, facts: Facts) -> ColumnElement[int]:
    chosen = Enrollment.campaign_id.in_(id_set(facts.session, leaf.of)) if leaf.of else true()
    trips = table_of(Enrollment)
    return facts.times("trips", trips, Enrollment.customer_id, Enrollment.entered_at, leaf.window, leaf.of, chosen)


def _clause(leaf: Leaf, words: Words, scope: str) -> str:
    return ngettext(
        "who took part in %(campaigns)s %(quantity)s time%(scope)s",
        "who took part in %(campaigns)s %(quantity)s times%(scope)s",
        leaf.values[-1],
        campaigns=leaf.subject(words) if leaf.of else gettext("campaigns"),
        quantity=leaf.quantity(words),
        scope=scope,
    )


def _short(leaf: Leaf, words: Words) -> str:
    campaigns = leaf.subject(words) if leaf.of else gettext("campaigns")
    return gettext("%(campaigns)s %(quantity)s times", campaigns=campaigns, quantity=leaf.signed(words))


CONDITION = Condition(
    key="campaign_entered",
    group="communication",
    title=_("Took part in a campaign"),
    help=_("How often the customer entered a chain, whatever became of them there. Who never did has 0."),
    value=Number(1_000_000),
    subject=Subject(_("Campaigns"), CAMPAIGNS, optional=True),
    windowed=True,
    meets=lambda leaf, facts: holds(_entered(leaf, facts), leaf.op, leaf.value),
    actual=lambda leaf, facts: [_entered(leaf, facts)],
    clause=_clause,
    short=_short,
)
