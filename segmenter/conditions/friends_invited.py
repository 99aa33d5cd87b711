"""How many friends a customer invited."""

from sqlalchemy import ColumnElement, and_, true

from loyalty_core.customers.rows import Customer
from loyalty_core.database import id_set, table_of
from loyalty_core.i18n import lazy as _
from loyalty_core.i18n import ngettext
from segmenter.aggregation import Source
from segmenter.condition import Leaf
from segmenter.facts import Facts
from segmenter.times import counting
from segmenter.words import Words

_FRIENDS = table_of(Customer).alias("friend")


def _chosen(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    there = _FRIENDS.c.outlet_id.in_(id_set(facts.session, leaf.outlets)) if leaf.outlets else true()
    return and_(_FRIENDS.c.invited_by_id.is_not(None), there)


def _clause(leaf: Leaf, words: Words, scope: str) -> str:
    return ngettext(
        "who invited %(quantity)s friend%(scope)s",
        "who invited %(quantity)s friends%(scope)s",
        leaf.number,
        quantity=leaf.quantity(words),
        scope=scope,
    )


def _short(leaf: Leaf, words: Words) -> str:
    return ngettext(
        "%(quantity)s friend invited", "%(quantity)s friends invited", leaf.values[-1], quantity=leaf.signed(words)
    )


CONDITION = counting(
    Source("friends", _FRIENDS, _FRIENDS.c.invited_by_id, _FRIENDS.c.registered_at),
    _chosen,
    key="friends_invited",
    title=_("Friends invited"),
    help=_(
        "Customers whom this one invited, by the day and the outlet of their registration. Who invited nobody has 0."
    ),
    at_outlets=True,
    clause=_clause,
    short=_short,
)
