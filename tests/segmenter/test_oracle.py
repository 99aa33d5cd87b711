"""The compiler against an oracle in plain Python: random trees over random customers."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from segmenter.compiler import customers
from segmenter.explanation import explain
from segmenter.preview import preview
from tests.segmenter.oracle import Oracle
from tests.segmenter.people import Person, settle

# Moments and zones at which days, birthdays and clock changes are hard; the default group and programme.
PLACES = {
    "London, an ordinary day": (datetime(2026, 11, 21, 12, 30, tzinfo=UTC), "Europe/London", "feb28", 2, 3),
    "Auckland, 28 February": (datetime(2026, 2, 27, 11, 0, tzinfo=UTC), "Pacific/Auckland", "feb28", None, 3),
    "Honolulu, 29 February": (datetime(2028, 2, 29, 10, 0, 0, 1, tzinfo=UTC), "Pacific/Honolulu", "mar1", 3, None),
    "Santiago, the day without a midnight": (
        datetime(2026, 9, 6, 4, 0, tzinfo=UTC),
        "America/Santiago",
        "mar1",
        None,
        None,
    ),
}
DAYS = [0, 1, 2, 29, 30, 31, 364, 365, 366, 730]
AMOUNTS = [0, 1, 99, 100, 499_999, 500_000, 500_001, 1_000_000]


def town(now: datetime, zone: str, seed: int) -> list[Person]:
    """Sixty people who stand on the edges of what trees ask for."""
    chance = random.Random(seed)
    today = now.astimezone(ZoneInfo(zone)).date()
    midnight = datetime(today.year, today.month, today.day, tzinfo=ZoneInfo(zone))

    def moment() -> datetime:
        edge = chance.choice([now, midnight.astimezone(UTC)])
        return edge - timedelta(days=chance.choice(DAYS), microseconds=chance.choice([-1, 0, 1, 3_600_000_000]))

    def born() -> date | None:
        leap = date(chance.choice([1980, 1996, 2004, 2008]), 2, 29)
        year = today.year - chance.choice([17, 18, 19, 30])
        near = date(year, today.month, min(today.day, 28)) + timedelta(days=chance.choice([-1, 0, 1, 2]))
        return chance.choice([None, leap, near])

    def lot() -> tuple[int, datetime, datetime | None]:
        active_at = moment()
        lasts = chance.choice([None, timedelta(days=1), timedelta(days=400), now - active_at])
        expires_at = active_at + lasts if lasts is not None and lasts > timedelta() else None
        return chance.choice([100, 500_000, 1]), active_at, expires_at

    return [
        Person(
            registered_at=moment(),
            birth_date=born(),
            sex=chance.choice([None, "female", "male"]),
            tags=chance.sample([1, 2, 3], chance.randrange(4)),
            group=chance.choice([None, None, 1, 2, 3]),
            programme=chance.choice([None, None, 1, 2, 3]),
            purchases=[(moment(), chance.choice(AMOUNTS)) for _ in range(chance.choice([0, 1, 2, 9, 10, 11]))],
            lots=[lot() for _ in range(chance.randrange(3))],
        )
        for _ in range(60)
    ]


def compared(values: st.SearchStrategy[Any], order: Any = lambda value: value) -> st.SearchStrategy[dict[str, Any]]:
    one = st.fixed_dictionaries({"op": st.sampled_from(["eq", "ne", "ge", "gt", "le", "lt"]), "value": values})
    two = st.tuples(values, values).map(lambda pair: {"op": "between", "value": sorted(pair, key=order)})
    return one | two


WINDOWS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.sampled_from(DAYS[1:]).map(lambda days: {"within": {"last_days": days}}),
    st.tuples(
        st.sampled_from(["2025-02-28", "2025-11-21", "2026-02-28"]), st.sampled_from(["2026-02-28", "2028-02-29"])
    ).map(lambda ends: {"within": {"from": ends[0], "to": ends[1]}}),
)
MONEY = st.sampled_from(["0", "0.01", "1.00", "4999.99", "5000.00", "5000.01", "10000"])
COUNTS = st.sampled_from([0, 1, 2, 3, 9, 10, 11])
LEAVES = st.one_of(
    st.tuples(st.just({"condition": "purchase_count"}), compared(COUNTS), WINDOWS),
    st.tuples(
        st.sampled_from([{"condition": "purchase_sum"}, {"condition": "average_receipt"}]),
        compared(MONEY, float),
        WINDOWS,
    ),
    st.tuples(st.just({"condition": "bonus_balance"}), compared(MONEY, float)),
    st.tuples(st.just({"condition": "days_since_registration"}), compared(st.sampled_from(DAYS))),
    st.tuples(st.just({"condition": "age"}), compared(st.sampled_from([0, 17, 18, 19, 30, 46]))),
    st.sampled_from(["female", "male"]).map(lambda sex: ({"condition": "sex", "op": "is", "value": sex},)),
    st.tuples(
        st.sampled_from(["tag", "programme", "customer_group"]).map(lambda key: {"condition": key, "op": "has"}),
        st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True).map(lambda ids: {"value": ids}),
    ),
).map(lambda parts: {key: value for part in parts for key, value in part.items()})
TREES = st.recursive(
    LEAVES,
    lambda members: st.tuples(st.sampled_from(["all", "any", "none"]), st.lists(members, max_size=4)).map(
        lambda group: {group[0]: group[1]}
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("place", PLACES)
def test_every_tree_finds_exactly_whom_the_oracle_finds(session: Session, place: str) -> None:
    now, zone, leap_day, group, programme = PLACES[place]
    people = town(now, zone, seed=len(place))
    settle(session, people, zone=zone, leap_day=leap_day, default_group=group, default_programme=programme)
    oracle = Oracle(now, zone, leap_day, group, programme)
    batch = range(1, len(people) + 1, 3)

    @settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
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
    oracle = Oracle(now, zone, leap_day, group, programme)

    @settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
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
