"""Whether a customer is in a saved segment."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, false, or_

from loyalty_core.customers.rows import Customer
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf
from segmenter.facts import Facts
from segmenter.rows import Segment
from segmenter.values import References


def _in(facts: Facts, segment_id: int) -> ColumnElement[bool]:
    members = facts.members(segment_id)
    return false() if members is None else Customer.id.in_(members)


def _actual(leaf: Leaf, facts: Facts) -> Sequence[Any]:
    return [case((_in(facts, segment_id), segment_id)) for segment_id in leaf.value]


CONDITION = Condition(
    key="segment",
    group="lists",
    title=_("Segment"),
    help=_("Who is in at least one of these saved segments now. A segment cannot ask for itself."),
    value=References(source="/segments", name=Segment.name, gone=_("a segment that no longer exists")),
    meets=lambda leaf, facts: or_(false(), *(_in(facts, segment_id) for segment_id in leaf.value)),
    actual=_actual,
    reading=lambda values, _: tuple(each for each in values if each is not None),
    clause=lambda leaf, words, scope: gettext(
        "who are in the segment %(names)s", names=leaf.condition.value.full(leaf.value, words)
    ),
    short=lambda leaf, words: gettext("in %(names)s", names=leaf.condition.value.brief(leaf.value, words)),
)
