"""The database itself keeps the ledger's promises, whatever SQL it is given."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from loyalty_core.database import dialect_of
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.proof import Difference, proof
from loyalty_core.ledger.redemption import redeem
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
REVERSE = (
    "INSERT INTO operation (customer_id, idempotency_key, input_hash, kind, at, source, amount, reverses_id) "
    f"VALUES (1, 'v', 'h', 'reverse', {AT}, 'api', -100, 1)"
)
GIVE_BACK = REVERSE.replace("-100, 1)", "100, 4)")
REPAY = OPERATION + f"(1, 'p', 'h', 'repay', 10, {AT}, 'debt')"
DEBT = f"INSERT INTO debt (customer_id, operation_id, amount, remaining, at) VALUES (1, {NEWEST}, 10, 10, {AT})"
PAYMENT = (
    "INSERT INTO debt_payment (customer_id, debt_id, operation_id, amount) "
    f"VALUES (1, (SELECT max(id) FROM debt), {NEWEST}, 10)"
)

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
    "a reversal of nothing": [REVERSE.replace("reverses_id", "source_id")],
    "a reversal of another customer's operation": [REVERSE.replace("-100, 1)", "-100, 3)")],
    "a reversal of more than its operation": [REVERSE.replace("-100", "-501")],
    "two reversals of more than their operation": [
        REVERSE.replace("-100", "-300"),
        REVERSE.replace("-100", "-300").replace("'v'", "'w'"),
    ],
    "a reversal of an accrual that gives": [REVERSE.replace("-100", "100")],
    "a reversal of a redemption that takes": [REVERSE.replace("-100, 1)", "-100, 4)")],
    "a reversal of a reversal": [REVERSE, REVERSE.replace("-100, 1)", f"100, {NEWEST})").replace("'v'", "'w'")],
    "an entry of a reversal that goes the other way": [REVERSE, ENTRY + f"(1, 1, {NEWEST}, 'reverse', 100, {AT})"],
    "a reversal that gives to another lot": [GIVE_BACK, ENTRY + f"(1, 2, {NEWEST}, 'reverse', 100, {AT})"],
    "a reversal that gives what was given before": [
        GIVE_BACK.replace("100", "200"),
        ENTRY + f"(1, 1, {NEWEST}, 'reverse', 200, {AT})",
        OPERATION + f"(1, 'q', 'h', 'redeem', 50, {AT}, 'api')",
        ENTRY + f"(1, 1, {NEWEST}, 'redeem', -50, {AT})",
        REVERSE.replace("-100, 1)", f"50, {NEWEST})").replace("'v'", "'w'"),
        ENTRY + f"(1, 1, {NEWEST}, 'reverse', 51, {AT})",
    ],
    "an adjustment without its author": [OPERATION + f"(1, 'x', 'h', 'adjust', 5, {AT}, 'api')"],
    "a debt of an accrual": [ACCRUE, DEBT],
    "a debt of another customer's reversal": [REVERSE, DEBT.replace("(1,", "(2,")],
    "a debt of more than its reversal": [REVERSE, DEBT.replace("10,", "101,")],
    "a debt of more than was not taken back": [REVERSE, ENTRY + f"(1, 1, {NEWEST}, 'reverse', -95, {AT})", DEBT],
    "entries of more than their debt leaves": [REVERSE, DEBT, ENTRY + f"(1, 1, {NEWEST}, 'reverse', -95, {AT})"],
    "a debt that opens half paid": [REVERSE, DEBT.replace("10, 10", "10, 5")],
    "a second debt of a reversal": [REVERSE, DEBT, DEBT],
    "a payment by a redemption": [REVERSE, DEBT, REDEEM, PAYMENT],
    "a payment of more than its operation says": [REVERSE, DEBT, REPAY.replace("10,", "4,"), PAYMENT],
    "a payment of more than the debt": [REVERSE, DEBT, REPAY.replace("10,", "20,"), PAYMENT.replace(", 10)", ", 11)")],
    "a payment of another customer": [REVERSE, DEBT, REPAY, PAYMENT.replace("(1,", "(2,")],
    "a change of what remains of a debt": [REVERSE, DEBT, "UPDATE debt SET remaining = 0"],
    "a change of a debt": [REVERSE, DEBT, f"UPDATE debt SET at = {BEFORE}"],
    "a debt forgotten": [REVERSE, DEBT, "DELETE FROM debt"],
    "a payment changed": [REVERSE, DEBT, REPAY, PAYMENT, "UPDATE debt_payment SET amount = 1"],
    "a payment forgotten": [REVERSE, DEBT, REPAY, PAYMENT, "DELETE FROM debt_payment"],
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
            SELECT id, customer_id, idempotency_key, input_hash, kind, 1, at, source, source_id, source_node, reason,
            reverses_id, author FROM operation WHERE id = 1;
        INSERT OR REPLACE INTO entry
            SELECT id, customer_id, lot_id, operation_id, kind, -1, at FROM entry WHERE kind = 'redeem';
        INSERT OR REPLACE INTO lot
            SELECT id, customer_id, operation_id, bonus_type_id, legal_entity_id, amount, amount, accrued_at, active_at,
            NULL, outlet_set_id FROM lot WHERE id = 1
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


def test_the_proof_finds_what_is_wrong_with_reversals_and_debts(ledger: Session) -> None:
    for statement in (
        REVERSE.replace("-100", "-10"),
        DEBT,
        REPAY,
        ENTRY + f"(1, 2, {NEWEST}, 'repay', -10, {AT})",
        PAYMENT,
    ):
        ledger.execute(text(statement))
    assert proof(ledger) == []
    disarm(ledger)
    for statement in (
        "UPDATE debt SET remaining = 5",
        "UPDATE operation SET amount = 501 WHERE kind = 'repay'",
        "UPDATE operation SET amount = -501 WHERE kind = 'reverse'",
        "UPDATE debt_payment SET customer_id = 2",
    ):
        ledger.execute(text(statement))
    assert sorted(proof(ledger)) == [
        Difference("debt", 1, 1, "remaining", 5, 0),
        Difference("debt_payment", 1, 2, "owner", 10, 0),
        Difference("operation", 1, 1, "reversed", 501, 500),
        Difference("operation", 5, 1, "amount", -501, -10),
        Difference("operation", 6, 1, "amount", 501, 10),
        Difference("operation", 6, 1, "paid", 501, 10),
    ]


def disarm(session: Session) -> None:
    """Take the ledger's triggers away, as only a database's owner could."""
    if dialect_of(session) == "postgresql":
        for table in ("operation", "lot", "entry", "debt", "debt_payment", "redemption_outlet", "moved_lot"):
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        session.execute(text(f"DROP TRIGGER {name}"))
