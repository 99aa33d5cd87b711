"""An estimate of a tree at once: counted of a sample of customers, with how far it may be off."""

from datetime import datetime
from math import ceil, isqrt
from random import Random
from time import perf_counter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer
from segmenter.compiler import facts_for
from segmenter.counting import Bought, count
from segmenter.preview import LineCount, Preview
from segmenter.sentences import sentence_parts, words_for
from segmenter.trees import leaves, read

SAMPLED = 4000


def estimate(session: Session, tree: Any, now: datetime) -> Preview:
    """What `preview` would say, from a sample; `margin` says how far the count may be off (19 times of 20).

    The same tree is asked of the same customers each time. Where there are few customers, all of them are asked.
    Refused: the tree (JSON) is wrong.
    """
    started = perf_counter()
    parsed = read(tree)
    lines = list(leaves(parsed))
    total, asked = sample(session)
    found = count(session, [parsed, *lines], facts_for(session, now, asked))
    met, *alone = found.counts
    return Preview(
        count=scaled(met, found.total, total),
        total=total,
        margin=_margin(met, found.total, total),
        sentence_parts=sentence_parts(session, tree),
        lines=[
            LineCount(leaf.path, scaled(number, found.total, total)) for leaf, number in zip(lines, alone, strict=True)
        ],
        bought=_all_of(found.bought, found.total, total),
        base=_all_of(found.base, found.total, total),
        sample=[],
        without=[],
        names=words_for(session, parsed).names,
        took_ms=round((perf_counter() - started) * 1000),
    )


def sample(session: Session) -> tuple[int, list[int]]:
    """How many customers there are, and whom to ask: one number of each stretch, the same ones each time.

    Not every number has to be a customer's; the rows are found by key.
    """
    total = session.scalars(select(func.count()).where(Customer.merged_into_id.is_(None))).one()
    if not total:
        return 0, []
    first, last = session.execute(select(func.min(Customer.id), func.max(Customer.id))).one()
    stretch = -((first - last - 1) // SAMPLED)
    # By chance within its stretch, so that nothing that returns regularly among the numbers is met too often.
    chance = Random(SAMPLED)  # noqa: S311 (no secret)
    return total, [min(start + chance.randrange(stretch), last) for start in range(first, last + 1, stretch)]


def scaled(met: int, sampled: int, total: int) -> int:
    """What was found of the sampled ones, brought up to all; rounded half up."""
    return (2 * met * total + sampled) // (2 * sampled) if sampled else 0


def _all_of(bought: Bought, sampled: int, total: int) -> Bought:
    return Bought(scaled(bought.purchases, sampled, total), scaled(bought.sum, sampled, total))


def _margin(met: int, sampled: int, total: int) -> int:
    """1.96 standard errors of a share, for the sampled part of a finite whole; by the rule of three at the edges."""
    if sampled >= total or not sampled:
        return 0
    if met in (0, sampled):
        return ceil(3 * total / sampled)
    spread = met * (sampled - met) * (total - sampled) * total * total * 38_416
    return isqrt(spread // (sampled**3 * max(total - 1, 1) * 10_000)) + 1
