"""What taking back promises."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from loyalty_core.customers.activities import activities
from loyalty_core.database import Database
from loyalty_core.errors import Conflict, Refused
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.balance import balance
from loyalty_core.ledger.burning import burn_due
from loyalty_core.ledger.debts import Debt, DebtPayment, debt_of
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.proof import proof
from loyalty_core.ledger.redemption import redeem
from loyalty_core.ledger.reversal import Reversed, reverse_many, reverse_purchases
from loyalty_core.ledger.reversal_plan import Reversal
from loyalty_core.ledger.rows import Lot, Operation
from tests.support.members import NOON, found_organisation, grant, join, lots, open_outlet

DAY = timedelta(days=1)
THREADS = 16


@pytest.fixture
def anna(session: Session) -> int:
    found_organisation(session, "Europe/London")
    return join(session)[0]


def spend(session: Session, customer: int, amount: int, key: str = "r", at: datetime = NOON, **changed: Any) -> int:
    return redeem(session, customer, amount=amount, key=key, at=at, **{"source": "api", **changed}).operation_id


def reverse(
    session: Session, customer: int, operation: int, key: str = "v", amount: int | None = None, at: datetime = NOON
) -> Reversed:
    (found,) = reverse_many(session, [Reversal(customer, key, operation, amount)], at=at, source="api")
    return found


def left(session: Session, customer: int) -> list[int]:
    return [lot.remaining for lot in lots(session, customer)]


def test_an_accrual_is_taken_from_its_own_lot(session: Session, anna: int) -> None:
    grant(session, anna, 100, "burns sooner", Lifetime.days(1))
    lot = grant(session, anna, 100, "wrong")
    found = reverse(session, anna, lot.operation_id)
    assert (found.amount, found.debt, found.repeated) == (-100, 0, False)
    assert left(session, anna) == [100, 0]
    assert [each.state for each in balance(session, anna, NOON, spent=True).lots] == ["active", "reversed"]
    assert proof(session) == []


def test_what_was_spent_of_it_is_taken_from_what_burns_soonest_and_what_awaits_comes_last(
    session: Session, anna: int
) -> None:
    wrong = grant(session, anna, 100, "wrong", Lifetime.days(1))
    spend(session, anna, 100)
    grant(session, anna, 100, "awaiting", Lifetime("after_days", 1, "after_days", 2))
    grant(session, anna, 30, "never")
    grant(session, anna, 30, "soon", Lifetime.days(9))
    assert reverse(session, anna, wrong.operation_id) == Reversed(
        session.scalars(select(Operation.id).where(Operation.kind == "reverse")).one(), -100, 0, False
    )
    assert left(session, anna) == [0, 60, 0, 0]


def test_what_is_not_there_is_a_debt_that_the_next_accruals_pay_first(session: Session, anna: int) -> None:
    wrong = grant(session, anna, 100, "wrong")
    spend(session, anna, 80)
    assert reverse(session, anna, wrong.operation_id).debt == 80
    assert balance(session, anna, NOON).debt == 80
    grant(session, anna, 50, "next")
    assert (left(session, anna), debt_of(session, anna)) == ([0, 0], 30)
    grant(session, anna, 50, "and the next", Lifetime("after_days", 9))
    assert (left(session, anna), debt_of(session, anna)) == ([0, 0, 20], 0)
    assert [each.amount for each in activities(session, anna) if each.kind == "repay"] == [-30, -50]
    assert proof(session) == []


def test_the_oldest_of_several_debts_is_paid_first(session: Session, anna: int) -> None:
    wrong = [grant(session, anna, 100, key).operation_id for key in "ab"]
    spend(session, anna, 200)
    for number, operation in enumerate(wrong):
        reverse(session, anna, operation, str(number))
    grant(session, anna, 130, "next")
    assert session.scalars(select(Debt.remaining).order_by(Debt.id)).all() == [0, 70]
    assert session.scalars(select(DebtPayment.amount).order_by(DebtPayment.debt_id)).all() == [100, 30]


def test_one_accrual_to_many_pays_the_debts_of_those_who_have_one(session: Session) -> None:
    people = join(session, 3)
    for person in people[:2]:
        wrong = grant(session, person, 100, "wrong")
        spend(session, person, 100)
        reverse(session, person, wrong.operation_id)
    asked = [Recipient(person, key) for person in people for key in "ab"]
    accrue_to_many(session, asked, amount=60, lifetime=Lifetime(), source="api", at=NOON)
    assert [balance(session, person, NOON).active for person in people] == [20, 20, 120]
    assert [debt_of(session, person) for person in people] == [0, 0, 0]
    assert proof(session) == []


def test_what_has_burned_of_an_accrual_is_not_asked_for_again(session: Session, anna: int) -> None:
    lot = grant(session, anna, 100, "a", Lifetime.days(1))
    grant(session, anna, 100, "b")
    spend(session, anna, 30)
    burn_due(session, NOON + 3 * DAY)
    assert reverse(session, anna, lot.operation_id, at=NOON + 3 * DAY).amount == -30
    assert left(session, anna) == [0, 70]
    assert reverse(session, anna, lot.operation_id, "again") == Reversed(None, 0, 0, repeated=False)


def test_spent_bonuses_come_back_to_the_lots_they_were_taken_from_the_last_taken_first(
    session: Session, anna: int
) -> None:
    grant(session, anna, 100, "a", Lifetime.days(5))
    grant(session, anna, 100, "b")
    spent = spend(session, anna, 150)
    assert reverse(session, anna, spent, "first", 70).amount == 70
    assert left(session, anna) == [20, 100]
    assert reverse(session, anna, spent, "rest").amount == 80
    assert left(session, anna) == [100, 100]
    assert proof(session) == []


def test_a_burnt_lot_comes_back_as_a_new_one_that_lives_as_long_as_it_still_had(session: Session) -> None:
    """Spent on the 20th of a lot that burns on the 25th; given back on 1 December, it lives until the 6th."""
    found_organisation(session, "Europe/London")
    (anna,) = join(session, 1, open_outlet(session, "Paris", "Europe/Paris"))
    lot = grant(session, anna, 100, "a", Lifetime.days(5), datetime(2026, 11, 20, 9, tzinfo=UTC))
    spent = spend(session, anna, 40, at=datetime(2026, 11, 20, 10, tzinfo=UTC))
    back = datetime(2026, 12, 1, 8, tzinfo=UTC)
    burn_due(session, back)
    assert reverse(session, anna, spent, at=back).amount == 40
    old, new = lots(session, anna)
    assert (old.id, old.remaining, new.remaining, new.active_at) == (lot.id, 0, 40, back)
    assert new.expires_at == datetime(2026, 12, 6, 22, 59, 59, tzinfo=UTC)
    assert proof(session) == []


def test_what_is_given_back_pays_a_debt_first(session: Session, anna: int) -> None:
    wrong = grant(session, anna, 100, "wrong")
    spent = spend(session, anna, 100)
    reverse(session, anna, wrong.operation_id)
    reverse(session, anna, spent, "back")
    assert (left(session, anna), debt_of(session, anna)) == ([0], 0)
    assert proof(session) == []


def test_all_that_a_purchase_earned_is_taken_back_and_what_it_spent_given_back(session: Session, anna: int) -> None:
    grant(session, anna, 500, "before")
    spend(session, anna, 200, source="purchase", source_id=7)
    accrue_to_many(session, [Recipient(anna, "p", 7)], amount=30, lifetime=Lifetime(), source="purchase", at=NOON)
    accrue_to_many(session, [Recipient(anna, "q", 8)], amount=11, lifetime=Lifetime(), source="purchase", at=NOON)
    assert reverse_purchases(session, [7], key="return:1", at=NOON + DAY, reason="Return 1") == 2
    assert left(session, anna) == [500, 0, 11]
    assert reverse_purchases(session, [7], key="return:1", at=NOON + 2 * DAY, reason="Return 1") == 0
    assert left(session, anna) == [500, 0, 11]
    assert {each.title for each in activities(session, anna)} >= {"Return 1"}
    assert proof(session) == []


def test_parts_of_an_operation_are_taken_back_up_to_the_whole(session: Session, anna: int) -> None:
    lot = grant(session, anna, 100, "a")
    reverse(session, anna, lot.operation_id, "1", 60)
    with pytest.raises(Refused) as refusal:
        reverse(session, anna, lot.operation_id, "2", 41)
    assert refusal.value.where == "amount"
    assert reverse(session, anna, lot.operation_id, "3").amount == -40
    assert left(session, anna) == [0]


def test_the_same_key_with_the_same_input_returns_the_first_result(session: Session, anna: int) -> None:
    lot = grant(session, anna, 100, "a")
    spend(session, anna, 30)
    first = reverse(session, anna, lot.operation_id)
    assert reverse(session, anna, lot.operation_id, at=NOON + DAY) == first._replace(repeated=True)
    assert (left(session, anna), debt_of(session, anna)) == ([0], 30)


@pytest.mark.parametrize(("key", "amount"), [("v", 1), ("a", None), ("r", None)])
def test_the_same_key_with_another_input_is_a_conflict(
    session: Session, anna: int, key: str, amount: int | None
) -> None:
    lot = grant(session, anna, 100, "a")
    spend(session, anna, 10)
    reverse(session, anna, lot.operation_id)
    with pytest.raises(Conflict):
        reverse(session, anna, lot.operation_id, key, amount)


def test_what_is_no_operation_of_the_customer_or_gave_and_took_nothing_is_refused(session: Session) -> None:
    anna, boris = join(session, 2)
    lot = grant(session, anna, 100, "a", Lifetime.days(1))
    burn_due(session, NOON + 3 * DAY)
    burn = session.scalars(select(Operation.id).where(Operation.kind == "burn")).one()
    for customer, operation in ((boris, lot.operation_id), (anna, 999), (anna, burn)):
        with pytest.raises(Refused) as refusal:
            reverse(session, customer, operation)
        assert refusal.value.where == "operation"


def test_a_hundred_take_as_many_statements_as_one(session: Session) -> None:
    def statements(people: list[int]) -> int:
        operations = [grant(session, person, 100, "a").operation_id for person in people]
        for person in people:
            spend(session, person, 50)
        asked = [Reversal(person, "v", operation) for person, operation in zip(people, operations, strict=True)]
        seen: list[str] = []
        connection = session.connection()

        def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(connection, "before_cursor_execute", count)
        found = reverse_many(session, asked, at=NOON, source="api")
        event.remove(connection, "before_cursor_execute", count)
        assert {each.debt for each in found} == {50}
        return len(seen)

    one, many = statements(join(session)), statements(join(session, 100))
    assert many == one
    assert proof(session) == []


def at_once(database: Database, attempt: Callable[[Session, int], object]) -> None:
    barrier = Barrier(THREADS)

    def run(number: int) -> None:
        barrier.wait()
        try:
            with database.begin() as session:
                attempt(session, number)
        except Refused:
            pass

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, range(THREADS)))


def test_sixteen_threads_take_an_operation_back_once(database: Database) -> None:
    with database.begin() as session:
        (anna,) = join(session)
        lot = grant(session, anna, 100, "a")
        grant(session, anna, 100, "b")
    at_once(database, lambda session, number: reverse(session, anna, lot.operation_id, str(number % 2), 100))
    with database.read() as session:
        assert left(session, anna) == [0, 100]
        assert proof(session) == []


def test_accruals_redemptions_and_reversals_at_once_add_up(database: Database) -> None:
    with database.begin() as session:
        (anna,) = join(session)
        operations = [grant(session, anna, 100, str(number)).operation_id for number in range(4)]

    def attempt(session: Session, number: int) -> None:
        match number % 4:
            case 0:
                reverse(session, anna, operations[number // 4], f"v{number}")
            case 1:
                grant(session, anna, 100, f"g{number}")
            case _:
                spend(session, anna, 70, f"r{number}")

    at_once(database, attempt)
    with database.read() as session:
        spent = session.scalars(select(Operation.amount).where(Operation.kind == "redeem")).all()
        had = sum(session.scalars(select(Lot.remaining)).all()) - debt_of(session, anna)
        assert had == 8 * 100 - 4 * 100 - sum(spent)
        assert proof(session) == []


def test_a_lot_that_has_burned_stays_burnt_for_a_return_of_an_earlier_moment(session: Session, anna: int) -> None:
    grant(session, anna, 100, "a", Lifetime.days(2))
    spent = spend(session, anna, 40)
    burn_due(session, NOON + 9 * DAY)
    reverse(session, anna, spent, at=NOON + DAY)
    assert left(session, anna) == [0, 40]
    assert burn_due(session, NOON + 9 * DAY) == 1
    assert (left(session, anna), proof(session)) == ([0, 0], [])
