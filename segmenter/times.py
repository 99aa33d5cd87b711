"""Conditions on how often something happened: who counts what differs, and how it is said; all else is the same."""

from collections.abc import Callable

from babel.support import LazyProxy
from sqlalchemy import ColumnElement

from segmenter.aggregation import Source
from segmenter.condition import Condition, Leaf, Subject
from segmenter.facts import Facts
from segmenter.operators import holds
from segmenter.values import Number
from segmenter.words import Words

TIMES_MAX = 1_000_000


def counting(
    source: Source,
    chosen: Callable[[Leaf, Facts], ColumnElement[bool]],
    *,
    key: str,
    group: str = "customer",
    title: LazyProxy,
    help: LazyProxy,
    unknown: LazyProxy | None = None,
    subject: Subject | None = None,
    by: Subject | None = None,
    at_outlets: bool = False,
    clause: Callable[[Leaf, Words, str], str],
    short: Callable[[Leaf, Words], str],
) -> Condition:
    """The condition that compares how many rows of a source are `chosen` in a window; to whom none is, 0."""

    def times(leaf: Leaf, facts: Facts) -> ColumnElement[int]:
        return facts.times(source, leaf.window, (leaf.of, leaf.by, leaf.outlets), chosen(leaf, facts))

    return Condition(
        key=key,
        group=group,
        title=title,
        help=help,
        unknown=unknown,
        value=Number(TIMES_MAX),
        subject=subject,
        by=by,
        windowed=True,
        at_outlets=at_outlets,
        meets=lambda leaf, facts: holds(times(leaf, facts), leaf.op, leaf.value),
        actual=lambda leaf, facts: [times(leaf, facts)],
        clause=clause,
        short=short,
    )
