"""Whether a customer is active, blocked, or not activated yet."""

from sqlalchemy import ColumnElement, case, exists

from loyalty_core.customers.blocks import Block
from loyalty_core.customers.rows import Customer
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition
from segmenter.values import Choice

_CLAUSES = {
    "active": _("who are active"),
    "blocked": _("who are blocked"),
    "not_activated": _("who are not activated yet"),
}


def _status() -> ColumnElement[str]:
    blocked = exists().where(Block.customer_id == Customer.id).correlate(Customer)
    return case((blocked, "blocked"), (Customer.activated_at.is_(None), "not_activated"), else_="active")


CONDITION = Condition(
    key="status",
    title=_("Status"),
    help=_(
        "Blocked is who was blocked by hand or by the rules of a programme, activated or not; of the others, who has "
        "joined is active."
    ),
    value=Choice({"active": _("active"), "blocked": _("blocked"), "not_activated": _("not activated")}),
    meets=lambda leaf, facts: _status() == leaf.value,
    actual=lambda leaf, facts: [_status()],
    clause=lambda leaf, words, scope: str(_CLAUSES[leaf.value]),
    short=lambda leaf, words: leaf.condition.value.brief(leaf.value, words),
)
