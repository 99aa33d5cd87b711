"""Counts a tree and what its customers bought in one pass, of everybody or of a sample."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, cast, func, true
from sqlalchemy.orm import Session

from segmenter.compiler import meets
from segmenter.facts import Facts
from segmenter.scope import EVERYWHERE
from segmenter.trees import Tree


@dataclass(frozen=True)
class Bought:
    """What some customers bought in all time: how many purchases, and what these come to, net of returns."""

    purchases: int
    sum: int

    @property
    def average_receipt(self) -> int | None:
        """In minor units, rounded half up; None without purchases."""
        return average(self.sum, self.purchases)


@dataclass(frozen=True)
class Counted:
    """How many of `total` customers meet each tree that was asked for, and what those of the first one bought."""

    total: int
    counts: list[int]
    bought: Bought
    base: Bought


def count(session: Session, trees: list[Tree], facts: Facts) -> Counted:
    """Count trees over the customers that the facts are about; the sums are of those who meet the first."""
    met = [meets(tree, facts) for tree in trees]
    everywhere = facts.bought(EVERYWHERE)
    sums = [func.sum(everywhere.count, type_=BigInteger), func.sum(everywhere.sum, type_=BigInteger)]
    columns: list[Any] = [
        func.count(),
        *(func.count().filter(each) for each in met),
        *(func.coalesce(cast(each.filter(met[0]), BigInteger), 0) for each in sums),
        *(func.coalesce(cast(each, BigInteger), 0) for each in sums),
    ]
    numbered = [column.label(f"column_{place}") for place, column in enumerate(columns)]
    total, *rest = session.execute(facts.select(*numbered, where=true())).one()
    *counts, purchases, bought, base_purchases, base = rest
    return Counted(total, counts, Bought(purchases, bought), Bought(base_purchases, base))


def average(total: int, number: int) -> int | None:
    """A mean in whole minor units, rounded half up; None of nothing."""
    return (2 * total + number) // (2 * number) if number else None
