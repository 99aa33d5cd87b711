"""Who moved from one segment to another since the calculation before: only what differs is unpacked."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Any

from sqlalchemy import FromClause, Row, and_, func, select, true
from sqlalchemy.orm import Session, aliased

from loyalty_core.database import id_set
from segmenter.rfm.packing import NONE, SIZE, Scores, scores_of, taken
from segmenter.rfm.parts import Parts
from segmenter.rfm.rows import RfmCalculation, RfmCell, RfmScores, RfmSegment

Name = str | None


def movement(
    parts: Parts,
    calculation_id: int,
    blocks: FromClause,
    cells: Sequence[dict[str, Any]],
    rules: Sequence[RfmSegment],
) -> list[dict[str, Any]]:
    """The rows of `rfm_movement`; `blocks` (key, packed) and `cells` are what is found now."""
    session = parts.parts[0].session
    before = _current_before(session, calculation_id)
    if before is None:
        return []
    names = {rule.id: rule.name for rule in rules}
    was: dict[Scores, Name] = {}
    now: dict[Scores, Name] = {}
    had, have, stayed = Counter[Name](), Counter[Name](), Counter[Scores]()
    for cell in session.scalars(select(RfmCell).where(RfmCell.calculation_id == before)):
        was[cell.r, cell.f, cell.m] = name = names.get(cell.segment_id or 0, cell.segment)
        had[name] += cell.customers
    for row in cells:
        scores = row["r"], row["f"], row["m"]
        now[scores] = row["segment"]
        have[row["segment"]] += row["customers"]
        stayed[scores] = row["customers"]
    moved: Counter[tuple[Name, Name]] = Counter()
    session.commit()
    for old, new, customers in chain(*parts.each(lambda part: _changes(part.session, before, blocks))):
        stayed[scores_of(new)] -= customers
        if old != NONE:
            moved[was[scores_of(old)], now[scores_of(new)]] += customers
    for scores, customers in stayed.items():
        if customers:
            moved[was[scores], now[scores]] += customers
    # Who has scores in one of the two only came from nowhere, or went there.
    for (came_from, went_to), customers in moved.items():
        had[came_from] -= customers
        have[went_to] -= customers
    moved.update({(name, None): customers for name, customers in had.items() if customers})
    moved.update({(None, name): customers for name, customers in have.items() if customers})
    return [
        {"calculation_id": calculation_id, "came_from": came_from, "went_to": went_to, "customers": customers}
        for (came_from, went_to), customers in moved.items()
    ]


def _changes(session: Session, before: int, blocks: FromClause) -> Sequence[Row[int, int, int]]:
    """The codes before and now, and how many have them, of those who have scores now, and others than before."""
    packed_before = func.coalesce(RfmScores.packed, NONE, type_=RfmScores.packed.type)
    place = id_set(session, range(SIZE)).subquery("place")
    same_block = and_(RfmScores.block == blocks.c.key, RfmScores.calculation_id == before)
    both = (
        select(taken(packed_before, place.c.id).label("old"), taken(blocks.c.packed, place.c.id).label("new"))
        .select_from(blocks.outerjoin(RfmScores, same_block))
        .join(place, true())
        .where(packed_before != blocks.c.packed)
        .subquery()
    )
    changed = (both.c.old != both.c.new) & (both.c.new != NONE)
    counted = select(both.c.old, both.c.new, func.count()).where(changed).group_by(both.c.old, both.c.new)
    return session.execute(counted).all()


def _current_before(session: Session, calculation_id: int) -> int | None:
    this, other = aliased(RfmCalculation), aliased(RfmCalculation)
    same = (other.settings_id == this.settings_id) & (other.status == "current")
    return session.scalar(select(other.id).join(this, same).where(this.id == calculation_id))
