"""Whether a customer is active, blocked, or not activated yet."""

from sqlalchemy import ColumnElement, case, exists

from loyalty_core.customers.blocks import Block
from loyalty_core.customers.rows import Customer
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf
from segmenter.values import Choices
from segmenter.words import Words

_CLAUSES = {
    ("active",): _("who are active"),
    ("blocked",): _("who are blocked"),
    ("not_activated",): _("who are not activated yet"),
}


def _status() -> ColumnElement[str]:
    blocked = exists().where(Block.customer_id == Customer.id).correlate(Customer)
    return case((blocked, "blocked"), (Customer.activated_at.is_(None), "not_activated"), else_="active")


def _clause(leaf: Leaf, words: Words, _scope: str) -> str:
    told = _CLAUSES.get(leaf.value)
    if told:
        return str(told)
    return gettext("whose status is %(status)s", status=leaf.condition.value.full(leaf.value, words))


CONDITION = Condition(
    key="status",
    title=_("Status"),
    help=_(
        "Blocked is who was blocked by hand or by the rules of a programme, activated or not; of the others, who has "
        "joined is active."
    ),
    value=Choices({"active": _("active"), "blocked": _("blocked"), "not_activated": _("not activated")}),
    meets=lambda leaf, facts: _status().in_(leaf.value),
    actual=lambda leaf, facts: [_status()],
    reading=lambda values, _: (values[0],),
    clause=_clause,
    short=lambda leaf, words: leaf.condition.value.brief(leaf.value, words),
)
