"""Conditions on how many calendar days ago something was, in the organisation's zone."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_

from segmenter.condition import Condition, Leaf
from segmenter.facts import Facts
from segmenter.operators import goes_back
from segmenter.values import Number


def days_since(moment: Callable[[Leaf, Facts], Any], **declared: Any) -> Condition:
    """The condition on the days since a moment: yesterday evening is 1. Where the moment is NULL it is not met."""

    def meets(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
        column = moment(leaf, facts)
        return and_(column.is_not(None), goes_back(column, leaf.op, leaf.value, facts.calendar.before_days))

    return Condition(
        value=Number(36_500, unit="days"),
        meets=meets,
        actual=lambda leaf, facts: [moment(leaf, facts)],
        reading=lambda values, facts: None if values[0] is None else facts.calendar.days_since(values[0]),
        **declared,
    )
