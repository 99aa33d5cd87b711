"""Which RFM segment a customer is in: champions, at risk, lost, or whatever its rules name."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session

from loyalty_core.database import id_set
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf
from segmenter.facts import Facts
from segmenter.rfm.current import segment_id, settings_with
from segmenter.rfm.rows import RfmSegment, RfmSettings
from segmenter.values import References


def called(name: str, calculation: str | None) -> str:
    """What an RFM segment is called, of the default calculation (None) or of another one."""
    return f"{name} ({calculation})" if calculation else name


class RfmSegments(References):
    """RFM segments; those of another calculation than the default one say which."""

    def named(self, session: Session, value: Any) -> dict[Any, str]:
        wanted = (
            select(RfmSegment.id, RfmSegment.name, RfmSettings.name, RfmSettings.is_default)
            .join(RfmSettings, RfmSettings.id == RfmSegment.settings_id)
            .where(RfmSegment.id.in_(id_set(session, value)))
        )
        found = session.execute(wanted)
        return {row[0]: called(row[1], None if row.is_default else row[2]) for row in found}


def _meets(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    wanted = id_set(facts.session, leaf.value)
    asked = [segment_id(each).in_(wanted) for each in settings_with(facts.session, leaf.value)]
    return func.coalesce(or_(*asked), False) if asked else false()


def _actual(leaf: Leaf, facts: Facts) -> list[ColumnElement[int | None]]:
    return [segment_id(each) for each in settings_with(facts.session, leaf.value)] or [segment_id()]


def _reading(values: Sequence[Any], _facts: Facts) -> tuple[int, ...] | None:
    return tuple(value for value in values if value is not None) or None


CONDITION = Condition(
    key="rfm_segment",
    group="purchases",
    title=_("RFM segment"),
    help=_("By the last RFM calculation, under the names and rules of the page RFM."),
    unknown=_("Who did not buy in its period, or whose scores no rule names, does not meet it."),
    value=RfmSegments(source="/rfm/segments", name=RfmSegment.name, gone=_("an RFM segment that no longer exists")),
    meets=_meets,
    actual=_actual,
    reading=_reading,
    clause=lambda leaf, words, scope: gettext(
        "whose RFM segment is %(names)s", names=leaf.condition.value.full(leaf.value, words)
    ),
    short=lambda leaf, words: leaf.condition.value.brief(leaf.value, words),
)
