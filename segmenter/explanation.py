"""Why one customer is in a segment or out of it, leaf by leaf, with the actual values."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import true
from sqlalchemy.orm import Session

from loyalty_core.errors import NotFound
from loyalty_core.i18n import gettext
from segmenter.compiler import facts_for, meets
from segmenter.condition import Leaf
from segmenter.figures import exact
from segmenter.operators import holds
from segmenter.trees import Kind, groups, leaves, read
from segmenter.words import Words


@dataclass(frozen=True)
class Line:
    """One leaf by its path: whether it is met, the actual value, and "average receipt 4 812.50 ≥ 5 000.00: no"."""

    path: str
    met: bool
    actual: str
    text: str


@dataclass(frozen=True)
class Verdict:
    """One group by its path ("" is the root's): how it joins its members, and whether it is met."""

    path: str
    kind: Kind
    met: bool


@dataclass(frozen=True)
class Explanation:
    """Whether the customer meets the whole tree; its groups, each before those inside it, and its leaves in order."""

    met: bool
    groups: list[Verdict]
    lines: list[Line]


def explain(session: Session, tree: Any, customer_id: int, now: datetime) -> Explanation:
    """The answer for one customer at `now`. Refused: the tree (JSON) is wrong; NotFound: there is no such customer.

    Every verdict is the compiler's own expression, asked of this one customer.
    """
    parsed = read(tree)
    facts = facts_for(session, now, [customer_id])
    asked = [(leaf, [meets(leaf, facts), *leaf.condition.actual(leaf, facts)]) for leaf in leaves(parsed)]
    joined = list(groups(parsed))
    columns = [meets(each, facts) for each in (parsed, *joined)]
    columns += [column for _, columns in asked for column in columns]
    # Two leaves may read the same column; numbered, each keeps its own place in the row.
    numbered = [column.label(f"column_{place}") for place, column in enumerate(columns)]
    row = session.execute(facts.select(*numbered, where=true())).one_or_none()
    if row is None:
        raise NotFound("customer", gettext("There is no such customer"))
    met, *values = row
    verdicts = [Verdict(each.path, each.kind, bool(value)) for each, value in zip(joined, values, strict=False)]
    values, answers = values[len(joined) :], []
    for leaf, columns in asked:
        (leaf_met, *actual), values = values[: len(columns)], values[len(columns) :]
        answers.append((leaf, bool(leaf_met), leaf.condition.reading(actual, facts)))
    # Names of what is wanted, and of what is there in its place.
    actuals = [(leaf.condition.value, actual) for leaf, _, actual in answers if actual is not None]
    words = Words.of(session, [*(named for leaf, _, _ in answers for named in leaf.mentioned), *actuals])
    return Explanation(
        bool(met), verdicts, [_line(leaf, leaf_met, actual, words) for leaf, leaf_met, actual in answers]
    )


def _line(leaf: Leaf, met: bool, actual: Any, words: Words) -> Line:
    value = leaf.condition.value
    wanted = [value.figure(each, words) for each in leaf.values]
    shown = gettext("not known") if actual is None else _figure(leaf, actual, words)
    scope = leaf.scope.sentence(words)
    operator = next(each for each in value.operators if each.key == leaf.op)
    text = gettext(
        "%(title)s%(scope)s %(actual)s %(operator)s %(wanted)s: %(verdict)s",
        title=str(leaf.condition.title).lower(),
        scope=" ".join(["", *filter(None, [*leaf.narrowed(words), scope])]),
        actual=shown,
        operator=operator.written,
        wanted=gettext(" and ").join(wanted),
        verdict=gettext("yes") if met else gettext("no"),
    )
    return Line(leaf.path, met, shown, text)


def _figure(leaf: Leaf, actual: Any, words: Words) -> str:
    if not isinstance(actual, Fraction):
        return leaf.condition.value.figure(actual, words)
    # 4 999.999 is not "5 000.00 ≥ 5 000.00: no": as many decimals as it takes to agree with the verdict.
    for decimals in range(2, 12):
        shown = Fraction((2 * actual * 10 ** (decimals - 2) + 1) // 2, 10 ** (decimals - 2))
        if holds(shown, leaf.op, leaf.value) == holds(actual, leaf.op, leaf.value):
            break
    return exact(actual, decimals)
