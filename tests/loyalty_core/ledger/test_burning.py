"""What burning promises."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from loyalty_core.database import Database
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.burning import burn_due
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.proof import proof
from loyalty_core.ledger.redemption import redeem
from loyalty_core.ledger.rows import Entry, Operation
from tests.support.members import NOON, grant, join, lots

END = datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def anna(session: Session) -> int:
    return join(session)[0]


def test_a_lot_burns_at_its_moment_and_not_before(session: Session, anna: int) -> None:
    lot = grant(session, anna, 100, "a", Lifetime.days(2))
    assert lot.expires_at == END
    assert burn_due(session, END - SECOND) == 0
    assert burn_due(session, END) == 1
    assert lots(session, anna)[0].remaining == 0


def test_what_is_left_burns_and_says_when_it_was_due(session: Session, anna: int) -> None:
    lot = grant(session, anna, 100, "a", Lifetime.days(2))
    redeem(session, anna, amount=30, key="r", at=NOON, source="api")
    assert burn_due(session, END + timedelta(days=9)) == 1
    operation = session.scalars(select(Operation).where(Operation.kind == "burn")).one()
    entry = session.scalars(select(Entry).where(Entry.operation_id == operation.id)).one()
    assert (operation.customer_id, operation.amount, operation.at, operation.source, operation.source_id) == (
        *(anna, 70, END, "clock", lot.id),
    )
    assert (entry.lot_id, entry.amount, entry.at) == (lot.id, -70, END)


def test_what_never_burns_or_is_spent_is_left_alone(session: Session, anna: int) -> None:
    grant(session, anna, 100, "spent", Lifetime.days(2))
    redeem(session, anna, amount=100, key="r", at=NOON, source="api")
    grant(session, anna, 100, "never")
    assert burn_due(session, END + timedelta(days=9999)) == 0


def test_a_second_burning_changes_nothing(session: Session, anna: int) -> None:
    grant(session, anna, 100, "a", Lifetime.days(2))
    assert [burn_due(session, END), burn_due(session, END)] == [1, 0]


def test_a_lot_that_awaits_activation_burns_too(session: Session, anna: int) -> None:
    late = Lifetime("after_days", 400, "after_days", 1)
    lot = grant(session, anna, 100, "a", late)
    assert lot.expires_at is not None
    assert burn_due(session, lot.expires_at) == 1


def test_a_limit_takes_the_soonest_first(session: Session, anna: int) -> None:
    grant(session, anna, 100, "later", Lifetime.days(3))
    grant(session, anna, 100, "sooner", Lifetime.days(2))
    assert burn_due(session, END + timedelta(days=9), limit=1) == 1
    assert [lot.remaining for lot in lots(session, anna)] == [100, 0]
    assert burn_due(session, END + timedelta(days=9), limit=1) == 1


def test_a_thousand_lots_take_three_statements(database: Database) -> None:
    with database.begin() as session:
        recipients = [Recipient(customer, "a") for customer in join(session, 1000)]
        accrue_to_many(session, recipients, amount=1, lifetime=Lifetime.days(2), source="api", at=NOON)
    statements: list[str] = []
    with database.begin() as session:
        session.connection()
        event.listen(database.engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
        assert burn_due(session, END) == 1000
    assert len(statements) == 3, statements
    with database.read() as session:
        assert proof(session) == []


def test_clocks_and_customers_at_once_burn_or_spend_each_bonus_once(database: Database) -> None:
    with database.begin() as session:
        customers = join(session, 8)
        for customer in customers:
            grant(session, customer, 100, "a", Lifetime.days(2))
            grant(session, customer, 50, "b", Lifetime.days(3))
    barrier = Barrier(12)

    def burn(_number: int) -> int:
        barrier.wait()
        with database.begin() as session:
            return burn_due(session, END) * 100

    def spend(number: int) -> int:
        barrier.wait()
        with database.begin() as session:
            return redeem(session, customers[number], amount=50, key="r", at=END, source="api").amount

    with ThreadPoolExecutor(12) as pool:
        burnt = pool.map(burn, range(4))
        spent = pool.map(spend, range(8))
        assert (sum(burnt), sum(spent)) == (800, 400)
    with database.read() as session:
        assert [lot.remaining for customer in customers for lot in lots(session, customer)] == [0] * 16
        assert proof(session) == []
