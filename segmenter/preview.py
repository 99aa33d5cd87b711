"""What a tree would give now: how many customers, line by line, and the first of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer, CustomerTotals, Identity
from segmenter.calendar import Calendar
from segmenter.compiler import customers, facts_for, meets
from segmenter.facts import Facts
from segmenter.scope import EVERYWHERE
from segmenter.sentences import sentence, words_for
from segmenter.trees import leaves, read

SAMPLE_SIZE = 20


@dataclass(frozen=True)
class LineCount:
    """How many customers meet one leaf alone; `path` is its place in the tree, such as "all.0"."""

    path: str
    count: int


@dataclass(frozen=True)
class Row:
    """One customer of a segment: amounts in minor units, the average rounded half up and None without purchases."""

    id: int
    name: str
    card: str | None
    purchase_count: int
    purchase_sum: int
    average_receipt: int | None
    last_purchase_at: datetime | None
    active: int


@dataclass(frozen=True)
class Preview:
    """`count` of `total` customers meet the tree; counted in `took_ms` milliseconds.

    `names` says what the things are called that its leaves mention, by their collection and id.
    """

    count: int
    total: int
    sentence: str
    lines: list[LineCount]
    sample: list[Row]
    names: Mapping[str, Mapping[Any, str]]
    took_ms: int

    @property
    def share(self) -> float:
        """The part of all customers, from 0 to 1."""
        return self.count / self.total if self.total else 0.0


def preview(session: Session, tree: Any, now: datetime) -> Preview:
    """Count a tree (JSON) and each of its leaves in one pass over the customers; Refused when the tree is wrong."""
    started = perf_counter()
    parsed = read(tree)
    facts = facts_for(session, now)
    lines = list(leaves(parsed))
    counts = [func.count().filter(meets(each, facts)).label(f"count_{n}") for n, each in enumerate([parsed, *lines])]
    total, count, *alone = session.execute(facts.select(func.count(), *counts, where=true())).one()
    sample = rows(session, tree, now) if count else []
    return Preview(
        count=count,
        total=total,
        sentence=sentence(session, tree),
        lines=[LineCount(leaf.path, number) for leaf, number in zip(lines, alone, strict=True)],
        sample=sample,
        names=words_for(session, parsed).names,
        took_ms=round((perf_counter() - started) * 1000),
    )


def size(session: Session, tree: Any, now: datetime) -> int:
    """How many customers meet a tree (JSON)."""
    met = customers(session, tree, now=now).subquery()
    return session.scalars(select(func.count()).select_from(met)).one()


def rows(session: Session, tree: Any, now: datetime, *, after: int = 0, limit: int = SAMPLE_SIZE) -> list[Row]:
    """The customers of a tree (JSON) in the order of their ids, from the first whose id is above `after`."""
    page = customers(session, tree, now=now).where(Customer.id > after).order_by(Customer.id).limit(limit)
    facts = Facts(session, Calendar.of(session, now), among=list(session.scalars(page)))
    bought, active = facts.bought(EVERYWHERE), facts.active_bonuses()
    found = facts.select(
        Customer.id,
        Customer.first_name,
        Customer.last_name,
        select(func.min(Identity.shown))
        .where(Identity.customer_id == Customer.id, Identity.kind == "card")
        .scalar_subquery()
        .label("card"),
        bought.count.label("purchase_count"),
        bought.sum.label("purchase_sum"),
        CustomerTotals.last_purchase_at,
        active.label("active"),
        where=true(),
    )
    return [
        Row(
            id=row.id,
            name=f"{row.first_name} {row.last_name}".strip(),
            card=row.card,
            purchase_count=row.purchase_count,
            purchase_sum=row.purchase_sum,
            average_receipt=_average(row.purchase_sum, row.purchase_count),
            last_purchase_at=row.last_purchase_at,
            active=row.active,
        )
        for row in session.execute(found.order_by(Customer.id))
    ]


def _average(total: int, count: int) -> int | None:
    return (2 * total + count) // (2 * count) if count else None
