"""In which group a customer is: the one whose rules hold for them at the till."""

from sqlalchemy import func

from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from loyalty_core.programmes.rows import CustomerGroup
from loyalty_core.programmes.terms import group_followed
from segmenter.condition import Condition
from segmenter.values import References

CONDITION = Condition(
    key="customer_group",
    title=_("Customer group"),
    help=_("The customer’s own group; who has neither a group nor a programme is in the default group."),
    unknown=_("Who is in no group does not meet it."),
    group="bonuses",
    value=References(source="/customer-groups", name=CustomerGroup.name, gone=_("a group that no longer exists")),
    meets=lambda leaf, facts: func.coalesce(group_followed().in_(leaf.value), False),
    actual=lambda leaf, facts: [group_followed()],
    reading=lambda values, _: () if values[0] is None else (values[0],),
    clause=lambda leaf, words, window: gettext(
        "whose group is %(names)s", names=leaf.condition.value.full(leaf.value, words)
    ),
    short=lambda leaf, words: gettext("group %(names)s", names=leaf.condition.value.brief(leaf.value, words)),
)
