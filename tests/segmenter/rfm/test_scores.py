"""Scores by both conventions, beside published tables and beside plain Python."""

import csv
import random
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.database import Database
from segmenter.rfm.rows import RfmCell
from tests.segmenter.rfm.buyers import NOW, Receipt, ago, calculate, scores, settle, values

DATA = Path(__file__).parents[4] / "shared" / "data"
ALL_TIME: dict[str, Any] = {"period": None}
# What the package calls its segments where ours are called otherwise.
NAMES = {"Potential Loyalist": "Potential loyalists", "Can't Lose Them": "Can’t lose them"}


def published(name: str) -> Path:
    file = DATA / name
    if not file.exists():
        pytest.skip(f"the data set {name} is not beside this folder")
    return file


@pytest.mark.parametrize("period", [None, {"from": "2000-01-01", "to": "2006-12-31"}], ids=["totals", "receipts"])
def test_breaks_give_995_of_995_scores_and_segments_of_the_r_package(
    database: Database, session: Session, period: dict[str, str] | None
) -> None:
    orders: dict[str, list[Receipt]] = defaultdict(list)
    with published("rfm_r/rfm_data_orders.csv").open() as file:
        for row in csv.DictReader(file):
            at = datetime.fromisoformat(row["order_date"]).replace(hour=12, tzinfo=UTC)
            orders[row["customer_id"]].append((at, int(row["revenue"]) * 100))
    settle(session, orders.values())
    now = datetime(2006, 12, 31, 18, 0, tzinfo=UTC)
    calculate(database, now, period=period)

    measured = values(database, now)
    named = {(cell.r, cell.f, cell.m): cell.segment for cell in session.scalars(select(RfmCell))}
    found = scores(database)
    ours = Counter((*each, *found[customer], named[found[customer]]) for customer, each in measured.items())
    with (DATA / "rfm_r/published_transaction_level_995.csv").open() as file:
        theirs = Counter(
            (
                *(int(row[name]) for name in ("recency", "orders")),
                int(row["amount"]) * 100,
                *(int(row[name]) for name in "RFM"),
                NAMES.get(row["segment"], row["segment"].capitalize()),
            )
            for row in csv.DictReader(file)
        )
    assert theirs.total() == 995
    assert ours == theirs


