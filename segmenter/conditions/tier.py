"""Which tier of their programme a customer has reached."""

from sqlalchemy import ColumnElement, and_, case, func, select

from loyalty_core.customers.rows import Customer, CustomerTotals
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from loyalty_core.programmes.rows import Tier
from loyalty_core.programmes.terms import programme_followed
from segmenter.condition import Condition, Leaf
from segmenter.facts import Facts
from segmenter.operators import holds
from segmenter.scope import EVERYWHERE
from segmenter.values import Number


def _reached(facts: Facts) -> ColumnElement[int]:
    # The first tier is everybody's: a sum of 0 is not more than the 0 that it begins at, and reaches it all the same.
    above = select(func.count()).where(
        Tier.programme_id == programme_followed(), Tier.above < facts.bought(EVERYWHERE).sum
    )
    passed = above.correlate(Customer, CustomerTotals).scalar_subquery()
    return case((passed > 1, passed), else_=1)


def _meets(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    return and_(programme_followed().is_not(None), holds(_reached(facts), leaf.op, leaf.value))


CONDITION = Condition(
    key="tier",
    group="bonuses",
    title=_("Tier"),
    help=_("By its place in the programme whose rules hold: 1 is the first. Earlier purchases count, net of returns."),
    unknown=_("Who follows no programme has no tier and does not meet it."),
    value=Number(100),
    meets=_meets,
    actual=lambda leaf, facts: [case((programme_followed().is_not(None), _reached(facts)))],
    clause=lambda leaf, words, scope: gettext("who are in tier %(quantity)s", quantity=leaf.quantity(words)),
    short=lambda leaf, words: gettext("tier %(quantity)s", quantity=leaf.signed(words)),
)
