"""What a correction by hand promises."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.customers.activities import activities
from loyalty_core.errors import Conflict, Refused
from loyalty_core.ledger.accrual import Recipient
from loyalty_core.ledger.adjustment import Adjusted, adjust_many
from loyalty_core.ledger.debts import debt_of
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.proof import proof
from loyalty_core.ledger.redemption import redeem
from loyalty_core.ledger.reversal import reverse_many
from loyalty_core.ledger.reversal_plan import Reversal
from loyalty_core.ledger.rows import Operation
from tests.support.members import NOON, grant, join, lots

DAY = timedelta(days=1)


def adjust(session: Session, people: list[int], amount: int, key: str = "k", **changed: Any) -> Adjusted:
    same = {"reason": "Goodwill", "author": "Olga", "source": "page", "at": NOON}
    return adjust_many(session, [Recipient(person, key) for person in people], amount=amount, **{**same, **changed})


def left(session: Session, customer: int) -> list[int]:
    return [lot.remaining for lot in lots(session, customer)]


def test_what_is_given_is_a_lot_with_the_lifetime_that_was_chosen(session: Session) -> None:
    people = join(session, 3)
    assert adjust(session, people, 50, lifetime=Lifetime.days(2)) == Adjusted(3, 0)
    (lot,) = lots(session, people[1])
    assert (lot.remaining, lot.expires_at is not None) == (50, True)
    (shown,) = activities(session, people[1])
    assert (shown.kind, shown.title, shown.amount, shown.author) == ("adjust", "Goodwill", 50, "Olga")
    assert proof(session) == []


def test_what_is_taken_burns_soonest_and_what_awaits_goes_last(session: Session) -> None:
    (anna,) = join(session)
    grant(session, anna, 100, "awaiting", Lifetime("after_days", 1, "after_days", 1))
    grant(session, anna, 100, "never")
    grant(session, anna, 100, "soon", Lifetime.days(9))
    assert adjust(session, [anna], -220) == Adjusted(1, 0)
    assert left(session, anna) == [80, 0, 0]
    assert activities(session, anna)[0].amount == -220
    assert proof(session) == []


def test_who_has_less_is_left_alone_and_named_and_never_owes(session: Session) -> None:
    anna, boris = join(session, 2)
    for person, amount in ((anna, 100), (boris, 99)):
        grant(session, person, amount, "a")
    assert adjust(session, [anna, boris], -100) == Adjusted(1, 0, [boris])
    assert (left(session, anna), left(session, boris), debt_of(session, boris)) == ([0], [99], 0)


@pytest.mark.parametrize("amount", [50, -50])
def test_the_same_key_changes_nothing_and_with_another_input_is_a_conflict(session: Session, amount: int) -> None:
    (anna,) = join(session)
    grant(session, anna, 100, "a")
    adjust(session, [anna], amount)
    assert adjust(session, [anna], amount, at=NOON + DAY) == Adjusted(0, 1)
    assert sum(left(session, anna)) == 100 + amount
    for changed in ({"reason": "other"}, {"author": "Ivan"}):
        with pytest.raises(Conflict):
            adjust(session, [anna], amount, **changed)


@pytest.mark.parametrize(
    ("amount", "changed", "where"),
    [
        (0, {}, "amount"),
        (5, {"reason": " "}, "reason"),
        (-5, {"reason": "x" * 301}, "reason"),
        (5, {"author": ""}, "author"),
    ],
)
def test_what_cannot_be_is_refused(session: Session, amount: int, changed: dict[str, str], where: str) -> None:
    with pytest.raises(Refused) as refusal:
        adjust(session, join(session), amount, **changed)
    assert refusal.value.where == where


def test_what_is_given_pays_a_debt_first(session: Session) -> None:
    (anna,) = join(session)
    wrong = grant(session, anna, 100, "wrong")
    redeem(session, anna, amount=100, key="r", at=NOON, source="api")
    reverse_many(session, [Reversal(anna, "v", wrong.operation_id)], at=NOON, source="api")
    adjust(session, [anna], 130)
    assert (left(session, anna), debt_of(session, anna)) == ([0, 30], 0)


@pytest.mark.parametrize("amount", [50, -50])
def test_a_correction_can_be_taken_back(session: Session, amount: int) -> None:
    (anna,) = join(session)
    grant(session, anna, 100, "a")
    adjust(session, [anna], amount)
    operation = session.scalars(select(Operation.id).where(Operation.kind == "adjust")).one()
    (found,) = reverse_many(session, [Reversal(anna, "v", operation)], at=NOON, source="api")
    assert found.amount == -amount
    assert sum(left(session, anna)) == 100
    assert proof(session) == []
