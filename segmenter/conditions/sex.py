"""Whether a customer is a woman or a man."""

from sqlalchemy import and_

from loyalty_core.customers.rows import Customer
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf
from segmenter.values import Choices
from segmenter.words import Words

_CLAUSES = {("female",): _("who are female"), ("male",): _("who are male")}


def _clause(leaf: Leaf, words: Words, _scope: str) -> str:
    told = _CLAUSES.get(leaf.value)
    return str(told) if told else gettext("whose sex is %(sex)s", sex=leaf.condition.value.full(leaf.value, words))


CONDITION = Condition(
    key="sex",
    title=_("Sex"),
    help=_("As it was told at registration."),
    unknown=_("Whose sex is not known does not meet it."),
    value=Choices({"female": _("female"), "male": _("male")}),
    meets=lambda leaf, facts: and_(Customer.sex.is_not(None), Customer.sex.in_(leaf.value)),
    actual=lambda leaf, facts: [Customer.sex],
    reading=lambda values, _: values[0] and (values[0],),
    clause=_clause,
    short=lambda leaf, words: leaf.condition.value.brief(leaf.value, words),
)
