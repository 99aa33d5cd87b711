"""What an accrual to many promises."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from loyalty_core.database import Database
from loyalty_core.errors import Conflict, Refused
from loyalty_core.ledger.accrual import Accrued, Recipient, accrue_to_many
from loyalty_core.ledger.bonus_types import create_bonus_type
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.rows import Entry, Lot, Operation
from loyalty_core.organisation import LegalEntity
from tests.support.members import FOREVER, NOON, found_organisation, grant, join, lots, open_outlet

THREADS = 16


def accrue(session: Session, recipients: list[Recipient], **changed: Any) -> Accrued:
    asked = {"amount": 50_000, "lifetime": FOREVER, "source": "api", "at": NOON, **changed}
    return accrue_to_many(session, recipients, **asked)


def count(session: Session, table: type[Operation | Lot | Entry]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_each_recipient_gets_one_operation_one_lot_and_one_entry(session: Session) -> None:
    entity = LegalEntity(name="Harbour Gifts Ltd")
    session.add(entity)
    new_year = create_bonus_type(session, "New Year", Lifetime(burning="day_of_year", burning_month=1, burning_day=0))
    customers = join(session, 3)
    accrued = accrue(
        session,
        [Recipient(customer, f"enrollment:{customer}:n3", 70 + customer) for customer in customers],
        lifetime=Lifetime.of(new_year),
        bonus_type_id=new_year.id,
        legal_entity_id=entity.id,
        source="enrollment",
        source_node="n3",
        reason="New Year",
    )
    assert accrued == Accrued(new=3, repeated=0)
    for customer in customers:
        (lot,) = lots(session, customer)
        (entry,) = session.scalars(select(Entry).where(Entry.lot_id == lot.id))
        operation = session.get_one(Operation, lot.operation_id)
        assert (lot.amount, lot.remaining, lot.accrued_at, lot.active_at) == (50_000, 50_000, NOON, NOON)
        assert lot.expires_at == datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC)
        assert (lot.bonus_type_id, lot.legal_entity_id) == (new_year.id, entity.id)
        assert (operation.customer_id, operation.kind, operation.amount, operation.at) == (
            *(customer, "accrue", 50_000, NOON),
        )
        assert (operation.source, operation.source_id, operation.source_node, operation.reason) == (
            *("enrollment", 70 + customer, "n3", "New Year"),
        )
        assert (entry.customer_id, entry.operation_id, entry.kind, entry.amount, entry.at) == (
            *(customer, operation.id, "accrue", 50_000, NOON),
        )


def test_customers_of_different_zones_get_different_moments(session: Session) -> None:
    found_organisation(session, "Europe/London")
    moscow, paris = open_outlet(session, "Arbat", "Europe/Moscow"), open_outlet(session, "Le Marais", "Europe/Paris")
    outlets = {"own": None, "nowhere": open_outlet(session, "Online", None), "moscow": moscow, "paris": paris}
    members = {name: join(session, 1, outlet)[0] for name, outlet in outlets.items()}
    kilbil = datetime(2023, 9, 15, 11, 45, 33, tzinfo=UTC)
    accrue(session, [Recipient(customer, "a") for customer in members.values()], lifetime=Lifetime.days(2), at=kilbil)
    ends = {name: lots(session, customer)[0].expires_at for name, customer in members.items()}
    assert ends == {
        "own": datetime(2023, 9, 17, 22, 59, 59, tzinfo=UTC),
        "nowhere": datetime(2023, 9, 17, 22, 59, 59, tzinfo=UTC),
        "moscow": datetime(2023, 9, 17, 20, 59, 59, tzinfo=UTC),
        "paris": datetime(2023, 9, 17, 21, 59, 59, tzinfo=UTC),
    }


def test_a_second_accrual_with_the_same_key_changes_nothing(session: Session) -> None:
    (anna, boris) = join(session, 2)
    accrue(session, [Recipient(anna, "a")])
    later = NOON + timedelta(hours=3)
    assert accrue(session, [Recipient(anna, "a"), Recipient(boris, "a")], at=later) == Accrued(new=1, repeated=1)
    assert accrue(session, [Recipient(anna, "a"), Recipient(boris, "a")], at=later) == Accrued(new=0, repeated=2)
    assert [lot.accrued_at for lot in lots(session, anna)] == [NOON]
    assert [lot.accrued_at for lot in lots(session, boris)] == [later]


def test_a_recipient_named_twice_is_granted_once(session: Session) -> None:
    (anna,) = join(session)
    assert accrue(session, [Recipient(anna, "a"), Recipient(anna, "a")]) == Accrued(new=1, repeated=1)
    assert len(lots(session, anna)) == 1


def test_a_key_is_the_customers_own(session: Session) -> None:
    (anna, boris) = join(session, 2)
    assert accrue(session, [Recipient(anna, "a")]).new == 1
    assert accrue(session, [Recipient(boris, "a")], amount=1).new == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": 50_001},
        {"lifetime": Lifetime.days(3)},
        {"source_node": "n4"},
        {"source": "purchase"},
        {"reason": "sorry"},
        {"source_id": 8},
        {"legal_entity_id": 1},
    ],
)
def test_a_key_with_another_input_is_a_conflict(session: Session, changed: dict[str, Any]) -> None:
    (anna,) = join(session)
    accrue(session, [Recipient(anna, "a", 7)])
    session.add(LegalEntity(id=1, name="Harbour Gifts Ltd"))
    session.flush()
    with pytest.raises(Conflict, match="“a”"), session.begin_nested():
        accrue(session, [Recipient(anna, "a", changed.pop("source_id", 7))], **changed)
    assert [lot.amount for lot in lots(session, anna)] == [50_000]


def test_a_bonus_type_that_changed_meanwhile_does_not_make_a_repeat_another_input(session: Session) -> None:
    (anna,) = join(session)
    kind = create_bonus_type(session, "90 days", Lifetime.days(90))
    accrue(session, [Recipient(anna, "a")], lifetime=Lifetime.days(90), bonus_type_id=kind.id)
    again = accrue(session, [Recipient(anna, "a")], lifetime=Lifetime.days(60), bonus_type_id=kind.id)
    assert again == Accrued(new=0, repeated=1)
    assert lots(session, anna)[0].expires_at == datetime(2027, 2, 19, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "changed", "where"),
    [
        ("a", {"amount": 0}, "amount"),
        ("a", {"amount": -5}, "amount"),
        ("a", {"amount": 10**12 + 1}, "amount"),
        ("a", {"lifetime": Lifetime.days(0)}, "burning_amount"),
        ("", {}, "key"),
        ("k" * 201, {}, "key"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(
    session: Session, key: str, changed: dict[str, Any], where: str
) -> None:
    (anna,) = join(session)
    with pytest.raises(Refused) as refusal:
        accrue(session, [Recipient(anna, key)], **changed)
    assert refusal.value.where == where
    assert count(session, Operation) == 0


def test_nobody_is_no_statement(session: Session) -> None:
    assert accrue(session, []) == Accrued(new=0, repeated=0)


def test_two_thousand_take_six_statements_and_zones_come_along(database: Database) -> None:
    with database.begin() as session:
        found_organisation(session, "Europe/London")
        outlets = [open_outlet(session, zone, zone) for zone in ("Europe/Moscow", "Asia/Tokyo")]
        customers = [customer for outlet in outlets for customer in join(session, 1000, outlet)]
    statements: list[str] = []
    with database.begin() as session:
        session.connection()
        event.listen(database.engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
        recipients = [Recipient(customer, f"enrollment:{customer}", customer) for customer in customers]
        assert accrue(session, recipients, lifetime=Lifetime.days(2)) == Accrued(new=2000, repeated=0)
    assert len(statements) <= 6, statements
    with database.read() as session:
        assert count(session, Operation) == count(session, Lot) == count(session, Entry) == 2000
        ends = session.execute(select(Lot.expires_at, func.count()).group_by(Lot.expires_at).order_by(Lot.expires_at))
        assert [tuple(row) for row in ends] == [
            (datetime(2026, 11, 23, 14, 59, 59, tzinfo=UTC), 1000),
            (datetime(2026, 11, 23, 20, 59, 59, tzinfo=UTC), 1000),
        ]


def test_sixteen_threads_with_one_key_have_one_effect(database: Database) -> None:
    with database.begin() as session:
        (anna,) = join(session)
    barrier = Barrier(THREADS)

    def attempt(_number: int) -> Accrued:
        barrier.wait()
        with database.begin() as session:
            return accrue(session, [Recipient(anna, "a")])

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(attempt, range(THREADS)))
    assert sorted(results) == [Accrued(0, 1)] * (THREADS - 1) + [Accrued(1, 0)]
    with database.read() as session:
        assert [lot.remaining for lot in lots(session, anna)] == [50_000]


def test_threads_that_share_recipients_in_any_order_grant_each_once(database: Database) -> None:
    with database.begin() as session:
        customers = join(session, 300)
    barrier = Barrier(8)

    def attempt(number: int) -> Accrued:
        recipients = [Recipient(customer, "a") for customer in customers]
        random.Random(number).shuffle(recipients)
        barrier.wait()
        with database.begin() as session:
            return accrue(session, recipients[:200])

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(attempt, range(8)))
    with database.read() as session:
        granted = session.scalars(select(Lot.customer_id)).all()
    assert len(granted) == len(set(granted)) == sum(result.new for result in results)
    assert all(sum(result) == 200 for result in results)


def test_a_grant_to_one_is_a_grant_to_a_set_of_one(session: Session) -> None:
    (anna,) = join(session)
    assert grant(session, anna, 100, "a").amount == 100
