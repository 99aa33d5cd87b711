"""Whose rules hold for a customer at the till: the programme that they follow."""

from sqlalchemy import func

from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from loyalty_core.programmes.rows import Programme
from loyalty_core.programmes.terms import programme_followed
from segmenter.condition import Condition
from segmenter.values import References

CONDITION = Condition(
    key="programme",
    title=_("Programme"),
    help=_(
        "The programme whose rules hold at the till: the group’s, else the customer’s own, else the default group’s or "
        "the default one."
    ),
    unknown=_("Who follows no programme does not meet it."),
    group="bonuses",
    value=References(source="/programmes", name=Programme.name, gone=_("a programme that no longer exists")),
    meets=lambda leaf, facts: func.coalesce(programme_followed().in_(leaf.value), False),
    actual=lambda leaf, facts: [programme_followed()],
    reading=lambda values, _: () if values[0] is None else (values[0],),
    clause=lambda leaf, words, window: gettext(
        "whose programme is %(names)s", names=leaf.condition.value.full(leaf.value, words)
    ),
    short=lambda leaf, words: gettext("programme %(names)s", names=leaf.condition.value.brief(leaf.value, words)),
)
