"""Whether a customer wears a tag."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, cast, exists, func, select

from loyalty_core.customers.rows import Customer, CustomerTag, Tag
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf
from segmenter.facts import Facts
from segmenter.values import References


def _worn(leaf: Leaf) -> ColumnElement[bool]:
    return (CustomerTag.customer_id == Customer.id) & CustomerTag.tag_id.in_(leaf.value)


def _actual(leaf: Leaf, _facts: Facts) -> Sequence[Any]:
    ids = func.aggregate_strings(cast(CustomerTag.tag_id, String), ",")
    return [select(ids).where(_worn(leaf)).correlate(Customer).scalar_subquery()]


def _reading(values: Sequence[Any], _facts: Facts) -> tuple[int, ...]:
    return tuple(sorted(int(tag_id) for tag_id in values[0].split(","))) if values[0] else ()


CONDITION = Condition(
    key="tag",
    title=_("Tag"),
    help=_("Who wears at least one of these tags."),
    value=References(source="/tags", name=Tag.name, gone=_("a tag that no longer exists")),
    meets=lambda leaf, facts: exists().where(_worn(leaf)).correlate(Customer),
    actual=_actual,
    reading=_reading,
    clause=lambda leaf, words, window: gettext(
        "who are tagged %(tags)s", tags=leaf.condition.value.full(leaf.value, words)
    ),
    short=lambda leaf, words: gettext("tagged %(tags)s", tags=leaf.condition.value.brief(leaf.value, words)),
)
