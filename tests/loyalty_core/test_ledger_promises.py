"""The database itself keeps the ledger's promises, whatever SQL it is given."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from loyalty_core.database import dialect_of
from loyalty_core.lifetime import Lifetime
from loyalty_core.proof import Difference, proof
from loyalty_core.redemption import redeem
from tests.support.members import NOON, grant, join

OPERATION = "INSERT INTO operation (customer_id, idempotency_key, input_hash, kind, amount, at, source) VALUES "
ENTRY = "INSERT INTO entry (customer_id, lot_id, operation_id, kind, amount, at) VALUES "
LOT = "INSERT INTO lot (customer_id, operation_id, amount, remaining, accrued_at, active_at, expires_at) VALUES "
AT = "'2026-11-21 12:00:00'"
BEFORE = "'2026-11-21 11:59:59'"
ACCRUE = OPERATION + f"(1, 'x', 'h', 'accrue', 100, {AT}, 'api')"
REDEEM = OPERATION + f"(1, 'x', 'h', 'redeem', 100, {AT}, 'api')"
REDEEM_MUCH = OPERATION + f"(1, 'x', 'h', 'redeem', 1000, {AT}, 'api')"
NEWEST = "(SELECT max(id) FROM operation)"

CHANGES = [
    "UPDATE operation SET amount = 1",
    "UPDATE operation SET idempotency_key = 'other' WHERE id = 1",
    "UPDATE entry SET amount = 1 WHERE kind = 'accrue'",
    "UPDATE entry SET lot_id = 2",
    "UPDATE lot SET amount = 1000",
    "UPDATE lot SET expires_at = NULL",
    f"UPDATE lot SET active_at = {BEFORE}",
    "UPDATE lot SET customer_id = 2",
    "UPDATE lot SET id = 99 WHERE id = 1",
    "UPDATE lot SET amount = 400, remaining = 400 WHERE id = 1",
    "UPDATE lot SET remaining = amount",
    "UPDATE lot SET remaining = remaining - 1",
    "UPDATE lot SET remaining = -1",
    "DELETE FROM operation",
    "DELETE FROM entry",
    "DELETE FROM lot",
    "DELETE FROM customer",
]
ADDITIONS = {
    "a second accrual of a lot": [ENTRY + f"(1, 1, 1, 'accrue', 500, {AT})"],
    "an accrual of a lot by another operation": [ACCRUE, ENTRY + f"(1, 1, {NEWEST}, 'accrue', 100, {AT})"],
    "a second lot of an operation": [LOT + f"(1, 1, 500, 500, {AT}, {AT}, NULL)"],
    "a lot of no operation": [LOT + f"(1, 99, 500, 500, {AT}, {AT}, NULL)"],
    "a lot of a redemption": [REDEEM, LOT + f"(1, {NEWEST}, 100, 100, {AT}, {AT}, NULL)"],
    "a lot of another customer's operation": [ACCRUE, LOT + f"(2, {NEWEST}, 100, 100, {AT}, {AT}, NULL)"],
    "a lot of more than its operation says": [ACCRUE, LOT + f"(1, {NEWEST}, 101, 101, {AT}, {AT}, NULL)"],
    "a lot that opens half spent": [ACCRUE, LOT + f"(1, {NEWEST}, 100, 50, {AT}, {AT}, NULL)"],
    "a lot that burns before it is active": [ACCRUE, LOT + f"(1, {NEWEST}, 100, 100, {AT}, {AT}, {BEFORE})"],
    "a second operation under a key": [OPERATION + f"(1, 'a', 'h', 'accrue', 500, {AT}, 'api')"],
    "an operation of nothing": [OPERATION + f"(1, 'x', 'h', 'accrue', 0, {AT}, 'api')"],
    "an operation below nothing": [OPERATION + f"(1, 'x', 'h', 'accrue', -5, {AT}, 'api')"],
    "an operation of an unknown kind": [OPERATION + f"(1, 'x', 'h', 'gift', 5, {AT}, 'api')"],
    "an operation of nobody": [OPERATION + f"(99, 'x', 'h', 'accrue', 5, {AT}, 'api')"],
    "an entry that overdraws its lot": [REDEEM_MUCH, ENTRY + f"(1, 1, {NEWEST}, 'redeem', -501, {AT})"],
    "an entry that gives": [REDEEM, ENTRY + f"(1, 1, {NEWEST}, 'redeem', 100, {AT})"],
    "an entry of nothing": [REDEEM, ENTRY + f"(1, 1, {NEWEST}, 'redeem', 0, {AT})"],
    "an entry of more than its operation says": [REDEEM, ENTRY + f"(1, 1, {NEWEST}, 'redeem', -101, {AT})"],
    "entries of more than their operation says": [
        REDEEM,
        ENTRY + f"(1, 1, {NEWEST}, 'redeem', -60, {AT}), (1, 2, {NEWEST}, 'redeem', -60, {AT})",
    ],
    "two entries of an operation on a lot": [
        REDEEM,
        ENTRY + f"(1, 1, {NEWEST}, 'redeem', -1, {AT})",
        ENTRY + f"(1, 1, {NEWEST}, 'redeem', -1, {AT})",
    ],
    "an entry of another kind than its operation": [REDEEM, ENTRY + f"(1, 1, {NEWEST}, 'burn', -100, {AT})"],
    "an entry of no operation": [ENTRY + f"(1, 1, 99, 'redeem', -100, {AT})"],
    "an entry of no lot": [REDEEM, ENTRY + f"(1, 99, {NEWEST}, 'redeem', -100, {AT})"],
    "an entry on another customer's lot": [REDEEM, ENTRY + f"(1, 3, {NEWEST}, 'redeem', -100, {AT})"],
    "an entry that names the lot's customer under another's operation": [
        REDEEM,
        ENTRY + f"(2, 3, {NEWEST}, 'redeem', -100, {AT})",
    ],
}
WAYS_AROUND = {
    "sqlite": """
        UPDATE lot SET rowid = 99 WHERE id = 1;
        UPDATE OR IGNORE lot SET remaining = amount;
        INSERT OR REPLACE INTO operation
            SELECT id, customer_id, idempotency_key, input_hash, kind, 1, at, source, source_id, source_node, reason
            FROM operation WHERE id = 1;
        INSERT OR REPLACE INTO entry
            SELECT id, customer_id, lot_id, operation_id, kind, -1, at FROM entry WHERE kind = 'redeem';
        INSERT OR REPLACE INTO lot
            SELECT id, customer_id, operation_id, bonus_type_id, legal_entity_id, amount, amount, accrued_at, active_at,
            NULL FROM lot WHERE id = 1
    """,
    "postgresql": """
        TRUNCATE entry;
        TRUNCATE lot CASCADE;
        TRUNCATE operation CASCADE;
        TRUNCATE customer CASCADE;
        INSERT INTO operation (customer_id, idempotency_key, input_hash, kind, amount, at, source)
            VALUES (1, 'a', 'h', 'accrue', 1, now(), 'api')
            ON CONFLICT (customer_id, idempotency_key) DO UPDATE SET amount = 1
    """,
}


@pytest.fixture
def ledger(session: Session) -> Session:
    """Lots 1 and 2 of customer 1, lot 3 of customer 2, 500 each by operations 1 to 3; 200 redeemed of lot 1 by 4."""
    assert join(session, 2) == [1, 2]
    assert grant(session, 1, 500, "a", Lifetime.days(2)).id == 1
    assert grant(session, 1, 500, "b").id == 2
    assert grant(session, 2, 500, "a").id == 3
    redeem(session, 1, amount=200, key="r", at=NOON, source="api")
    return session


@contextmanager
def unchanged(session: Session) -> Iterator[None]:
    """What happens within is refused by the database and leaves no trace."""
    before = everything(session)
    with pytest.raises(DBAPIError), session.begin_nested():
        yield
    assert everything(session) == before
    assert proof(session) == []


def everything(session: Session) -> list[list[tuple[object, ...]]]:
    tables = ("operation", "lot", "entry", "customer")
    return [[tuple(row) for row in session.execute(text(f"SELECT * FROM {table} ORDER BY id"))] for table in tables]


def test_nothing_is_changed_or_deleted(ledger: Session) -> None:
    for sql in CHANGES:
        with unchanged(ledger):
            ledger.execute(text(sql))


@pytest.mark.parametrize("promise", ADDITIONS)
def test_the_database_refuses(ledger: Session, promise: str) -> None:
    *ground, attempt = ADDITIONS[promise]
    for statement in ground:
        ledger.execute(text(statement))
    with pytest.raises(DBAPIError), ledger.begin_nested():
        ledger.execute(text(attempt))


def test_a_databases_own_ways_around_are_closed_too(ledger: Session) -> None:
    for sql in WAYS_AROUND[dialect_of(ledger)].split(";"):
        with unchanged(ledger):
            ledger.execute(text(sql))


def test_an_entry_moves_what_remains_and_a_lot_writes_its_own(ledger: Session) -> None:
    for statement in (ACCRUE, LOT + f"(1, {NEWEST}, 100, 100, {AT}, {AT}, NULL)"):
        ledger.execute(text(statement))
    ledger.execute(text(REDEEM.replace("'x'", "'y'").replace("100", "70")))
    ledger.execute(text(ENTRY + f"(1, 1, {NEWEST}, 'redeem', -30, {AT}), (1, 2, {NEWEST}, 'redeem', -40, {AT})"))
    assert ledger.scalars(text("SELECT remaining FROM lot ORDER BY id")).all() == [270, 460, 500, 100]
    assert ledger.scalars(text("SELECT kind FROM entry ORDER BY id")).all()[-3:] == ["accrue", "redeem", "redeem"]
    assert proof(ledger) == []


def test_the_proof_finds_what_the_triggers_would_have_refused(ledger: Session) -> None:
    disarm(ledger)
    for statement in (
        "UPDATE lot SET remaining = 499 WHERE id = 2",
        "UPDATE operation SET amount = 600 WHERE id = 3",
        "DELETE FROM entry WHERE kind = 'redeem'",
        "UPDATE entry SET customer_id = 1 WHERE lot_id = 3",
    ):
        ledger.execute(text(statement))
    stranger = ledger.scalar(text("SELECT id FROM entry WHERE lot_id = 3"))
    assert sorted(proof(ledger)) == [
        Difference("entry", stranger or 0, 1, "owner", 500, 0),
        Difference("lot", 1, 1, "remaining", 300, 500),
        Difference("lot", 2, 1, "remaining", 499, 500),
        Difference("operation", 3, 2, "amount", 600, 500),
        Difference("operation", 4, 1, "amount", 200, 0),
    ]


def disarm(session: Session) -> None:
    """Take the ledger's triggers away, as only a database's owner could."""
    if dialect_of(session) == "postgresql":
        for table in ("operation", "lot", "entry"):
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        session.execute(text(f"DROP TRIGGER {name}"))
