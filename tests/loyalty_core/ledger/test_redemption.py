"""What a redemption promises."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from loyalty_core.database import Database
from loyalty_core.errors import Conflict, Refused
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.proof import proof
from loyalty_core.ledger.redemption import Redeemed, redeem, redeem_from_many
from loyalty_core.ledger.rows import Entry, Operation
from tests.support.members import NOON, grant, join, lots

THREADS = 16
DAY = timedelta(days=1)


@pytest.fixture
def anna(session: Session) -> int:
    return join(session)[0]


def spend(session: Session, customer: int, amount: int, key: str = "r", **changed: Any) -> Redeemed:
    return redeem(session, customer, **{"amount": amount, "key": key, "at": NOON, "source": "api", **changed})


def left(session: Session, customer: int) -> list[int]:
    return [lot.remaining for lot in lots(session, customer)]


def test_the_lot_that_burns_soonest_goes_first_then_the_oldest(session: Session, anna: int) -> None:
    grant(session, anna, 100, "never, newer")
    grant(session, anna, 100, "never, older", at=NOON - DAY)
    grant(session, anna, 100, "in nine days", Lifetime.days(9))
    grant(session, anna, 100, "in two days, newer", Lifetime.days(3), NOON - DAY)
    grant(session, anna, 100, "in two days, older", Lifetime.days(4), NOON - 2 * DAY)
    grant(session, anna, 100, "tomorrow", Lifetime.days(1))
    assert spend(session, anna, 150, "1").amount == 150
    assert left(session, anna) == [100, 100, 100, 100, 50, 0]
    spend(session, anna, 200, "2")
    assert left(session, anna) == [100, 100, 50, 0, 0, 0]
    spend(session, anna, 100, "3")
    assert left(session, anna) == [100, 50, 0, 0, 0, 0]


def test_each_lot_it_takes_from_gets_one_entry(session: Session, anna: int) -> None:
    first, second = grant(session, anna, 100, "a").id, grant(session, anna, 100, "b").id
    redeemed = spend(session, anna, 130, source="purchase", source_id=9, reason="At the till")
    entries = session.scalars(select(Entry).where(Entry.operation_id == redeemed.operation_id).order_by(Entry.lot_id))
    assert [(entry.lot_id, entry.kind, entry.amount, entry.at) for entry in entries] == [
        (first, "redeem", -100, NOON),
        (second, "redeem", -30, NOON),
    ]
    operation = session.get_one(Operation, redeemed.operation_id)
    assert (operation.kind, operation.amount, operation.source_id, operation.reason) == (
        *("redeem", 130, 9, "At the till"),
    )


def test_of_a_set_each_pays_all_or_nothing_once(session: Session) -> None:
    rich, poor, exact = (join(session)[0] for _ in range(3))
    for customer, amount in ((rich, 500), (poor, 99), (exact, 100)):
        grant(session, customer, amount, "gift")
    asked = [Recipient(customer, "fee", 7) for customer in (rich, poor, exact)]
    first = redeem_from_many(session, asked, amount=100, at=NOON, source="api")
    again = redeem_from_many(session, asked, amount=100, at=NOON + DAY, source="api")
    assert (set(first.new), first.short) == ({(rich, "fee"), (exact, "fee")}, [poor])
    assert (again.new, {mark: each.id for mark, each in again.known.items()}) == ({}, first.new)
    assert [sum(left(session, customer)) for customer in (rich, poor, exact)] == [400, 99, 0]
    with pytest.raises(Conflict):
        redeem_from_many(session, asked, amount=101, at=NOON, source="api")
    assert proof(session) == []


def test_two_thousand_pay_in_a_handful_of_statements(database: Database) -> None:
    with database.begin() as session:
        customers = join(session, 2000)
        accrue_to_many(
            session,
            [Recipient(each, "gift") for each in customers],
            amount=100,
            lifetime=Lifetime(),
            source="api",
            at=NOON,
        )
    statements: list[str] = []
    with database.begin() as session:
        event.listen(database.engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
        asked = [Recipient(each, "fee") for each in customers]
        assert len(redeem_from_many(session, asked, amount=40, at=NOON, source="api").new) == 2000
    # SQLAlchemy hands the operations over a thousand at a time.
    assert len(statements) <= 8, [each[:80] for each in statements]


def test_more_than_is_active_is_refused_and_takes_nothing(session: Session, anna: int) -> None:
    grant(session, anna, 100, "now")
    grant(session, anna, 100, "awaiting", Lifetime(activation="after_days", activation_amount=2))
    grant(session, anna, 100, "burnt", Lifetime.days(1), NOON - 2 * DAY)
    with pytest.raises(Refused) as refusal:
        spend(session, anna, 101)
    assert refusal.value.where == "amount"
    assert left(session, anna) == [100, 100, 100]
    assert spend(session, anna, 100).amount == 100


def test_a_delay_of_two_days_ends_on_the_second(session: Session, anna: int) -> None:
    grant(session, anna, 100, "a", Lifetime(activation="after_days", activation_amount=2))
    with pytest.raises(Refused):
        spend(session, anna, 100, at=NOON + 2 * DAY - timedelta(seconds=1))
    assert spend(session, anna, 100, at=NOON + 2 * DAY).amount == 100


def test_a_lot_can_be_spent_until_the_moment_it_burns(session: Session, anna: int) -> None:
    expires_at = grant(session, anna, 100, "a", Lifetime.days(2)).expires_at
    assert expires_at is not None
    with pytest.raises(Refused):
        spend(session, anna, 1, at=expires_at)
    assert spend(session, anna, 1, at=expires_at - timedelta(seconds=1)).amount == 1


def test_the_same_key_with_the_same_input_returns_the_first_result(session: Session, anna: int) -> None:
    grant(session, anna, 100, "a")
    first = spend(session, anna, 100)
    assert spend(session, anna, 100, at=NOON + DAY) == first._replace(repeated=True)
    assert left(session, anna) == [0]


@pytest.mark.parametrize(("key", "changed"), [("r", {"amount": 2}), ("r", {"reason": "other"}), ("a", {})])
def test_the_same_key_with_another_input_is_a_conflict(
    session: Session, anna: int, key: str, changed: dict[str, Any]
) -> None:
    grant(session, anna, 100, "a")
    spend(session, anna, 1, "r")
    with pytest.raises(Conflict):
        spend(session, anna, **{"amount": 1, "key": key, **changed})
    assert left(session, anna) == [99]


@pytest.mark.parametrize(("amount", "key", "where"), [(0, "r", "amount"), (-1, "r", "amount"), (1, "", "key")])
def test_what_cannot_be_is_refused(session: Session, anna: int, amount: int, key: str, where: str) -> None:
    with pytest.raises(Refused) as refusal:
        spend(session, anna, amount, key)
    assert refusal.value.where == where


def at_once(database: Database, attempt: Callable[[Session, int], Redeemed]) -> list[Redeemed]:
    """What each of the threads got that was not refused."""
    barrier = Barrier(THREADS)

    def run(number: int) -> Redeemed | None:
        barrier.wait()
        try:
            with database.begin() as session:
                return attempt(session, number)
        except Refused:
            return None

    with ThreadPoolExecutor(THREADS) as pool:
        return [result for result in pool.map(run, range(THREADS)) if result]


def test_sixteen_threads_with_one_key_have_one_effect(database: Database) -> None:
    with database.begin() as session:
        (anna,) = join(session)
        grant(session, anna, 150, "a")
    results = at_once(database, lambda session, _number: spend(session, anna, 100))
    assert [result.repeated for result in results].count(False) == 1
    assert len({result.operation_id for result in results}) == 1
    assert len(results) == THREADS
    with database.read() as session:
        assert left(session, anna) == [50]


def test_sixteen_threads_cannot_spend_more_than_there_is(database: Database) -> None:
    with database.begin() as session:
        (anna,) = join(session)
        for key in "abcde":
            grant(session, anna, 100, key)
    results = at_once(database, lambda session, number: spend(session, anna, 70, str(number)))
    assert len(results) == 7
    with database.read() as session:
        assert sum(left(session, anna)) == 10
        assert proof(session) == []
