"""The compiler against an oracle in plain Python: random trees over random customers."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy.orm import Session

from segmenter.compiler import customers
from segmenter.explanation import explain
from segmenter.preview import preview
from tests.segmenter.oracle import Oracle
from tests.segmenter.people import settle
from tests.segmenter.town import PLACES, town
from tests.segmenter.trees import TREES


@pytest.mark.parametrize("place", PLACES)
def test_every_tree_finds_exactly_whom_the_oracle_finds(session: Session, place: str) -> None:
    now, zone, leap_day, group, programme = PLACES[place]
    people = town(now, zone, seed=len(place))
    settle(session, people, zone=zone, leap_day=leap_day, default_group=group, default_programme=programme)
    oracle = Oracle(now, zone, leap_day, group, programme, people)
    batch = range(1, len(people) + 1, 3)

    @settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
    @given(TREES)
    def holds(tree: dict[str, Any]) -> None:
        expected = {number for number, person in enumerate(people, 1) if oracle.is_in(tree, person)}
        assert set(session.scalars(customers(session, tree, now=now))) == expected
        assert set(session.scalars(customers(session, tree, now=now, among=batch))) == expected & set(batch)
        rest = set(session.scalars(customers(session, {"none": [tree]}, now=now)))
        assert rest == set(range(1, len(people) + 1)) - expected

    holds()


def test_previews_and_explanations_agree_with_the_oracle(session: Session) -> None:
    now, zone, leap_day, group, programme = PLACES["Auckland, 28 February"]
    people = town(now, zone, seed=7)
    settle(session, people, zone=zone, leap_day=leap_day, default_group=group, default_programme=programme)
    oracle = Oracle(now, zone, leap_day, group, programme, people)

    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
    @given(TREES)
    def holds(tree: dict[str, Any]) -> None:
        shown = preview(session, tree, now)
        answers = [oracle.is_in(tree, person) for person in people]
        assert (shown.count, shown.total) == (sum(answers), len(people))
        assert [row.id for row in shown.sample] == [n for n, met in enumerate(answers, 1) if met][:20]
        explained = [explain(session, tree, number, now) for number in (1, 2, 3)]
        assert [each.met for each in explained] == answers[:3]
        for place, line in enumerate(shown.lines):
            leaf = at(tree, line.path)
            assert line.count == sum(oracle.is_in(leaf, person) for person in people)
            assert [each.lines[place].met for each in explained] == [oracle.is_in(leaf, p) for p in people[:3]]

    holds()


def at(tree: Any, path: str) -> Any:
    """The part of a tree at a path such as "all.0"."""
    for step in filter(None, path.split(".")):
        tree = tree[int(step)] if step.isdecimal() else tree[step]
    return tree
