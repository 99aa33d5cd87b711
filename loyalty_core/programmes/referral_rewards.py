"""Grants what invitations bring: gifts when a friend is activated, percents of friends' purchases on three levels.

A invited B, B invited C, C invited D: of what D pays with money, C has the first percent, B the second, A the third,
and nobody further up anything ("Приведи друга" of kilbil's page). The rules are those of D's programme.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from loyalty_core.customers.blocks import Block
from loyalty_core.customers.rows import Customer
from loyalty_core.database import id_set
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.reversal import reverse_many
from loyalty_core.ledger.reversal_plan import Reversal
from loyalty_core.ledger.rows import Operation
from loyalty_core.organisation import Outlet, zone_of
from loyalty_core.programmes.late_accrual import lifetime_of
from loyalty_core.programmes.rows import Programme, Referral
from loyalty_core.programmes.terms import programme_followed
from loyalty_core.till.pricing import percent_of
from loyalty_core.till.purchases import Purchase, PurchaseLine, PurchaseReturn
from loyalty_core.till.returns import share_of

GIFT, PERCENT = "invitation", "referral"


class Reward(NamedTuple):
    """What a level earns of a purchase, in minor units."""

    level: int
    amount: int


def rewards(rules: Referral, paid: int) -> list[Reward]:
    """What each level that earns something earns of a purchase of which money pays `paid` (minor units)."""
    amounts = (percent_of(paid, rate) for rate in rules.rates)
    return [Reward(level, amount) for level, amount in enumerate(amounts, 1) if amount]


def reward_inviters(session: Session, purchase: Purchase, programme: Programme) -> None:
    """Grant what a purchase brings to those above its customer; who is blocked, or not activated, gets nothing.

    Nothing is asked where the programme has no such rules, and one question where nobody invited the customer.
    """
    earned = rewards(programme.referral, purchase.amount - purchase.redeemed) if programme.referral else []
    if not earned:
        return
    above = _earning_inviters(session, purchase.customer_id)
    granted = [(above[each.level], each) for each in earned if each.level in above]
    outlet = session.get(Outlet, purchase.outlet_id) if purchase.outlet_id and granted else None
    # In one order everywhere, so that two tills do not wait for each other in a ring.
    for inviter_id, reward in sorted(granted):
        accrue_to_many(
            session,
            [Recipient(inviter_id, f"purchase:{purchase.id}:referral:{reward.level}", purchase.id)],
            amount=reward.amount,
            lifetime=lifetime_of(programme, zone_of(session, purchase.outlet_id)),
            legal_entity_id=outlet.legal_entity_id if outlet else None,
            source=PERCENT,
            at=purchase.at,
        )


def take_back_rewards(session: Session, returned: PurchaseReturn, now: datetime) -> None:
    """Take back what a purchase brought to others, in proportion to what of its money has come back so far."""
    reversal = aliased(Operation)
    done = select(func.coalesce(func.sum(func.abs(reversal.amount)), 0)).where(reversal.reverses_id == Operation.id)
    brought = select(Operation.id, Operation.customer_id, Operation.amount, done.scalar_subquery()).where(
        Operation.source == PERCENT, Operation.source_id == returned.purchase_id, Operation.kind == "accrue"
    )
    operations = session.execute(brought.order_by(Operation.id)).all()
    if not operations:
        return
    line = PurchaseLine
    lines = session.execute(
        select(line.amount - line.redeemed, line.returned, line.quantity).where(
            line.purchase_id == returned.purchase_id
        )
    ).all()
    paid = sum(amount for amount, _back, _quantity in lines)
    back = sum(share_of(*each) for each in lines)
    reversals = []
    for operation_id, customer_id, amount, before in operations:
        wanted = share_of(amount, back, paid) - int(before)
        if wanted > 0:
            key = f"return:{returned.id}:{operation_id}:{before}"
            reversals.append(Reversal(customer_id, key, operation_id, wanted, returned.id))
    if reversals:
        reverse_many(session, reversals, at=now, source=PERCENT)


def give_for_invitations(session: Session, activated: Collection[int], now: datetime) -> None:
    """Grant the gifts for those of the newly activated who were invited, once each: to them, and to their inviters.

    A handful of statements for any number; one where no programme gives anything.
    """
    giving = select(Programme).join(Referral).where(or_(Referral.gift_inviter > 0, Referral.gift_invited > 0))
    programmes = {each.id: each for each in session.scalars(giving)} if activated else {}
    if not programmes:
        return
    inviter = aliased(Customer)
    invited = (
        select(
            Customer.id, inviter.id, _earns(inviter), programme_followed(), Customer.outlet_id, Outlet.legal_entity_id
        )
        .join(inviter, inviter.id == Customer.invited_by_id)
        .outerjoin(Outlet, Outlet.id == Customer.outlet_id)
        .where(Customer.id.in_(id_set(session, activated)))
        .order_by(Customer.id)
    )
    alike: dict[tuple[int, int, int | None, int | None], list[Recipient]] = defaultdict(list)
    for friend_id, inviter_id, earns, programme_id, outlet_id, legal_entity_id in session.execute(invited):
        if programme_id not in programmes:
            continue
        rules = programmes[programme_id].referral
        assert rules is not None
        home = (programme_id, outlet_id, legal_entity_id)
        if rules.gift_invited:
            alike[rules.gift_invited, *home].append(Recipient(friend_id, "invited", friend_id))
        if rules.gift_inviter and earns:
            alike[rules.gift_inviter, *home].append(Recipient(inviter_id, f"invited:{friend_id}", friend_id))
    for (amount, programme_id, outlet_id, legal_entity_id), recipients in alike.items():
        accrue_to_many(
            session,
            recipients,
            amount=amount,
            lifetime=lifetime_of(programmes[programme_id], zone_of(session, outlet_id)),
            legal_entity_id=legal_entity_id,
            source=GIFT,
            at=now,
        )


def _earning_inviters(session: Session, customer_id: int) -> dict[int, int]:
    """Who stands on which of the three levels above a customer, of those who earn, in one statement."""
    one, two, three = (aliased(Customer) for _level in range(3))
    above = (
        select(one.id, _earns(one), two.id, _earns(two), three.id, _earns(three))
        .select_from(Customer)
        .join(one, one.id == Customer.invited_by_id)
        .outerjoin(two, two.id == one.invited_by_id)
        .outerjoin(three, three.id == two.invited_by_id)
        .where(Customer.id == customer_id)
    )
    row = session.execute(above).one_or_none()
    if row is None:
        return {}
    levels = zip(row[::2], row[1::2], strict=True)
    return {level: inviter_id for level, (inviter_id, earns) in enumerate(levels, 1) if inviter_id and earns}


def _earns(customer: type[Customer]) -> ColumnElement[bool]:
    return and_(customer.activated_at.is_not(None), ~exists().where(Block.customer_id == customer.id))
