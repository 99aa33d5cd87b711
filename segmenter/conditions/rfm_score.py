"""What RFM scored a customer: 1 to 5 for recency, frequency or money."""

from typing import Any, ClassVar

from sqlalchemy import ColumnElement, func

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf, Subject
from segmenter.operators import holds
from segmenter.rfm.current import score
from segmenter.rfm.rows import RfmSettings
from segmenter.values import Choice, Number, References
from segmenter.words import Words


class Calculations(References):
    """One RFM calculation."""

    many: ClassVar[bool] = False

    def one(self, raw: Any, where: str) -> tuple[int, ...]:
        chosen = super().one(raw, where)
        if len(chosen) > 1:
            raise Refused(where, gettext("Choose one of them"))
        return chosen


def _clause(leaf: Leaf, words: Words) -> str:
    measure, quantity = leaf.subject(words), leaf.quantity(words)
    told = gettext("whose RFM score of %(measure)s is %(quantity)s", measure=measure, quantity=quantity)
    return gettext("%(score)s in %(name)s", score=told, name=_BY.full(leaf.by, words)) if leaf.by else told


def _short(leaf: Leaf, words: Words) -> str:
    told = gettext("RFM %(measure)s %(quantity)s", measure=leaf.subject(words), quantity=leaf.signed(words))
    return f"{told}, {_BY.brief(leaf.by, words)}" if leaf.by else told


_BY = Calculations(source="/rfm/settings", name=RfmSettings.name, gone=_("an RFM calculation that no longer exists"))


def _score(leaf: Leaf) -> ColumnElement[int | None]:
    return score(leaf.of, *(leaf.by or ()))


def _meets(leaf: Leaf) -> ColumnElement[bool]:
    # Databases look a score up as often as it is written.
    return func.coalesce(holds(_score(leaf), leaf.op, leaf.value), False)


CONDITION = Condition(
    key="rfm_score",
    group="purchases",
    title=_("RFM score"),
    help=_("By RFM as last calculated: 5 bought most lately, most often or for most; 1 least."),
    unknown=_("Who did not buy in its period has no score and does not meet it."),
    value=Number(5),
    subject=Subject(_("Of"), Choice({"r": _("recency"), "f": _("frequency"), "m": _("money")})),
    meets=lambda leaf, facts: _meets(leaf),
    by=Subject(_("Calculation"), _BY, any=_("the usual one")),
    actual=lambda leaf, facts: [_score(leaf)],
    clause=lambda leaf, words, scope: _clause(leaf, words),
    short=_short,
)
