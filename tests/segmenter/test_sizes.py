"""The history of how many customers a segment had."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete as sql_delete
from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer
from loyalty_core.database import Database
from segmenter import sizes
from segmenter.rows import Segment, SegmentSize
from segmenter.segments import create, delete
from segmenter.sizes import any_due, count_next, history, record
from tests.segmenter.people import Person, settle
from tests.support.endless import ENDLESS

MALE = {"all": [{"condition": "sex", "op": "is", "value": "male"}]}
# In Auckland, whose calendar counts here, it is the next day already.
NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
DAY = timedelta(days=1)
TODAY = date(2026, 11, 22)


@pytest.fixture
def segment_id(database: Database) -> int:
    with database.read() as session:
        settle(session, [Person(sex="male"), Person(sex="male"), Person()], zone="Pacific/Auckland")
    with database.begin() as session:
        session.execute(sql_delete(Segment))
        men = create(session, "Men", MALE, NOW)
    return men.id


def told(database: Database, segment_id: int) -> list[tuple[date, int | None]]:
    with database.read() as session:
        return [(row.day, row.count) for row in history(session, [segment_id], date.min)[segment_id]]


def count_all(database: Database, now: datetime) -> int:
    times = 0
    while count_next(database, now):
        times += 1
    return times


def test_each_segment_is_counted_once_a_day_of_the_organisation(database: Database, segment_id: int) -> None:
    assert [count_all(database, NOW + hours) for hours in (0 * DAY, DAY / 24 * 22, DAY / 24 * 23)] == [1, 0, 1]
    assert told(database, segment_id) == [(TODAY, 2), (TODAY + DAY, 2)]
    with database.read() as session:
        assert not any_due(session, NOW)
        assert any_due(session, NOW + 2 * DAY)


def test_what_is_recorded_when_it_is_saved_is_the_days_number(database: Database, segment_id: int) -> None:
    with database.begin() as session:
        record(session, segment_id, 5, NOW)
        record(session, segment_id, 7, NOW)
    assert count_all(database, NOW) == 0
    assert told(database, segment_id) == [(TODAY, 7)]


def test_one_that_takes_too_long_has_no_number_and_holds_nobody_up(
    database: Database, segment_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(session: Session, *_: object) -> int:
        session.execute(ENDLESS)
        return 0

    monkeypatch.setattr(sizes, "size", endless)
    monkeypatch.setattr(sizes, "SECONDS_MAX", 0)
    assert count_all(database, NOW) == 1
    monkeypatch.undo()
    assert count_all(database, NOW) == 0
    assert count_all(database, NOW + DAY) == 1
    assert told(database, segment_id) == [(TODAY + DAY, 2)]


def test_a_segment_that_asks_for_itself_after_all_is_passed_by(database: Database, segment_id: int) -> None:
    with database.begin() as session:
        wrong = {"all": [{"condition": "segment", "op": "has", "value": [segment_id]}]}
        session.get_one(Segment, segment_id).tree = wrong
    assert (count_all(database, NOW), told(database, segment_id)) == (1, [])


def test_the_history_is_kept_for_four_hundred_days(database: Database, segment_id: int) -> None:
    for days in (0, 1, 400, 401):
        count_all(database, NOW + days * DAY)
    assert [day for day, _ in told(database, segment_id)] == [TODAY + days * DAY for days in (1, 400, 401)]


def test_the_history_goes_with_its_segment(database: Database, segment_id: int) -> None:
    count_all(database, NOW)
    with database.begin() as session:
        delete(session, segment_id, lambda *_: [])
        assert session.scalars(select(SegmentSize)).all() == []
        assert session.scalars(select(Customer.id)).all() != []
