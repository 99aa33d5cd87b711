"""What RFM scored a customer: 1 to 5 for recency, frequency or money."""

from sqlalchemy import ColumnElement, and_

from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf, Subject
from segmenter.operators import holds
from segmenter.rfm.current import score
from segmenter.rfm.rows import RfmScore
from segmenter.values import Choice, Number

_COLUMNS = {"r": RfmScore.r, "f": RfmScore.f, "m": RfmScore.m}


def _meets(leaf: Leaf) -> ColumnElement[bool]:
    scored = score(_COLUMNS[leaf.of])
    return and_(scored.is_not(None), holds(scored, leaf.op, leaf.value))


CONDITION = Condition(
    key="rfm_score",
    group="purchases",
    title=_("RFM score"),
    help=_("By the last RFM calculation: 5 bought most lately, most often or for most; 1 least."),
    unknown=_("Who did not buy in its period has no score and does not meet it."),
    value=Number(5),
    subject=Subject(_("Of"), Choice({"r": _("recency"), "f": _("frequency"), "m": _("money")})),
    meets=lambda leaf, facts: _meets(leaf),
    actual=lambda leaf, facts: [score(_COLUMNS[leaf.of])],
    clause=lambda leaf, words, scope: gettext(
        "whose RFM score of %(measure)s is %(quantity)s", measure=leaf.subject(words), quantity=leaf.quantity(words)
    ),
    short=lambda leaf, words: gettext(
        "RFM %(measure)s %(quantity)s", measure=leaf.subject(words), quantity=leaf.signed(words)
    ),
)
