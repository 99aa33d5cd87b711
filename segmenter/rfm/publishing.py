"""Makes a whole calculation the current one: its cells and movements are summed up, the one before steps back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import BigInteger, cast, func, insert, null, select, update
from sqlalchemy.orm import Session, aliased

from segmenter.rfm.rows import RfmCalculation, RfmCell, RfmMovement, RfmScore, RfmSegment
from segmenter.rfm.settings import SegmentData

Scores = tuple[int, int, int]
Rule = TypeVar("Rule", RfmSegment, SegmentData)


_SCORES = ("r", "f", "m")
_SUMS = ("customers", "purchases", "amount")
_ENDS = tuple(f"{column}_{end}" for column in ("days", "purchases", "amount") for end in ("least", "most"))


def summed_up(
    session: Session, calculation_id: int, rules: Sequence[RfmSegment]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of `rfm_cell`, each with the first rule that fits, and those of `rfm_movement`.

    Everybody's scores are read once, beside what they were in the calculation that is the current one until now.
    """
    before = _current_before(session, calculation_id)
    cells: dict[Scores, dict[str, Any]] = {}
    pairs: Counter[tuple[Scores, Scores]] = Counter()
    for r, f, m, was_r, was_f, was_m, *values in _groups(session, calculation_id, before):
        scores, group = (r, f, m), dict(zip(_SUMS + _ENDS, values, strict=True))
        if was_r is not None:
            pairs[(was_r, was_f, was_m), scores] += group["customers"]
        cells[scores] = _together(cells[scores], group) if scores in cells else group
    rows = []
    for (r, f, m), values in cells.items():
        rule = rule_for((r, f, m), rules)
        named = {"segment_id": rule.id if rule else None, "segment": rule.name if rule else ""}
        rows.append({"calculation_id": calculation_id, "r": r, "f": f, "m": m, **named, **values})
    return rows, [] if before is None else _movements(session, calculation_id, before, pairs, rows, rules)


def _groups(session: Session, calculation_id: int, before: int | None) -> Any:
    """Customers with equal scores now and before: their number, sums and ends."""
    new, old = aliased(RfmScore), aliased(RfmScore)
    summed = [cast(func.sum(column), BigInteger) for column in (new.purchases, new.amount)]
    ends = [end(column) for column in (new.days, new.purchases, new.amount) for end in (func.min, func.max)]
    now = [getattr(new, name) for name in _SCORES]
    if before is None:
        was: list[Any] = [null()] * len(_SCORES)
        groups = select(*now, *was, func.count(), *summed, *ends).group_by(*now)
    else:
        was = [getattr(old, name) for name in _SCORES]
        same = (old.customer_id == new.customer_id) & (old.calculation_id == before)
        groups = select(*now, *was, func.count(), *summed, *ends).join_from(new, old, same, isouter=True)
        groups = groups.group_by(*now, *was)
    return session.execute(groups.where(new.calculation_id == calculation_id))


def _together(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    summed = {name: one[name] + other[name] for name in _SUMS}
    return summed | {name: (min if name.endswith("_least") else max)(one[name], other[name]) for name in _ENDS}


def rule_for(scores: Scores, rules: Sequence[Rule]) -> Rule | None:
    """The first rule whose three ranges hold the scores."""
    for rule in rules:
        ranges = zip(scores, (rule.r, rule.f, rule.m), strict=True)
        if all(low <= score <= high for score, (low, high) in ranges):
            return rule
    return None


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


def _movements(
    session: Session,
    calculation_id: int,
    before: int,
    pairs: Mapping[tuple[Scores, Scores], int],
    cells: Sequence[dict[str, Any]],
    rules: Sequence[RfmSegment],
) -> list[dict[str, Any]]:
    """From each segment of the calculation before to each of this one."""
    names = {rule.id: rule.name for rule in rules}
    was, had = {}, Counter[str | None]()
    for cell in session.scalars(select(RfmCell).where(RfmCell.calculation_id == before)):
        was[cell.r, cell.f, cell.m] = name = names.get(cell.segment_id or 0, cell.segment)
        had[name] += cell.customers
    now, have = {}, Counter[str | None]()
    for row in cells:
        now[row["r"], row["f"], row["m"]] = row["segment"]
        have[row["segment"]] += row["customers"]
    moved: Counter[tuple[str | None, str | None]] = Counter()
    for (old, new), customers in pairs.items():
        moved[was[old], now[new]] += customers
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


def _current_before(session: Session, calculation_id: int) -> int | None:
    this, other = aliased(RfmCalculation), aliased(RfmCalculation)
    same = (other.settings_id == this.settings_id) & (other.status == "current")
    return session.scalar(select(other.id).join(this, same).where(this.id == calculation_id))
