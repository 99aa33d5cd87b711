"""Whether a customer is a woman or a man."""

from sqlalchemy import and_

from loyalty_core.customers.rows import Customer
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition
from segmenter.values import Choice

_CLAUSES = {"female": _("who are female"), "male": _("who are male")}

CONDITION = Condition(
    key="sex",
    title=_("Sex"),
    help=_("As it was told at registration."),
    unknown=_("Whose sex is not known does not meet it."),
    value=Choice({"female": _("female"), "male": _("male")}),
    meets=lambda leaf, facts: and_(Customer.sex.is_not(None), Customer.sex == leaf.value),
    actual=lambda leaf, facts: [Customer.sex],
    clause=lambda leaf, words, window: str(_CLAUSES[leaf.value]),
    short=lambda leaf, words: leaf.condition.value.brief(leaf.value, words),
)
