"""What a balance shows."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from loyalty_core.database import Database
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.balance import Burning, balance, balances
from loyalty_core.ledger.bonus_types import create_bonus_type
from loyalty_core.ledger.burning import burn_due
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.redemption import redeem
from loyalty_core.organisation import LegalEntity
from tests.support.members import NOON, grant, join

DAY = timedelta(days=1)


@pytest.fixture
def anna(session: Session) -> int:
    return join(session)[0]


def end_of(day: int) -> datetime:
    return datetime(2026, 11, day, 23, 59, 59, tzinfo=UTC)


def test_a_lot_shows_its_bonus_type_legal_entity_and_source(session: Session, anna: int) -> None:
    entity = LegalEntity(name="Harbour Gifts Ltd")
    session.add(entity)
    kind = create_bonus_type(session, "Two days", Lifetime.days(2))
    accrue_to_many(
        session,
        [Recipient(anna, "a", 7)],
        amount=50_000,
        lifetime=Lifetime.of(kind),
        bonus_type_id=kind.id,
        legal_entity_id=entity.id,
        source="enrollment",
        source_node="n3",
        at=NOON,
        reason="Birthday",
    )
    (lot,) = balance(session, anna, NOON).lots
    assert (lot.bonus_type, lot.legal_entity, lot.amount, lot.remaining) == (
        *("Two days", "Harbour Gifts Ltd", 50_000, 50_000),
    )
    assert (lot.accrued_at, lot.active_at, lot.expires_at) == (NOON, NOON, end_of(23))
    assert (lot.source, lot.source_id, lot.source_node, lot.reason) == ("enrollment", 7, "n3", "Birthday")
    assert [(entry.kind, entry.amount, entry.at) for entry in lot.entries] == [("accrue", 50_000, NOON)]


def test_sums_tell_active_awaiting_and_burning_apart(session: Session, anna: int) -> None:
    grant(session, anna, 1, "never burns")
    grant(session, anna, 20, "burns on the 23rd", Lifetime.days(2))
    grant(session, anna, 300, "burns on the 23rd too", Lifetime.days(3), NOON - DAY)
    grant(session, anna, 4000, "awaits, then burns on the 25th", Lifetime("after_days", 2, "after_days", 2))
    grant(session, anna, 50_000, "burnt", Lifetime.days(1), NOON - 2 * DAY)
    found = balance(session, anna, NOON)
    assert (found.active, found.awaiting) == (321, 4000)
    assert found.burning == [Burning(320, end_of(23)), Burning(4000, end_of(25))]
    assert [(lot.amount, lot.state) for lot in found.lots] == [
        (300, "active"),
        (20, "active"),
        (4000, "awaiting"),
        (1, "active"),
    ]
    assert sum(lot.remaining for lot in found.lots) == found.active + found.awaiting


def test_balances_change_with_the_moment(session: Session, anna: int) -> None:
    boris = join(session)[0]
    grant(session, anna, 20, "a", Lifetime.days(2))
    grant(session, anna, 300, "b", Lifetime(activation="after_days", activation_amount=2))
    assert balances(session, [anna, boris], NOON) == {anna: 20, boris: 0}
    assert balances(session, [anna], NOON + 2 * DAY) == {anna: 320}
    assert balances(session, [anna], end_of(23)) == {anna: 300}
    assert balances(session, [], NOON) == {}


def test_lots_of_which_nothing_is_left_come_when_asked_for_newest_first(session: Session, anna: int) -> None:
    grant(session, anna, 10, "spent", Lifetime.days(2))
    redeem(session, anna, amount=10, key="r", at=NOON, source="api")
    grant(session, anna, 20, "burnt by the clock", Lifetime.days(2))
    burn_due(session, end_of(23))
    grant(session, anna, 30, "burnt, and the clock is late", Lifetime.days(3), NOON + DAY)
    grant(session, anna, 40, "left", at=NOON + DAY)
    now = end_of(25)
    assert [(lot.amount, lot.state) for lot in balance(session, anna, now).lots] == [(40, "active")]
    assert [(lot.amount, lot.state) for lot in balance(session, anna, now, spent=True).lots] == [
        (40, "active"),
        (30, "burned"),
        (20, "burned"),
        (10, "spent"),
    ]


def test_a_hundred_lots_take_three_statements(database: Database) -> None:
    with database.begin() as session:
        (anna,) = join(session)
        recipients = [Recipient(anna, str(number)) for number in range(100)]
        accrue_to_many(session, recipients, amount=1, lifetime=Lifetime.days(2), source="api", at=NOON)
    statements: list[str] = []
    with database.read() as session:
        session.connection()
        event.listen(database.engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
        assert len(balance(session, anna, NOON).lots) == 100
    assert len(statements) == 3, statements
