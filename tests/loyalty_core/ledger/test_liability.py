"""What the liability of legal entities promises."""

from datetime import timedelta

from sqlalchemy.orm import Session

from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.burning import burn_due
from loyalty_core.ledger.liability import Liability, liabilities
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.redemption import redeem
from loyalty_core.ledger.reversal import reverse_many
from loyalty_core.ledger.reversal_plan import Reversal
from loyalty_core.organisation import LegalEntity
from tests.support.members import NOON, grant, join, lots

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def company(session: Session, name: str) -> int:
    entity = LegalEntity(name=name)
    session.add(entity)
    session.flush()
    return entity.id


def accrue(session: Session, people: list[int], amount: int, entity: int, lifetime: Lifetime, key: str = "a") -> None:
    recipients = [Recipient(person, key) for person in people]
    accrue_to_many(session, recipients, amount=amount, lifetime=lifetime, legal_entity_id=entity, source="api", at=NOON)


def test_each_legal_entity_owes_what_was_granted_in_its_name_at_every_moment(session: Session) -> None:
    first, second = company(session, "First"), company(session, "Second")
    anna, boris = join(session, 2)
    accrue(session, [anna, boris], 100, first, Lifetime("after_days", 1, "after_days", 3))
    accrue(session, [anna], 70, second, Lifetime(), "b")
    grant(session, boris, 5, "nobody's", at=NOON + DAY)
    redeem(session, anna, amount=30, key="r", at=NOON + 2 * DAY, source="api")
    burns = lots(session, anna)[0].expires_at
    assert burns is not None
    said = {
        NOON - SECOND: {},
        NOON: {first: Liability(0, 200), second: Liability(70)},
        NOON + DAY: {None: Liability(5), first: Liability(200), second: Liability(70)},
        NOON + 2 * DAY: {None: Liability(5), first: Liability(170), second: Liability(70)},
        burns - SECOND: {None: Liability(5), first: Liability(170), second: Liability(70)},
        burns: {None: Liability(5), second: Liability(70)},
    }
    assert {at: liabilities(session, at) for at in said} == said
    burn_due(session, burns + 9 * DAY)
    assert {at: liabilities(session, at) for at in said} == said, "whenever the clock comes"


def test_debts_are_told_apart_and_paid_in_time(session: Session) -> None:
    entity = company(session, "First")
    (anna,) = join(session)
    accrue(session, [anna], 100, entity, Lifetime())
    redeem(session, anna, amount=100, key="r", at=NOON, source="api")
    lot = lots(session, anna)[0]
    reverse_many(session, [Reversal(anna, "v", lot.operation_id)], at=NOON + DAY, source="api")
    grant(session, anna, 40, "next", at=NOON + 2 * DAY)
    assert liabilities(session, NOON + DAY - SECOND) == {}
    assert liabilities(session, NOON + DAY) == {entity: Liability(debt=100)}
    assert liabilities(session, NOON + 2 * DAY) == {entity: Liability(debt=60)}
