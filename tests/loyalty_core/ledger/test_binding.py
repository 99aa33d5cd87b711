"""Bonuses that are valid only at chosen outlets."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from loyalty_core.customers.merging import merge
from loyalty_core.database import Database
from loyalty_core.errors import Conflict, Refused
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.adjustment import adjust_many
from loyalty_core.ledger.balance import balance, spendable
from loyalty_core.ledger.binding import OUTLETS_MAX
from loyalty_core.ledger.burning import burn_due
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.proof import Difference, proof
from loyalty_core.ledger.redemption import redeem
from loyalty_core.ledger.reversal import reverse_many
from loyalty_core.ledger.reversal_plan import Reversal
from loyalty_core.ledger.rows import Lot, OutletSet, RedemptionOutlet
from tests.loyalty_core.ledger.test_ledger_promises import disarm
from tests.support.members import NOON, found_organisation, join, lots, open_outlet

DAY = timedelta(days=1)
FOREVER = Lifetime()


@pytest.fixture
def anna(session: Session) -> int:
    found_organisation(session, "Europe/London")
    return join(session)[0]


@pytest.fixture
def downtown(session: Session) -> int:
    return open_outlet(session, "Downtown", None)


@pytest.fixture
def harbour(session: Session) -> int:
    return open_outlet(session, "Harbour", None)


def give(session: Session, customer: int, amount: int, key: str, *outlets: int, lifetime: Lifetime = FOREVER) -> Lot:
    recipients = [Recipient(customer, key)]
    accrue_to_many(session, recipients, amount=amount, lifetime=lifetime, source="api", at=NOON, outlet_ids=outlets)
    return lots(session, customer)[-1]


def spend(session: Session, customer: int, amount: int, key: str, outlet: int | None) -> int:
    return redeem(session, customer, amount=amount, key=key, at=NOON, source="api", outlet_id=outlet).operation_id


def left(session: Session, customer: int) -> list[int]:
    return [lot.remaining for lot in lots(session, customer)]


def test_bound_bonuses_are_spent_only_at_their_outlets(session, anna, downtown, harbour) -> None:
    give(session, anna, 300, "bound", downtown)
    give(session, anna, 100, "free")
    places = (None, harbour, downtown)
    assert [spendable(session, anna, outlet, NOON) for outlet in places] == [100, 100, 400]
    for outlet in (None, harbour):
        with pytest.raises(Refused):
            spend(session, anna, 101, "r", outlet)
    spend(session, anna, 60, "there", harbour)
    spend(session, anna, 320, "here", downtown)
    assert left(session, anna) == [0, 20]
    assert session.scalars(select(RedemptionOutlet.outlet_id)).all() == [downtown]
    assert proof(session) == []


def test_of_what_is_valid_the_nearest_burning_goes_first(session, anna, downtown, harbour) -> None:
    give(session, anna, 100, "elsewhere, tomorrow", harbour, lifetime=Lifetime.days(1))
    give(session, anna, 100, "free, in three days", lifetime=Lifetime.days(3))
    give(session, anna, 100, "here, in two days", downtown, harbour, lifetime=Lifetime.days(2))
    spend(session, anna, 150, "r", downtown)
    assert left(session, anna) == [100, 50, 0]


def test_the_balance_says_what_is_valid_only_somewhere(session, anna, downtown, harbour) -> None:
    give(session, anna, 300, "a", harbour, downtown)
    give(session, anna, 100, "b", downtown, harbour, downtown)
    give(session, anna, 50, "c")
    found = balance(session, anna, NOON)
    assert found.active == 450
    assert [(each.amount, [outlet.name for outlet in each.outlets]) for each in found.bound] == [
        (400, ["Downtown", "Harbour"])
    ]
    assert [[outlet.id for outlet in lot.outlets] for lot in found.lots] == [[downtown, harbour]] * 2 + [[]]
    assert session.scalar(select(func.count()).select_from(OutletSet)) == 1


def test_the_outlets_are_part_of_an_accruals_input(session, anna, downtown, harbour) -> None:
    give(session, anna, 300, "a", downtown, harbour)
    give(session, anna, 300, "a", harbour, downtown)
    for outlets in ((downtown,), ()):
        with pytest.raises(Conflict), session.begin_nested():
            give(session, anna, 300, "a", *outlets)
    assert left(session, anna) == [300]


def test_the_outlet_is_part_of_a_redemptions_input(session, anna, downtown, harbour) -> None:
    give(session, anna, 300, "a")
    assert spend(session, anna, 10, "r", downtown) == spend(session, anna, 10, "r", downtown)
    with pytest.raises(Conflict):
        spend(session, anna, 10, "r", harbour)


@pytest.mark.parametrize("outlets", [[99], list(range(1, OUTLETS_MAX + 2))])
def test_bonuses_are_bound_to_outlets_that_there_are(session, anna, downtown, outlets: Sequence[int]) -> None:
    with pytest.raises(Refused) as refusal, session.begin_nested():
        give(session, anna, 300, "a", downtown, *outlets)
    assert refusal.value.where == "outlets"
    assert left(session, anna) == []


def test_what_comes_back_is_bound_as_it_was(session, anna, downtown) -> None:
    give(session, anna, 300, "a", downtown, lifetime=Lifetime.days(1))
    spent = spend(session, anna, 200, "r", downtown)
    later = NOON + 3 * DAY
    burn_due(session, later)
    reverse_many(session, [Reversal(anna, "v", spent)], at=later, source="api")
    assert left(session, anna) == [0, 200]
    assert [spendable(session, anna, outlet, later) for outlet in (None, downtown)] == [0, 200]


def test_what_moves_with_a_merge_stays_bound(session, anna, downtown) -> None:
    (ben,) = join(session)
    give(session, anna, 300, "a", downtown)
    spent = spend(session, anna, 100, "r", downtown)
    merge(session, ben, anna, NOON, "Olga")
    reverse_many(session, [Reversal(anna, "v", spent)], at=NOON, source="api")
    assert left(session, ben) == [200, 100]
    assert [spendable(session, ben, outlet, NOON) for outlet in (None, downtown)] == [0, 300]
    assert proof(session) == []


def test_corrections_and_debts_take_bonuses_wherever_they_are_valid(session, anna, downtown, harbour) -> None:
    gift = give(session, anna, 100, "a", harbour).operation_id
    spend(session, anna, 100, "r", harbour)
    reverse_many(session, [Reversal(anna, "v", gift)], at=NOON, source="api")
    assert balance(session, anna, NOON).debt == 100
    give(session, anna, 300, "b", downtown)
    assert (balance(session, anna, NOON).debt, left(session, anna)) == (0, [0, 200])
    adjust_many(session, [Recipient(anna, "c")], amount=-50, reason="Too many", author="Olga", source="page", at=NOON)
    assert left(session, anna) == [0, 150]


def test_a_correction_may_be_bound_too(session, anna, downtown) -> None:
    adjust_many(
        session,
        [Recipient(anna, "c")],
        amount=50,
        reason="Sorry",
        author="Olga",
        source="page",
        at=NOON,
        outlet_ids=[downtown],
    )
    assert [spendable(session, anna, outlet, NOON) for outlet in (None, downtown)] == [0, 50]


def test_who_is_bound_to_nothing_costs_no_further_statement(session, anna, downtown) -> None:
    give(session, anna, 300, "free")
    seen: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *about: seen.append(about[2]))
    spend(session, anna, 100, "r", downtown)
    balance(session, anna, NOON)
    assert seen
    assert not [sql for sql in seen if "outlet_set_member" in sql or "redemption_outlet" in sql]


def test_two_who_choose_the_same_outlets_at_once_share_a_set(database: Database) -> None:
    with database.begin() as session:
        found_organisation(session, "Europe/London")
        outlet, customers = open_outlet(session, "Downtown", None), join(session, 8)
    together = Barrier(len(customers))

    def act(customer: int) -> None:
        together.wait()
        with database.begin() as session:
            give(session, customer, 100, "a", outlet)

    with ThreadPoolExecutor(len(customers)) as pool:
        list(pool.map(act, customers))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(OutletSet)) == 1
        assert session.scalar(select(func.count()).where(Lot.outlet_set_id.is_not(None))) == len(customers)


AT = "'2026-11-21 12:00:00'"
NEWEST = "(SELECT max(id) FROM operation)"
REDEEM = (
    "INSERT INTO operation (customer_id, idempotency_key, input_hash, kind, amount, at, source) "
    f"VALUES (1, 'x', 'h', 'redeem', 100, {AT}, 'api')"
)
ENTRY = (
    "INSERT INTO entry (customer_id, lot_id, operation_id, kind, amount, at) "
    f"VALUES (1, 1, {NEWEST}, 'redeem', -100, {AT})"
)
PLACE = f"INSERT INTO redemption_outlet (operation_id, customer_id, outlet_id) VALUES ({NEWEST}, 1, 2)"
LOT = (
    "INSERT INTO lot (customer_id, operation_id, amount, remaining, accrued_at, active_at, outlet_set_id) "
    f"VALUES (1, {NEWEST}, 100, 100, {AT}, {AT}, (SELECT max(id) FROM outlet_set))"
)
EMPTY_SET = "INSERT INTO outlet_set (fingerprint) VALUES ('empty')"
ATTEMPTS = {
    "bound bonuses redeemed nowhere": [REDEEM, ENTRY],
    "bound bonuses redeemed at another outlet": [REDEEM, PLACE, ENTRY],
    "a lot bound to no outlet": [EMPTY_SET, REDEEM.replace("'redeem'", "'accrue'"), LOT],
    "a lot freed": ["UPDATE lot SET outlet_set_id = NULL"],
    "an outlet added to what a lot is bound to": ["INSERT INTO outlet_set_member VALUES (1, 2)"],
    "an outlet of a set changed": ["UPDATE outlet_set_member SET outlet_id = 2"],
    "an outlet of a set forgotten": ["DELETE FROM outlet_set_member"],
    "a set changed": ["UPDATE outlet_set SET fingerprint = 'x'"],
    "a set forgotten": [EMPTY_SET, "DELETE FROM outlet_set WHERE fingerprint = 'empty'"],
    "where a redemption took place changed": [REDEEM, PLACE, "UPDATE redemption_outlet SET outlet_id = 1"],
    "where a redemption took place forgotten": [REDEEM, PLACE, "DELETE FROM redemption_outlet"],
    "a lot that moves and is free then": ["INSERT INTO moved_lot (lot_id, first_id) VALUES (2, 1)"],
}


@pytest.mark.parametrize("promise", ATTEMPTS)
def test_the_database_refuses(session, anna, downtown, harbour, promise: str) -> None:
    assert (anna, downtown, harbour) == (1, 1, 2)
    give(session, anna, 300, "a", downtown)
    give(session, anna, 300, "free")
    *ground, attempt = ATTEMPTS[promise]
    for statement in ground:
        session.execute(text(statement))
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(attempt))


def test_the_proof_finds_bonuses_spent_where_they_are_not_valid(session, anna, downtown, harbour) -> None:
    give(session, anna, 300, "a", downtown)
    give(session, anna, 300, "b", harbour)
    spend(session, anna, 200, "r", downtown)
    disarm(session)
    session.execute(text("UPDATE redemption_outlet SET outlet_id = 2"))
    session.execute(text("INSERT INTO moved_lot (lot_id, first_id) VALUES (2, 1)"))
    entry = session.scalar(text("SELECT id FROM entry WHERE kind = 'redeem'"))
    assert sorted(proof(session)) == [
        Difference("entry", entry or 0, 1, "outlet", -200, 0),
        Difference("lot", 2, 1, "binding", 2, 1),
    ]
