"""A calculation is whole or not seen: killed, frozen, twice at once, failing; the clock's part; what is kept."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import CustomerTotals
from loyalty_core.database import Database
from segmenter.rfm import calculation as module
from segmenter.rfm.calculation import calculate_next
from segmenter.rfm.claims import CLAIMS_MAX, LEASE, any_free, claim, request, request_stale
from segmenter.rfm.parts import PARTS
from segmenter.rfm.rows import RfmCalculation, RfmCell, RfmMovement, RfmScores, RfmSettings
from segmenter.rfm.settings import begun, change, data_of
from tests.segmenter.rfm.buyers import NOW, ago, calculate, scores, settle


class Death(BaseException):
    """What `kill -9` is for the code that it hits."""


def dying_at(point: str) -> Callable[[str], None]:
    def reached(name: str) -> None:
        if name == point:
            raise Death

    return reached


@pytest.fixture
def shop(session: Session, database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Twelve customers in two blocks of scores, which are written one at a time."""
    monkeypatch.setattr(module, "CHUNK", 1)
    settle(session, [[(ago(7 * n), 10_000 * n)] * n for n in range(1, 13)])
    return database


def ask(database: Database, now: datetime = NOW) -> int:
    with database.begin() as session:
        return request(session, begun(session), now).id


def stands(database: Database) -> list[tuple[int, str]]:
    with database.read() as session:
        rows = session.execute(select(RfmCalculation.id, RfmCalculation.status).order_by(RfmCalculation.id))
        return [tuple(row) for row in rows]


def stop_buying(database: Database, customer: int) -> None:
    with database.begin() as session:
        none_left = {"purchase_count": 0, "purchase_sum": 0, "first_purchase_at": None, "last_purchase_at": None}
        session.execute(update(CustomerTotals).where(CustomerTotals.customer_id == customer).values(none_left))


@pytest.mark.parametrize("point", ["gathered", "found", "chunk", "scored"])
def test_readers_see_the_last_whole_calculation_until_the_next_is_whole(shop: Database, point: str) -> None:
    calculate(shop, period=None)
    whole = scores(shop)
    stop_buying(shop, 1)
    killed = ask(shop)
    with pytest.raises(Death):
        calculate_next(shop, NOW, dying_at(point))
    assert scores(shop) == whole
    assert not calculate_next(shop, NOW + LEASE / 2), "its lease holds"
    assert calculate_next(shop, NOW + LEASE)
    assert stands(shop) == [(killed - 1, "previous"), (killed, "current")]
    assert sorted(scores(shop)) == list(range(2, 13))
    with shop.read() as session:
        counted = session.scalar(select(func.sum(RfmCell.customers)).where(RfmCell.calculation_id == killed))
        found = session.get_one(RfmCalculation, killed)
    assert (counted, found.done, found.customers, found.base, found.claims) == (11, 11, 11, 12, 2)


def test_a_frozen_worker_that_wakes_up_late_changes_nothing(shop: Database) -> None:
    ask(shop)

    def freeze(point: str) -> None:
        if point == "chunk" and stands(shop)[0][1] == "going_on":
            calculate_next(shop, NOW + LEASE)

    assert calculate_next(shop, NOW, freeze)
    assert stands(shop) == [(1, "current")]
    assert len(scores(shop)) == 12
    with shop.read() as session:
        assert session.scalar(select(func.sum(RfmCell.customers))) == 12


def test_two_that_are_asked_for_at_once_are_one(shop: Database) -> None:
    assert ask(shop) == ask(shop)
    with shop.begin() as session:
        assert claim(session, NOW) is not None
        assert claim(session, NOW) is None
    assert ask(shop) == 1, "one that goes on is the answer too"
    assert stands(shop) == [(1, "going_on")]


