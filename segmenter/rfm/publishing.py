"""Makes a whole calculation the current one: its cells and movements are summed up, the one before steps back."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import BigInteger, cast, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from segmenter.rfm.rows import RfmCalculation, RfmCell, RfmMovement, RfmScore, RfmSegment
from segmenter.rfm.settings import SegmentData

Scores = tuple[int, int, int]
Rule = TypeVar("Rule", RfmSegment, SegmentData)


def cells_of(session: Session, calculation_id: int, rules: Sequence[RfmSegment]) -> list[dict[str, Any]]:
    """The rows of `rfm_cell`, summed up from the scores, each with the first rule that fits."""
    scores = (RfmScore.r, RfmScore.f, RfmScore.m)
    summed = [cast(func.sum(column), BigInteger) for column in (RfmScore.purchases, RfmScore.amount)]
    ends = [
        end(column) for column in (RfmScore.days, RfmScore.purchases, RfmScore.amount) for end in (func.min, func.max)
    ]
    names = ["customers", "purchases", "amount"]
    names += [f"{column}_{end}" for column in ("days", "purchases", "amount") for end in ("least", "most")]
    found = session.execute(
        select(*scores, func.count(), *summed, *ends).where(RfmScore.calculation_id == calculation_id).group_by(*scores)
    )
    cells = []
    for r, f, m, *values in found:
        rule = rule_for((r, f, m), rules)
        named = {"segment_id": rule.id if rule else None, "segment": rule.name if rule else ""}
        cells.append(
            {"calculation_id": calculation_id, "r": r, "f": f, "m": m, **named, **dict(zip(names, values, strict=True))}
        )
    return cells


def rule_for(scores: Scores, rules: Sequence[Rule]) -> Rule | None:
    """The first rule whose three ranges hold the scores."""
    for rule in rules:
        ranges = zip(scores, (rule.r, rule.f, rule.m), strict=True)
        if all(low <= score <= high for score, (low, high) in ranges):
            return rule
    return None


def movements(
    session: Session, calculation_id: int, cells: Sequence[dict[str, Any]], rules: Sequence[RfmSegment]
) -> list[dict[str, Any]]:
    """The rows of `rfm_movement`: from each segment of the current calculation to each of this one."""
    current = _current_before(session, calculation_id)
    if current is None:
        return []
    names = {rule.id: rule.name for rule in rules}
    was, had = {}, Counter[str | None]()
    for cell in session.scalars(select(RfmCell).where(RfmCell.calculation_id == current)):
        was[cell.r, cell.f, cell.m] = name = names.get(cell.segment_id or 0, cell.segment)
        had[name] += cell.customers
    now, have = {}, Counter[str | None]()
    for row in cells:
        now[row["r"], row["f"], row["m"]] = row["segment"]
        have[row["segment"]] += row["customers"]
    moved: Counter[tuple[str | None, str | None]] = Counter()
    for r, f, m, new_r, new_f, new_m, customers in _pairs(session, current, calculation_id):
        moved[was[r, f, m], now[new_r, new_f, new_m]] += customers
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


def publish(session: Session, calculation_id: int, cells: list[dict[str, Any]], moved: list[dict[str, Any]]) -> None:
    """Switch: this one is current, what was is the previous one. All in the caller's transaction, or nothing."""
    this = session.get_one(RfmCalculation, calculation_id, populate_existing=True)
    for row, rows in ((RfmCell, cells), (RfmMovement, moved)):
        if rows:
            session.execute(insert(row), rows)
    for gone, status in (("previous", "old"), ("current", "previous")):
        stands = update(RfmCalculation).where(RfmCalculation.settings_id == this.settings_id)
        session.execute(stands.where(RfmCalculation.status == gone).values(status=status))
    this.status = "current"
    session.flush()


def _current_before(session: Session, calculation_id: int) -> int | None:
    this, other = aliased(RfmCalculation), aliased(RfmCalculation)
    same = (other.settings_id == this.settings_id) & (other.status == "current")
    return session.scalar(select(other.id).join(this, same).where(this.id == calculation_id))


def _pairs(session: Session, before: int, after: int) -> Any:
    old, new = aliased(RfmScore), aliased(RfmScore)
    scores = (old.r, old.f, old.m, new.r, new.f, new.m)
    return session.execute(
        select(*scores, func.count())
        .join_from(new, old, (old.customer_id == new.customer_id) & (old.calculation_id == before))
        .where(new.calculation_id == after)
        .group_by(*scores)
    )
