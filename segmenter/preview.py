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
from segmenter.compiler import customers, facts_for
from segmenter.counting import Bought, average, count
from segmenter.emphasis import Part
from segmenter.facts import Among, Facts
from segmenter.scope import EVERYWHERE
from segmenter.sentences import sentence_parts, words_for
from segmenter.trees import Group, Tree, leaves, read

SAMPLE_SIZE = 20
WITHOUT_MAX = 20


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

    `margin` is how far an estimate may be off, None where the count is exact. `bought` is what these customers bought
    in all time, `base` what all did. `without`, where nobody meets the tree: how many would, were it not for one of its
    members. `names` says what the things are called that its leaves mention, by their collection and id.
    """

    count: int
    total: int
    margin: int | None
    sentence_parts: list[Part]
    lines: list[LineCount]
    bought: Bought
    base: Bought
    sample: list[Row]
    without: list[LineCount]
    names: Mapping[str, Mapping[Any, str]]
    took_ms: int

    @property
    def sentence(self) -> str:
        """The tree in words."""
        return "".join(part.text for part in self.sentence_parts)

    @property
    def share(self) -> float:
        """The part of all customers, from 0 to 1."""
        return self.count / self.total if self.total else 0.0


def preview(session: Session, tree: Any, now: datetime) -> Preview:
    """Count a tree (JSON) and each of its leaves in one pass over the customers; Refused when the tree is wrong."""
    started = perf_counter()
    parsed = read(tree)
    lines = list(leaves(parsed))
    found = count(session, [parsed, *lines], facts_for(session, now))
    met, *alone = found.counts
    return Preview(
        count=met,
        total=found.total,
        margin=None,
        sentence_parts=sentence_parts(session, tree),
        lines=[LineCount(leaf.path, number) for leaf, number in zip(lines, alone, strict=True)],
        bought=found.bought,
        base=found.base,
        sample=_first(session, tree, now, met, found.total) if met else [],
        without=[] if met else _without(session, parsed, now),
        names=words_for(session, parsed).names,
        took_ms=round((perf_counter() - started) * 1000),
    )


def _without(session: Session, tree: Tree, now: datetime) -> list[LineCount]:
    """How many would meet a tree that nobody meets, without one of the members that all have to hold."""
    if not isinstance(tree, Group) or tree.kind != "all" or not 2 <= len(tree.members) <= WITHOUT_MAX:
        return []
    members = tree.members
    others: list[Tree] = [Group("", "all", (*members[:place], *members[place + 1 :])) for place in range(len(members))]
    found = count(session, others, facts_for(session, now))
    return [LineCount(member.path, number) for member, number in zip(members, found.counts, strict=True)]


def _first(session: Session, tree: Any, now: datetime, met: int, total: int) -> list[Row]:
    """The first customers of a tree that is met by so many, sought among the first so many that they should be there.

    The last resort is to ask about everybody, which may take as long as counting did.
    """
    reach = 4 * SAMPLE_SIZE * total // met
    while reach < total // 2:
        begun = select(Customer.id).order_by(Customer.id).limit(reach)
        found = rows(session, tree, now, among=begun)
        if len(found) == min(SAMPLE_SIZE, met):
            return found
        reach *= 8
    return rows(session, tree, now)


def size(session: Session, tree: Any, now: datetime) -> int:
    """How many customers meet a tree (JSON)."""
    met = customers(session, tree, now=now).subquery()
    return session.scalars(select(func.count()).select_from(met)).one()


def rows(
    session: Session,
    tree: Any,
    now: datetime,
    *,
    after: int = 0,
    limit: int = SAMPLE_SIZE,
    among: Among | None = None,
) -> list[Row]:
    """The customers of a tree (JSON) in the order of their ids, from the first whose id is above `after`.

    `among` narrows the question, as in `compiler.customers`.
    """
    met = customers(session, tree, now=now, among=among)
    page = met.where(Customer.id > after).order_by(Customer.id).limit(limit)
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
            average_receipt=average(row.purchase_sum, row.purchase_count),
            last_purchase_at=row.last_purchase_at,
            active=row.active,
        )
        for row in session.execute(found.order_by(Customer.id))
    ]