def test_a_calculation_that_cannot_be_done_is_failed_with_its_reason_and_the_last_one_stays(
    shop: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    calculate(shop)
    whole = scores(shop)
    failing = ask(shop)

    def break_down(point: str) -> None:
        raise ArithmeticError("no such number")

    assert calculate_next(shop, NOW, break_down)
    with shop.read() as session:
        found = session.get_one(RfmCalculation, failing)
    assert (found.status, found.error) == ("failed", "no such number")
    assert scores(shop) == whole
    calculate(shop)
    assert stands(shop) == [(1, "previous"), (3, "current")]


def test_one_that_costs_worker_after_worker_is_given_up(shop: Database) -> None:
    ask(shop)
    now = NOW
    for _ in range(CLAIMS_MAX):
        with pytest.raises(Death):
            calculate_next(shop, now, dying_at("chunk"))
        now += LEASE
    assert not calculate_next(shop, now)
    assert stands(shop) == [(1, "failed")]
    with shop.begin() as session:
        assert request_stale(session, now) == 0, "not before the next day"


def test_the_two_last_are_kept(shop: Database) -> None:
    for _ in range(4):
        calculate(shop)
    assert stands(shop) == [(3, "previous"), (4, "current")]
    with shop.read() as session:
        for table in (RfmScores, RfmCell):
            assert set(session.scalars(select(table.calculation_id))) == {3, 4}
        assert set(session.scalars(select(RfmMovement.calculation_id))) <= {3, 4}


def test_movement_adds_up(shop: Database) -> None:
    calculate(shop, period=None)
    stop_buying(shop, 1)
    calculate(shop)
    with shop.read() as session:
        moved = list(session.scalars(select(RfmMovement)))
        cells = list(session.scalars(select(RfmCell)))
    for calculation, side in ((1, "came_from"), (2, "went_to")):
        had: dict[str, int] = {}
        for cell in cells:
            if cell.calculation_id == calculation:
                had[cell.segment] = had.get(cell.segment, 0) + cell.customers
        seen: dict[str | None, int] = {}
        for row in moved:
            seen[getattr(row, side)] = seen.get(getattr(row, side), 0) + row.customers
        seen.pop(None, None)
        assert seen == had
    assert [(row.customers, row.went_to) for row in moved if row.went_to is None] == [(1, None)]


def test_the_clock_asks_once_a_day_and_after_a_change(shop: Database) -> None:
    def stale(now: datetime) -> int:
        with shop.begin() as session:
            return request_stale(session, now)

    assert stale(NOW) == 0, "nobody has begun with RFM"
    ask(shop)
    assert stale(NOW) == 0
    calculate_next(shop, NOW)
    assert stale(datetime(2026, 11, 22, 2, 59, tzinfo=UTC)) == 0
    assert stale(datetime(2026, 11, 22, 3, 0, tzinfo=UTC)) == 1
    assert stale(datetime(2026, 11, 22, 3, 0, tzinfo=UTC)) == 0
    calculate_next(shop, datetime(2026, 11, 22, 3, 1, tzinfo=UTC))
    with shop.begin() as session:
        change(session, data_of(session, begun(session)))
    assert stale(datetime(2026, 11, 22, 3, 2, tzinfo=UTC)) == 1


def test_what_is_changed_while_a_calculation_goes_on_is_calculated_next(shop: Database) -> None:
    ask(shop)

    def meanwhile(point: str) -> None:
        if point == "gathered":
            with shop.begin() as session:
                change(session, data_of(session, session.scalars(select(RfmSettings)).one()))

    calculate_next(shop, NOW, meanwhile)
    with shop.begin() as session:
        assert request_stale(session, NOW) == 1
    calculate_next(shop, NOW)
    with shop.begin() as session:
        assert request_stale(session, NOW) == 0
        assert not any_free(session, NOW)


@pytest.mark.parametrize("period", [None, {"last_days": 365}], ids=["totals", "receipts"])
def test_the_receipts_of_each_part_are_read_once_or_not_at_all(shop: Database, period: object) -> None:
    seen: list[str] = []
    event.listen(shop.engine, "before_cursor_execute", lambda _c, _k, sql, *_more: seen.append(sql))
    calculate(shop, period=period)
    assert sum(bool(re.search(r"FROM purchase\s", sql)) for sql in seen) == (PARTS if period else 0)


def test_a_calculation_of_another_moment_holds_nothing_up(shop: Database) -> None:
    ask(shop)
    with shop.begin() as session:
        claim(session, NOW + timedelta(days=900))
    assert calculate_next(shop, NOW)
    assert stands(shop) == [(1, "current")]


def test_eight_who_begin_at_once_find_one_calculation(database: Database, session: Session) -> None:
    settle(session, [[(ago(1), 100)]])
    together = Barrier(8)

    def begin(_place: int) -> int:
        together.wait()
        return ask(database)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(begin, range(8))) == {1}
    assert stands(database) == [(1, "waiting")]
    with database.read() as reading:
        assert len(reading.scalars(select(RfmSettings)).all()) == 1
