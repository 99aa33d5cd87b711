"""How many friends a customer invited."""

from sqlalchemy import ColumnElement

from loyalty_core.customers.rows import Customer
from loyalty_core.database import table_of
from loyalty_core.i18n import lazy as _
from loyalty_core.i18n import ngettext
from segmenter.condition import Condition, Leaf
from segmenter.facts import Facts
from segmenter.operators import holds
from segmenter.values import Number
from segmenter.words import Words

_FRIENDS = table_of(Customer).alias("friend")


def _invited(leaf: Leaf, facts: Facts) -> ColumnElement[int]:
    known = _FRIENDS.c.invited_by_id.is_not(None)
    friends = _FRIENDS.c
    return facts.times("friends", _FRIENDS, friends.invited_by_id, friends.registered_at, leaf.window, None, known)


def _clause(leaf: Leaf, words: Words, scope: str) -> str:
    return ngettext(
        "who invited %(quantity)s friend%(scope)s",
        "who invited %(quantity)s friends%(scope)s",
        leaf.values[-1],
        quantity=leaf.quantity(words),
        scope=scope,
    )


def _short(leaf: Leaf, words: Words) -> str:
    return ngettext(
        "%(quantity)s friend invited", "%(quantity)s friends invited", leaf.values[-1], quantity=leaf.signed(words)
    )


CONDITION = Condition(
    key="friends_invited",
    title=_("Friends invited"),
    help=_("Customers whom this one invited, by the day on which they registered. Who invited nobody has 0."),
    value=Number(1_000_000),
    windowed=True,
    meets=lambda leaf, facts: holds(_invited(leaf, facts), leaf.op, leaf.value),
    actual=lambda leaf, facts: [_invited(leaf, facts)],
    clause=_clause,
    short=_short,
)
