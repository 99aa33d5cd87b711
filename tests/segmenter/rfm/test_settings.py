"""RFM's settings: the usual ones, changing them, and what is refused where."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.errors import Refused
from segmenter import segments
from segmenter.rfm.cells import rule_for
from segmenter.rfm.rows import RfmSettings
from segmenter.rfm.settings import SegmentData, begun, change, data_of, default_settings, rules_of
from segmenter.uses import Use, uses_in_segmenter
from tests.segmenter.rfm.buyers import NOW, settle


def test_rfm_begins_with_the_usual_segments_once(session: Session) -> None:
    assert default_settings(session) is None
    assert len(data_of(session, None).segments) == 11
    assert begun(session) is begun(session)
    assert [rule.name for rule in rules_of(session, 1)][:2] == ["Champions", "Potential loyalists"]
    assert len(session.scalars(select(RfmSettings)).all()) == 1


def test_the_first_segment_that_fits_holds(session: Session) -> None:
    rules = rules_of(session, begun(session).id)
    named = {scores: rule_for(scores, rules) for scores in [(5, 5, 5), (3, 3, 3), (1, 1, 1), (2, 1, 5)]}
    assert [rule.name if rule else None for rule in named.values()] == [
        "Champions",
        "Potential loyalists",
        "Lost",
        "Others",
    ]


def test_a_segment_keeps_its_id_under_another_name_and_in_another_place(session: Session) -> None:
    usual = data_of(session, begun(session))
    first, second, *rest = usual.segments
    swapped = [replace(second, name=first.name), *rest[1:], replace(first, name=second.name), seg("Rest", (1, 5))]
    change(session, replace(usual, segments=swapped))
    session.commit()
    session.expire_all()
    kept = data_of(session, default_settings(session)).segments
    assert [(rule.name, rule.id) for rule in kept[:1]] == [(first.name, second.id)]
    assert (kept[-2].name, kept[-2].id) == (second.name, first.id)
    assert rest[0].id not in {rule.id for rule in kept}
    assert (kept[-1].name, kept[-1].r, kept[-1].m) == ("Rest", (1, 5), (1, 5))


def seg(name: str = "All", r: tuple[int, int] = (1, 5), **more: Any) -> SegmentData:
    return SegmentData(name, r, (1, 5), (1, 5), **more)


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"period": {"last_days": 0}}, "period.last_days"),
        ({"period": {"days": 1}}, "period"),
        ({"period": {"from": "2026-02-30", "to": "2026-03-01"}}, "period.from"),
        ({"convention": "guess"}, "convention"),
        ({"segment_id": 404}, "segment"),
        ({"segments": []}, "segments"),
        ({"segments": [seg()] * 51}, "segments"),
        ({"segments": [seg(""), seg("B")]}, "segments.0.name"),
        ({"segments": [seg("x" * 61)]}, "segments.0.name"),
        ({"segments": [seg(), seg("  All ")]}, "segments.1.name"),
        ({"segments": [seg(description="x" * 301)]}, "segments.0.description"),
        ({"segments": [seg(r=(0, 5))]}, "segments.0.r"),
        ({"segments": [seg(r=(3, 2))]}, "segments.0.r"),
        ({"segments": [seg(), seg("B", (1, 6))]}, "segments.1.r"),
        ({"segments": [seg(id=404)]}, "segments.0.id"),
        ({"segments": [seg(id=1), seg("B", id=1)]}, "segments.1.id"),
    ],
)
def test_what_cannot_be_calculated_is_refused_at_its_place(session: Session, changed: Any, where: str) -> None:
    usual = data_of(session, begun(session))
    with pytest.raises(Refused) as refused:
        change(session, replace(usual, **changed))
    assert refused.value.where == where


def test_the_segment_inside_which_is_calculated_is_known_by_its_user_and_cannot_ask_for_rfm(session: Session) -> None:
    settle(session, [])
    usual = data_of(session, begun(session))
    everybody = segments.create(session, "Everybody", {"all": []}, NOW)
    change(session, replace(usual, segment_id=everybody.id))
    assert uses_in_segmenter(session, everybody.id) == [Use("rfm", 1, "RFM")]
    assert uses_in_segmenter(session, everybody.id + 1) == []
