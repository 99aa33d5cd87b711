"""What two customers who are one person hold and owe: not a bonus, a moment or a debt is lost in a merge."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from loyalty_core.customers.merging import merge
from loyalty_core.errors import Conflict
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.balance import balance
from loyalty_core.ledger.bonus_types import BonusType
from loyalty_core.ledger.liability import liabilities
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.proof import proof
from loyalty_core.ledger.redemption import redeem
from loyalty_core.ledger.reversal import reverse_many
from loyalty_core.ledger.reversal_plan import Reversal
from loyalty_core.ledger.rows import Operation
from loyalty_core.organisation import LegalEntity
from loyalty_core.till.checkout import LineData, PurchaseData, place, take_back
from loyalty_core.till.purchases import Purchase
from loyalty_core.till.returned_bonuses import accrual_key, redemption_key
from tests.support.members import NOON, grant, lots

DAY = timedelta(days=1)


def buy(session: Session, customer: int, number: str, amount: int) -> Purchase:
    line = LineData("tea", "Tea", "", Decimal(1), amount)
    return place(session, PurchaseData(number, customer, None, NOON - DAY, [line]), NOON)


def test_bonuses_come_with_their_type_their_entity_and_their_moments(session: Session, two: list[int]) -> None:
    anna, double = two
    company = LegalEntity(name="Harbour Gifts Ltd")
    gift = BonusType(name="Gift", activation="after_days", activation_amount=3, burning="after_days", burning_amount=9)
    session.add_all([company, gift])
    session.flush()
    accrue_to_many(
        session,
        [Recipient(double, "gift", 7)],
        amount=500,
        lifetime=Lifetime.of(gift),
        bonus_type_id=gift.id,
        legal_entity_id=company.id,
        source="enrollment",
        source_node="n2",
        reason="Birthday",
        at=NOON - DAY,
    )
    redeemable = grant(session, double, 300, "more")
    redeem(session, double, amount=100, key="spent", at=NOON, source="api")
    (before,) = [lot for lot in balance(session, double, NOON).lots if lot.bonus_type]
    merge(session, anna, double, NOON, "Olga")
    found = balance(session, anna, NOON)
    assert (found.active, found.awaiting) == (200, 500)
    (came,) = [lot for lot in found.lots if lot.bonus_type]
    same = ("bonus_type", "legal_entity", "active_at", "expires_at", "source", "source_id", "source_node", "reason")
    assert [getattr(came, name) for name in same] == [getattr(before, name) for name in same]
    nothing = balance(session, double, NOON)
    assert (nothing.active, nothing.awaiting, nothing.lots) == (0, 0, [])
    assert redeemable.id not in [lot.id for lot in found.lots]
    assert proof(session) == []


def test_what_each_legal_entity_owes_is_the_same_at_any_moment(session: Session, two: list[int]) -> None:
    anna, double = two
    grant(session, double, 500, "short", Lifetime.days(3))
    spent = grant(session, double, 200, "spent")
    redeem(session, double, amount=700, key="all", at=NOON, source="api")
    reverse_many(session, [Reversal(double, "wrong", spent.operation_id)], at=NOON, source="api")
    grant(session, anna, 50, "own")
    moments = [NOON - DAY, NOON, NOON + DAY, NOON + 2 * DAY, NOON + 30 * DAY]
    before = [liabilities(session, moment) for moment in moments]
    merge(session, anna, double, NOON + DAY, "Olga")
    assert [liabilities(session, moment) for moment in moments] == before
    found = balance(session, anna, NOON + DAY)
    assert (found.active, found.debt) == (50, 200)
    grant(session, anna, 500, "pays", at=NOON + 2 * DAY)
    found = balance(session, anna, NOON + 2 * DAY)
    assert (found.active, found.debt) == (350, 0)
    assert proof(session) == []


def test_a_return_afterwards_takes_from_and_gives_to_the_kept_customer(session: Session, two: list[int]) -> None:
    anna, double = two
    purchase = buy(session, double, "R-1", 10_000)
    purchase.redeemed = purchase.accrued = 0
    grant(session, double, 400, "before", Lifetime.days(5))
    spending = redeem(
        session, double, amount=300, key=redemption_key(purchase.id), at=NOON, source="purchase", source_id=purchase.id
    )
    accrue_to_many(
        session,
        [Recipient(double, accrual_key(purchase.id), purchase.id)],
        amount=200,
        lifetime=Lifetime(),
        source="purchase",
        at=NOON,
    )
    session.execute(text("UPDATE purchase_line SET redeemed = 300, accrued = 200"))
    ends = balance(session, double, NOON).burning[0].at
    merge(session, anna, double, NOON, "Olga")
    take_back(session, purchase.id, "back", NOON + DAY, None, NOON + DAY)
    found = balance(session, anna, NOON + DAY)
    assert (found.active, found.debt) == (400, 0)
    assert [(each.amount, each.at) for each in found.burning] == [(400, ends)]
    assert {each.customer_id for each in session.scalars(select(Operation).where(Operation.kind == "reverse"))} == {
        anna
    }
    assert spending.operation_id
    assert proof(session) == []


def test_what_is_not_there_any_more_is_a_debt_to_the_same_entity(session: Session, two: list[int]) -> None:
    anna, double = two
    company = LegalEntity(name="Harbour Gifts Ltd")
    session.add(company)
    session.flush()
    accrue_to_many(
        session,
        [Recipient(double, "a")],
        amount=100,
        lifetime=Lifetime(),
        legal_entity_id=company.id,
        source="api",
        at=NOON,
    )
    (lot,) = lots(session, double)
    redeem(session, double, amount=100, key="spent", at=NOON, source="api")
    merge(session, anna, double, NOON, "Olga")
    (found,) = reverse_many(session, [Reversal(double, "v", lot.operation_id)], at=NOON, source="api")
    assert (found.amount, found.debt) == (-100, 100)
    assert balance(session, anna, NOON).debt == 100
    assert liabilities(session, NOON)[company.id].debt == 100
    (again,) = reverse_many(session, [Reversal(double, "v", lot.operation_id)], at=NOON, source="api")
    assert again.repeated
    assert proof(session) == []


def test_what_is_granted_later_to_the_merged_one_comes_to_the_kept_one_once(session: Session, two: list[int]) -> None:
    anna, double = two
    grant(session, double, 100, "early")
    merge(session, anna, double, NOON, "Olga")
    both = [Recipient(double, "late"), Recipient(anna, "late"), Recipient(double, "early")]
    for new in (1, 0):
        asked = accrue_to_many(session, both, amount=100, lifetime=Lifetime(), source="api", at=NOON)
        assert tuple(asked) == (new, 3 - new)
    assert balance(session, anna, NOON).active == 200
    with pytest.raises(Conflict):
        accrue_to_many(session, both[2:], amount=99, lifetime=Lifetime(), source="api", at=NOON)
