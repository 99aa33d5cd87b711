"""What merging two customers who are one person promises."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from campaigns.messages.rows import Message
from campaigns.runtime.rows import Enrollment
from loyalty_core.customers.activities import activities
from loyalty_core.customers.blocks import block, block_of
from loyalty_core.customers.identities import find_customer
from loyalty_core.customers.merged import CustomerMerge
from loyalty_core.customers.merging import merge
from loyalty_core.customers.registration import CustomerData, register
from loyalty_core.customers.rows import Consent, Customer, CustomerTag, CustomerTotals, Identity, Tag
from loyalty_core.database import Base, Database
from loyalty_core.errors import Conflict, NotFound, Refused
from loyalty_core.events import Event
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.balance import balance
from loyalty_core.ledger.proof import proof
from loyalty_core.ledger.reversal import reverse_many
from loyalty_core.ledger.reversal_plan import Reversal
from loyalty_core.programmes.inviters import inviters_of, set_inviter
from loyalty_core.till.purchases import Purchase
from segmenter.rows import CustomerListMember
from tests.loyalty_core.customers.test_merged_bonuses import buy
from tests.support.members import FOREVER, NOON, found_organisation, grant, join

DAY = timedelta(days=1)
# Tables that name a customer, and what a merge does with their rows.
MOVED = {
    *("purchase", "purchase_line", "purchase_return", "return_line", "promo_code_use", "line_promotion"),
    *("identity", "consent", "customer_tag", "customer_attribute_value", "event"),
}
LEDGER = {"operation", "lot", "entry", "debt", "debt_payment", "redemption_outlet"}
KEPT_AS_HISTORY = {
    *("enrollment", "message", "message_opening"),
    *("customer_merge", "customer_list_member", "selection_member"),
}
OPERATION = (
    "INSERT INTO operation (customer_id, idempotency_key, input_hash, kind, amount, at, source)"
    " VALUES (2, 'x', 'h', 'accrue', 5, '2026-11-21 12:00:00', 'api')"
)
OF_ONE = {"customer", "customer_totals", "customer_block"}


def test_purchases_and_totals_come_along_and_a_number_that_both_have_stays_unique(
    session: Session, two: list[int]
) -> None:
    anna, double = two
    buy(session, anna, "R-1", 1_000)
    buy(session, double, "R-1", 2_000)
    buy(session, double, "R-2", 4_000)
    merge(session, anna, double, NOON, "Olga")
    session.expire_all()
    bought = session.scalars(select(Purchase).where(Purchase.customer_id == anna).order_by(Purchase.id)).all()
    assert [each.external_id for each in bought] == ["R-1", f"R-1 / {double}", "R-2"]
    counted = {
        each.customer_id: (each.purchase_count, each.purchase_sum) for each in session.scalars(select(CustomerTotals))
    }
    assert counted == {anna: (3, 7_000), double: (0, 0)}


def test_personal_data_of_the_kept_one_holds_and_blanks_are_filled(session: Session, two: list[int]) -> None:
    other = CustomerData(
        external_id="crm-2",
        first_name="Ann",
        card="C2",
        phone="+44 7700 900001",
        email="a@example.test",
        sex="female",
        registered_at=NOON - 9 * DAY,
        consents={"sms": False, "push": True},
    )
    data = CustomerData(first_name="Anna", phone="+44 7700 900000", card="C1", consents={"sms": True, "email": True})
    anna, double = (register(session, each, NOON).id for each in (data, other))
    merge(session, anna, double, NOON, "Olga")
    session.expire_all()
    kept = session.get_one(Customer, anna)
    assert (kept.first_name, kept.sex, kept.external_id) == ("Anna", "female", "crm-2")
    assert kept.registered_at == NOON - 9 * DAY
    said = {each.channel: each.granted for each in session.scalars(select(Consent).where(Consent.customer_id == anna))}
    assert said == {"sms": False, "push": True, "email": True}
    marks = {(each.kind, each.shown): each.additional for each in session.scalars(select(Identity))}
    assert marks == {
        ("card", "C1"): False,
        ("card", "C2"): True,
        ("phone", "+44 7700 900000"): False,
        ("phone", "+44 7700 900001"): True,
        ("email", "a@example.test"): False,
    }
    for name, value in {"card": "c2", "phone": "+447700900001", "external_id": "crm-2"}.items():
        assert find_customer(session, **{name: value}) == anna
    register(session, CustomerData(external_id="crm-2", phone="+44 7700 900002"), NOON)
    phones = session.scalars(select(Identity.shown).where(Identity.kind == "phone").order_by(Identity.value))
    assert list(phones) == ["+44 7700 900001", "+44 7700 900002"]


def test_two_numbers_in_the_crm_lead_to_the_kept_one(session: Session) -> None:
    anna, double = (register(session, CustomerData(external_id=number), NOON).id for number in ("crm-1", "crm-2"))
    merge(session, anna, double, NOON, "Olga")
    assert find_customer(session, external_id="crm-2") == anna
    assert register(session, CustomerData(external_id="crm-2", first_name="Anna"), NOON).id == anna


def test_tags_events_and_a_block_come_along(session: Session, two: list[int]) -> None:
    anna, double = two
    session.add_all([Tag(id=1, name="VIP"), Tag(id=2, name="Old")])
    session.flush()
    session.add_all([CustomerTag(customer_id=each, tag_id=tag) for each, tag in ((anna, 1), (double, 1), (double, 2))])
    session.flush()
    block(session, double, "Lost card", NOON)
    merge(session, anna, double, NOON, "Olga")
    assert set(session.scalars(select(CustomerTag.tag_id).where(CustomerTag.customer_id == anna))) == {1, 2}
    assert block_of(session, anna) is not None
    told = session.execute(select(Event.kind, Event.customer_id).order_by(Event.id)).all()
    assert [tuple(row) for row in told] == [("customer.blocked", anna), ("customer.merged", anna)]


def test_the_activities_of_both_are_those_of_the_kept_one(session: Session, two: list[int]) -> None:
    anna, double = two
    grant(session, double, 100, "a", at=NOON - DAY)
    merge(session, anna, double, NOON, "Olga")
    shown = [(each.kind, each.amount, each.author) for each in activities(session, anna)]
    assert shown == [("merge", 100, "Olga"), ("accrue", 100, None)]


def test_chains_of_merges_lead_to_the_last_one(session: Session) -> None:
    found_organisation(session, "Europe/London")
    first, second, third = join(session, 3)
    lot = grant(session, first, 100, "a")
    merge(session, second, first, NOON, "Olga")
    merge(session, third, second, NOON, "Olga")
    session.expire_all()
    assert session.get_one(Customer, first).merged_into_id == third
    (found,) = reverse_many(session, [Reversal(third, "v", lot.operation_id)], at=NOON, source="api")
    assert (found.amount, found.debt) == (-100, 0)
    assert balance(session, third, NOON).active == 0
    assert proof(session) == []
    for kept, gone in ((second, third), (first, third)):
        with pytest.raises(Conflict):
            merge(session, kept, gone, NOON, "Olga")
    assert merge(session, third, first, NOON, "Olga").kept_id == second


@pytest.mark.parametrize("merged", [(kept, gone) for kept in range(4) for gone in range(4) if kept != gone])
def test_invitations_come_along_and_nobody_invites_themselves(session: Session, merged: tuple[int, int]) -> None:
    """Each of five invited the next; whichever two of the first four are one, the last one goes on below them."""
    found_organisation(session, "Europe/London")
    people = join(session, 5)
    for inviter, friend in itertools.pairwise(people):
        set_inviter(session, friend, inviter)
    kept, gone = (people[each] for each in merged)
    merge(session, kept, gone, NOON, "Olga")
    session.expire_all()
    assert session.get_one(Customer, gone).invited_by_id is None
    for each in people:
        assert each not in inviters_of(session, each)
    assert gone not in inviters_of(session, people[4])
    assert kept in inviters_of(session, people[4])


def test_what_cannot_be_merged_is_refused(session: Session, two: list[int]) -> None:
    anna, double = two
    with pytest.raises(Refused):
        merge(session, anna, anna, NOON, "Olga")
    with pytest.raises(Refused):
        merge(session, anna, double, NOON, " ")
    with pytest.raises(NotFound):
        merge(session, anna, 404, NOON, "Olga")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE customer SET merged_into_id = NULL WHERE id = 2",
        "UPDATE customer SET merged_into_id = 2 WHERE id = 3",
        "UPDATE customer SET merged_into_id = 3 WHERE id = 3",
        "UPDATE customer SET merged_into_id = 1 WHERE id = 3",
        OPERATION,
    ],
)
def test_the_database_keeps_a_merge_as_it_is(session: Session, statement: str) -> None:
    found_organisation(session, "Europe/London")
    anna, double, rich = join(session, 3)
    grant(session, rich, 100, "a")
    merge(session, anna, double, NOON, "Olga")
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(statement))


def test_of_two_merges_at_once_one_happens(database: Database) -> None:
    with database.begin() as session:
        found_organisation(session, "Europe/London")
        anna, double = join(session, 2)
        grant(session, anna, 100, "a")
        grant(session, double, 100, "a")
    done = at_once(
        lambda place: _merged(database, *((anna, double) if place % 2 else (double, anna))),
    )
    assert len({each for each in done if each}) == 1
    with database.read() as session:
        (merged,) = session.scalars(select(CustomerMerge))
        assert balance(session, merged.kept_id, NOON).active == 200
        assert proof(session) == []


def test_what_is_granted_while_a_merge_goes_on_is_not_lost(database: Database) -> None:
    with database.begin() as session:
        found_organisation(session, "Europe/London")
        anna, double = join(session, 2)

    def act(place: int) -> int | None:
        if place == 3:
            return _merged(database, anna, double)
        while True:
            try:
                with database.begin() as session:
                    # After the merge it comes to Anna.
                    to = [Recipient(double, f"grant {place}")]
                    accrue_to_many(session, to, amount=100, lifetime=FOREVER, source="api", at=NOON)
                return None
            except DBAPIError:
                continue  # it waited for the merge, and is asked for again

    at_once(act)
    with database.read() as session:
        assert balance(session, anna, NOON).active == 700
        assert proof(session) == []


def _merged(database: Database, kept: int, gone: int) -> int | None:
    try:
        with database.begin() as session:
            merge(session, kept, gone, NOON, "Olga")
    except Conflict:
        return None
    return kept


def at_once(act: Callable[[int], int | None], threads: int = 8) -> list[int | None]:
    together = Barrier(threads)

    def start(place: int) -> int | None:
        together.wait()
        return act(place)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(start, range(threads)))


def test_a_merge_knows_every_table_that_names_a_customer() -> None:
    """Who adds a table with a customer in it says here, and in `merging`, what becomes of its rows."""
    above = {Enrollment.__tablename__, Message.__tablename__, CustomerListMember.__tablename__}
    naming = above | {
        table.name
        for table in Base.metadata.tables.values()
        if any(key.target_fullname == "customer.id" for key in table.foreign_keys)
    }
    assert naming == MOVED | LEDGER | KEPT_AS_HISTORY | OF_ONE
