"""Sums up the customers of a calculation who share three scores, and names each such cell by its rule."""

from collections.abc import Sequence
from itertools import chain
from operator import add
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, FromClause, literal, select

from segmenter.rfm.grouping import group
from segmenter.rfm.packing import Scores, scores_of
from segmenter.rfm.parts import Part, Parts
from segmenter.rfm.rows import MEASURES, RfmSegment
from segmenter.rfm.settings import SegmentData

Rule = TypeVar("Rule", RfmSegment, SegmentData)


def cells_of(
    parts: Parts, calculation_id: int, values: FromClause, code: ColumnElement[int], rules: Sequence[RfmSegment]
) -> list[dict[str, Any]]:
    """The rows of `rfm_cell`, from everybody's values and the code of their scores."""
    measured = {name: values.c[name] for name in ("days", "purchases", "amount")}
    sums = {"customers": literal(1), **{name: measured[name] for name in ("purchases", "amount")}}

    def of_one(part: Part) -> list[dict[str, int]]:
        found = group(part.session, "rfm_summed", code, sums, measured)
        return [{**row} for row in part.session.execute(select(found)).mappings()]

    cells: dict[int, dict[str, int]] = {}
    for cell in chain(*parts.each(of_one)):
        number = cell.pop("key")
        cells[number] = _together(cells[number], cell) if number in cells else cell
    rows = []
    for number, told in cells.items():
        scores = scores_of(number)
        rule = rule_for(scores, rules)
        named = {"segment_id": rule.id if rule else None, "segment": rule.name if rule else ""}
        rows.append({"calculation_id": calculation_id, **dict(zip(MEASURES, scores, strict=True)), **named, **told})
    return rows


def _together(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    ways = {"least": min, "most": max}
    return {name: ways.get(name.rpartition("_")[2], add)(value, other[name]) for name, value in one.items()}


def rule_for(scores: Scores, rules: Sequence[Rule]) -> Rule | None:
    """The first rule whose three ranges hold the scores."""
    for rule in rules:
        ranges = zip(scores, (rule.r, rule.f, rule.m), strict=True)
        if all(low <= score <= high for score, (low, high) in ranges):
            return rule
    return None
