"""Whether a friend invited a customer."""

from sqlalchemy import ColumnElement, case

from loyalty_core.customers.rows import Customer
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition
from segmenter.values import Choice

_CLAUSES = {"yes": _("whom a friend invited"), "no": _("whom nobody invited")}


def _answer() -> ColumnElement[str]:
    return case((Customer.invited_by_id.is_not(None), "yes"), else_="no")


CONDITION = Condition(
    key="invited",
    title=_("Invited by a friend"),
    help=_("Whether the customer told at registration, or later, who invited them."),
    value=Choice({"yes": _("yes"), "no": _("no")}),
    meets=lambda leaf, facts: _answer() == leaf.value,
    actual=lambda leaf, facts: [_answer()],
    clause=lambda leaf, words, scope: str(_CLAUSES[leaf.value]),
    short=lambda leaf, words: gettext("invited") if leaf.value == "yes" else gettext("not invited"),
)
