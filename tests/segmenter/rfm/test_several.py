"""Several RFM calculations beside the default one, under names of their own."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Consent
from loyalty_core.database import Database
from loyalty_core.errors import Conflict, NotFound, Refused
from loyalty_core.ledger.lifetime import Lifetime
from segmenter import segments
from segmenter.compiler import customers
from segmenter.rfm.calculation import calculate_next
from segmenter.rfm.cells import rule_for
from segmenter.rfm.claims import request, request_stale
from segmenter.rfm.deleting import delete_settings, users
from segmenter.rfm.members import holdings_of, tree_of
from segmenter.rfm.reading import cells, draw, standing
from segmenter.rfm.rows import RfmCalculation, RfmCell, RfmScores, RfmSegment, RfmSettings
from segmenter.rfm.settings import (
    SETTINGS_MAX,
    SegmentData,
    SettingsData,
    all_settings,
    begun,
    change,
    create,
    data_of,
    make_default,
    rules_of,
)
from segmenter.uses import Use
from tests.segmenter.rfm.buyers import NOW, ago, settle
from tests.support.members import grant

WHOLE = (1, 5)
BEST = SegmentData("Best", (5, 5), WHOLE, WHOLE)
REST = SegmentData("Rest", WHOLE, WHOLE, WHOLE)


def nothing_above(_session: Session) -> list[tuple[Use, object]]:
    """No campaign asks for anything."""
    return []


def other(name: str = "All time", **changed: object) -> SettingsData:
    usual = SettingsData(None, "ranks", None, [BEST, REST], name)
    return replace(usual, **changed)  # type: ignore[arg-type]


@pytest.fixture
def both(database: Database, session: Session) -> int:
    """Customers 1 to 5 bought within the year, 6 to 10 long before; calculated by default and for all time: its id."""
    settle(session, [[(ago(10 * n if n <= 5 else 1000 + n), 1_000 * n)] for n in range(1, 11)])
    request(session, begun(session), NOW)
    added = create(session, other()).id
    session.commit()
    assert request_stale(session, NOW) == 1
    session.commit()
    assert calculate_next(database, NOW)
    assert calculate_next(database, NOW)
    return added


def found(session: Session, tree: object) -> set[int]:
    return set(session.scalars(customers(session, tree, now=NOW)))


def test_the_usual_rules_name_every_triple_of_scores(session: Session) -> None:
    rules = data_of(session, None).segments
    assert all(rule_for((r, f, m), rules) for r, f, m in product(range(1, 6), repeat=3))


def test_each_has_scores_segments_and_a_standing_of_its_own(session: Session, both: int) -> None:
    (usual, added) = all_settings(session)
    assert (usual.is_default, added.id, added.name) == (True, both, "All time")
    here, there = standing(session), standing(session, both)
    assert here.current is not None
    assert there.current is not None
    assert (here.current.customers, there.current.customers) == (5, 10)
    assert {cell.segment for cell in cells(session, there.current.id)} == {"Best", "Rest"}
    with pytest.raises(NotFound):
        standing(session, 404)


def test_conditions_choose_a_calculation_or_ask_the_default_one(session: Session, both: int) -> None:
    scored = {"condition": "rfm_score", "of": "r", "op": "ge", "value": 1}
    assert found(session, scored) == {1, 2, 3, 4, 5}
    assert found(session, {**scored, "by": both}) == set(range(1, 11))
    assert found(session, {**scored, "by": 404}) == set()
    best, rest = (rule.id for rule in rules_of(session, both))
    others = session.scalar(select(RfmSegment.id).where(RfmSegment.name == "Champions"))
    named = {"condition": "rfm_segment", "op": "has", "value": [best]}
    assert found(session, named) == {1, 2}
    assert found(session, {**named, "value": [best, rest, others]}) == set(range(1, 11))
    assert found(session, {**named, "value": [404]}) == set()
    assert found(session, {"none": [{**named, "value": [404]}]}) == set(range(1, 11))


def test_a_square_opens_as_the_conditions_that_find_it(session: Session, both: int) -> None:
    stands = standing(session, both)
    assert stands.current is not None
    for (x, y), square in draw("fm", cells(session, stands.current.id)).items():
        assert len(found(session, tree_of(stands.settings, "fm", x, y))) == square.customers


def test_a_square_says_what_its_customers_hold_and_agreed_to(session: Session, both: int) -> None:
    session.add_all(
        Consent(customer_id=n, channel=channel, granted=granted, at=NOW)
        for n, channel, granted in (
            (1, "email", True),
            (2, "email", True),
            (2, "sms", True),
            (1, "sms", False),
            (9, "sms", True),
        )
    )
    grant(session, 1, 500, "a", at=NOW)
    grant(session, 2, 300, "b", Lifetime.days(1), at=NOW - timedelta(days=9))
    grant(session, 9, 700, "c", at=NOW)
    stands = standing(session, both)
    assert stands.current is not None
    held = [holdings_of(session, stands.current.id, "rf", 5, y, NOW) for y in range(1, 6)]
    assert sum(each.bonuses for each in held) == 500
    assert sum(each.consents.get("email", 0) for each in held) == 2
    assert sum(each.consents.get("sms", 0) for each in held) == 1


def test_a_name_stands_for_one_calculation(session: Session) -> None:
    added = create(session, other())
    for refused in (lambda: create(session, other(" All  time ")), lambda: change(session, other(), None)):
        with pytest.raises(Conflict) as conflict:
            refused()
        assert conflict.value.where == "name"
    for name in ("", "x" * 61, "\0"):
        with pytest.raises(Refused):
            create(session, other(name))
    assert change(session, other("Ever"), added.id).name == "Ever"
    assert change(session, other(""), added.id).name == "Ever"


def test_there_are_only_so_many(session: Session) -> None:
    for number in range(SETTINGS_MAX - 1):
        create(session, other(f"No. {number}"))
    with pytest.raises(Refused):
        create(session, other("One more"))


def test_one_that_segments_ask_for_cannot_be_deleted(session: Session, both: int) -> None:
    best = rules_of(session, both)[0].id
    score = {"condition": "rfm_score", "of": "m", "by": both, "op": "eq", "value": 5}
    named = {"any": [{"condition": "rfm_segment", "op": "has", "value": [best]}]}
    using = [segments.create(session, name, tree, NOW) for name, tree in (("By score", score), ("By name", named))]
    assert [use.name for use in users(session, both, nothing_above)] == ["By name", "By score"]
    assert users(session, begun(session).id, nothing_above) == []
    with pytest.raises(Conflict, match="“By name”, “By score”"):
        delete_settings(session, both, nothing_above)
    for each in using:
        session.delete(each)
    session.flush()
    delete_settings(session, both, nothing_above)
    assert [each.is_default for each in all_settings(session)] == [True]


def test_one_that_trees_above_ask_for_cannot_be_deleted(session: Session, both: int) -> None:
    score = {"condition": "rfm_score", "of": "m", "by": both, "op": "eq", "value": 5}

    def above(_session: Session) -> list[tuple[Use, object]]:
        return [(Use("campaign", 7, "Spring"), {"any": [score]}), (Use("campaign", 7, "Spring"), score)]

    with pytest.raises(Conflict, match="used by “Spring”: "):
        delete_settings(session, both, above)


def test_another_becomes_the_default_which_conditions_ask_that_name_none(session: Session, both: int) -> None:
    scored = {"condition": "rfm_score", "of": "r", "op": "ge", "value": 1}
    before = begun(session).id
    for _ in range(2):
        assert make_default(session, both).id == begun(session).id == both
    assert found(session, scored) == set(range(1, 11))
    assert found(session, {**scored, "by": before}) == {1, 2, 3, 4, 5}
    with pytest.raises(Conflict):
        delete_settings(session, both, nothing_above)
    delete_settings(session, before, nothing_above)
    with pytest.raises(NotFound):
        make_default(session, 404)


def test_of_two_who_choose_the_default_at_once_one_is_it(database: Database, session: Session, both: int) -> None:
    third = create(session, other("Third")).id
    session.commit()

    def choose(settings_id: int) -> None:
        with database.begin() as own:
            make_default(own, settings_id)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(choose, [both, third] * 5))
    assert [each.is_default for each in all_settings(session)] == [True, False, False]


def test_the_default_one_stays(session: Session) -> None:
    with pytest.raises(Conflict):
        delete_settings(session, begun(session).id, nothing_above)
    with pytest.raises(NotFound):
        delete_settings(session, 404, nothing_above)


def test_what_was_deleted_leaves_nothing_once_another_is_calculated(
    database: Database, session: Session, both: int
) -> None:
    delete_settings(session, both, nothing_above)
    session.commit()
    assert session.scalar(select(func.count()).select_from(RfmScores)) == 3
    request(session, begun(session), NOW)
    session.commit()
    assert calculate_next(database, NOW)
    kept = set(session.scalars(select(RfmCalculation.id)))
    assert set(session.scalars(select(RfmScores.calculation_id).distinct())) == kept
    assert set(session.scalars(select(RfmCell.calculation_id).distinct())) == kept
    assert session.scalars(select(RfmSettings.name)).all() == ["RFM"]
