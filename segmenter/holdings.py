"""What the customers of a tree hold now: bonuses that they can spend, and whatever else a caller asks of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, func, select
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer
from loyalty_core.database import id_set
from segmenter.compiler import facts_for, meets
from segmenter.counting import average
from segmenter.estimate import sample, scaled
from segmenter.facts import Facts
from segmenter.trees import read

# By a name of the caller's: something that holds of a row of `customer`, or does not.
Questions = Mapping[str, ColumnElement[bool]]


@dataclass(frozen=True)
class Holdings:
    """`count` customers can spend `bonuses` (minor units) now, and so many of them answer yes to each question.

    `estimated`: the numbers are brought up from a sample. It took `took_ms` milliseconds.
    """

    count: int
    bonuses: int
    yes: dict[str, int]
    estimated: bool
    took_ms: int

    @property
    def average_bonuses(self) -> int | None:
        """What each can spend in the mean, in minor units, rounded half up; None of nobody."""
        return average(self.bonuses, self.count)


def holdings(session: Session, tree: Any, now: datetime, questions: Questions) -> Holdings:
    """Ask those who meet a tree (JSON), in one pass; Refused when it is wrong."""
    started = perf_counter()
    met, bonuses, *yes = _asked(facts_for(session, now), tree, questions)
    return Holdings(met, bonuses, dict(zip(questions, yes, strict=True)), False, _since(started))


def estimate_holdings(session: Session, tree: Any, now: datetime, questions: Questions) -> Holdings:
    """What `holdings` would say, at once, of the customers that `estimate` asks; Refused when the tree is wrong."""
    started = perf_counter()
    total, some = sample(session)
    living = select(func.count()).where(Customer.id.in_(id_set(session, some)), Customer.merged_into_id.is_(None))
    sampled = session.scalars(living).one()
    found = _asked(facts_for(session, now, some), tree, questions)
    met, bonuses, *yes = (scaled(number, sampled, total) for number in found)
    return Holdings(met, bonuses, dict(zip(questions, yes, strict=True)), sampled < total, _since(started))


def _asked(facts: Facts, tree: Any, questions: Questions) -> list[int]:
    met, active = meets(read(tree), facts), facts.active_bonuses()
    columns: list[Any] = [
        func.count(),
        func.coalesce(cast(func.sum(active, type_=BigInteger), BigInteger), 0),
        *(func.count().filter(question) for question in questions.values()),
    ]
    numbered = [column.label(f"column_{place}") for place, column in enumerate(columns)]
    return list(facts.session.execute(facts.select(*numbered, where=met)).one())


def _since(started: float) -> int:
    return round((perf_counter() - started) * 1000)