def test_breaks_score_the_frequency_of_cdnow_as_the_percent_rank_rule_does(
    database: Database, session: Session
) -> None:
    receipts: dict[str, list[Receipt]] = defaultdict(list)
    for line in published("cdnow/CDNOW_master.txt").read_text().splitlines()[1:]:
        customer, day, _, dollars = line.split()
        at = datetime.strptime(day, "%Y%m%d").replace(hour=12, tzinfo=UTC)
        receipts[customer].append((at, max(1, round(float(dollars) * 100))))
    settle(session, receipts.values())
    calculate(database, datetime(1998, 7, 1, tzinfo=UTC), **ALL_TIME)

    counts = [len(each) for each in receipts.values()]
    below, smaller = {}, 0
    for count, how_many in sorted(Counter(counts).items()):
        below[count], smaller = smaller, smaller + how_many
    percent_rank = {n: 5 * below[count] // (len(counts) - 1) + 1 for n, count in enumerate(counts, 1)}
    assert {customer: min(5, score) for customer, score in percent_rank.items()} == {
        customer: f for customer, (_, f, _) in scores(database).items()
    }


@pytest.mark.parametrize("convention", ["breaks", "ranks"])
def test_of_ten_customers_with_distinct_values_two_have_each_score_and_the_newest_has_r5(
    database: Database, session: Session, convention: str
) -> None:
    """Ten customers, distinct values: two per score 1 to 5 per axis; newest R = 5."""
    bought = [[(ago(10 * n + 5 + k), n * 1000) for k in range(6 * (11 - n))] for n in range(1, 11)]
    settle(session, bought)
    calculate(database, convention=convention, **ALL_TIME)
    found = scores(database)
    for axis in range(3):
        assert Counter(each[axis] for each in found.values()) == Counter(dict.fromkeys(range(1, 6), 2))
    assert found[1] == (5, 5, found[1][2])
    assert found[10][0] == 1


def test_equal_values_share_a_score_by_breaks_and_are_told_apart_by_their_number_in_ranks(
    database: Database, session: Session
) -> None:
    settle(session, [[(ago(7), 5000)] for _ in range(10)])
    calculate(database, **ALL_TIME)
    assert set(scores(database).values()) == {(5, 1, 1)}
    calculate(database, convention="ranks", **ALL_TIME)
    assert scores(database) == {n: (score,) * 3 for n, score in enumerate([5, 5, 4, 4, 3, 3, 2, 2, 1, 1], 1)}


@pytest.mark.parametrize(
    ("convention", "expected"),
    [
        ("breaks", {1: [(5, 1, 1)], 2: [(5, 1, 5), (1, 1, 1)], 3: [(5, 1, 5), (3, 1, 3), (1, 1, 1)]}),
        ("ranks", {1: [(5, 5, 5)], 2: [(5, 5, 5), (3, 3, 3)], 3: [(5, 5, 5), (4, 4, 4), (2, 2, 2)]}),
    ],
)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_fewer_than_five_customers_have_scores_too(
    database: Database, session: Session, convention: str, expected: dict[int, list[tuple[int, ...]]], count: int
) -> None:
    settle(session, [[(ago(10 * n), 100_000 - 10_000 * n)] for n in range(1, count + 1)])
    calculate(database, convention=convention, **ALL_TIME)
    assert list(scores(database).values()) == expected[count]


@pytest.mark.parametrize("convention", ["breaks", "ranks"])
@pytest.mark.parametrize("count", [4, 5, 6, 11, 47])
def test_scores_are_those_of_the_rule_in_plain_python(
    database: Database, session: Session, convention: str, count: int
) -> None:
    chance = random.Random(count)
    people = [
        [
            (ago(chance.randrange(12)), chance.choice([1, 99, 100, 101, 250, 10_000]))
            for _ in range(chance.randint(1, 4))
        ]
        for _ in range(count)
    ]
    settle(session, people)
    calculate(database, convention=convention, **ALL_TIME)
    rows = [
        (n, -min((NOW.date() - at.date()).days for at, _ in each), len(each), sum(amount for _, amount in each))
        for n, each in enumerate(people, 1)
    ]
    rule = by_breaks if convention == "breaks" else by_ranks
    by_axis = [rule([(n, values[axis]) for n, *values in rows], axis) for axis in range(3)]
    assert scores(database) == {n: tuple(axis[n] for axis in by_axis) for n, *_ in rows}


def by_ranks(values: list[tuple[int, int]], _axis: int) -> dict[int, int]:
    best_first = sorted(values, key=lambda pair: (-pair[1], pair[0]))
    return {n: 5 - 5 * place // len(values) for place, (n, _) in enumerate(best_first)}


def by_breaks(values: list[tuple[int, int]], axis: int) -> dict[int, int]:
    # In floats, as the package does; days are scored by their number, the other way round.
    numbers = sorted(value if axis else -value for _, value in values)
    borders = []
    for share in (0.2, 0.4, 0.6, 0.8):
        place = round((len(numbers) - 1) * share, 9)
        low = int(place)
        high = min(low + 1, len(numbers) - 1)
        borders.append(round(numbers[low] + (place - low) * (numbers[high] - numbers[low]) + (1, 1, 100)[axis], 9))
    found = {n: 1 + sum((value if axis else -value) >= border for border in borders) for n, value in values}
    return found if axis else {n: 6 - score for n, score in found.items()}


def test_nobody_bought_is_a_whole_calculation_without_scores(database: Database, session: Session) -> None:
    settle(session, [[], [(ago(3), 0)]])
    done = calculate(database)
    assert (done.status, done.base, done.customers) == ("current", 2, 0)
    assert scores(database) == {}


def test_days_are_those_of_the_organisations_calendar(database: Database, session: Session) -> None:
    """In Auckland (13 hours ahead, 12 in winter) the day begins before noon of the day before in UTC."""
    now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)  # 22 November, 01:00
    moments = [
        now,
        datetime(2026, 11, 21, 11, 0, tzinfo=UTC),  # 22 November, 00:00
        datetime(2026, 11, 21, 10, 59, 59, 999_999, tzinfo=UTC),  # 21 November, 23:59:59
        datetime(2026, 9, 26, 13, 59, 59, tzinfo=UTC),  # 27 September, 01:59:59, before the clocks go forward
        datetime(2026, 6, 1, 11, 59, 59, tzinfo=UTC),  # 1 June, 23:59:59
        datetime(2026, 6, 1, 12, 0, tzinfo=UTC),  # 2 June, 00:00
        now + timedelta(days=2),  # a till whose clock is ahead
        datetime(1965, 3, 1, 12, 30, tzinfo=UTC),
    ]
    settle(session, [[(at, 100)] for at in moments], zone="Pacific/Auckland")
    for period in (None, {"last_days": 36_500}):
        calculate(database, now, period=period)
        found = {customer: days for customer, (days, _, _) in values(database, now).items()}
        assert [found[n] for n in range(1, 8)] == [0, 0, 1, 56, 174, 173, 0]
        assert found[8] == (date(2026, 11, 22) - date(1965, 3, 2)).days


def test_only_what_was_bought_in_the_period_counts_and_only_in_the_segment(
    database: Database, session: Session
) -> None:
    from segmenter import segments

    settle(session, [[(ago(400), 100_00), (ago(10), 50_00)], [(ago(400), 100_00)], [(ago(20), 70_00), (ago(30), 0)]])
    calculate(database)
    assert values(database) == {1: (10, 1, 50_00), 3: (20, 1, 70_00)}

    twice = {"condition": "purchase_count", "op": "ge", "value": 2}
    saved = segments.create(session, "Twice", twice, NOW)
    session.commit()
    done = calculate(database, segment_id=saved.id, period=None)
    assert (done.base, done.customers) == (1, 1)
    assert list(scores(database)) == [1]
