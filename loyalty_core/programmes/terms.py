"""Which rules hold for a customer at the till: whose programme they follow, and which tier they have reached."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer, CustomerTotals
from loyalty_core.database import id_set, kept
from loyalty_core.programmes.rows import WHOLE, CustomerGroup, Programme


@dataclass(frozen=True, slots=True)
class Terms:
    """The rates that hold for one purchase, in hundredths of a percent, and the programme that they are of.

    `group_id` is the group that was followed; `purchase_sum` the sum of purchases that chose the tier.
    `blocked`: no rules hold, because the customer is blocked, or will be by this purchase; `waiting`: because they are
    not activated yet.
    """

    bonus_rate: int = 0
    discount_rate: int = 0
    payable_rate: int = WHOLE
    programme: Programme | None = None
    group_id: int | None = None
    purchase_sum: int = 0
    blocked: bool = False
    waiting: bool = False

    @property
    def promotable(self) -> bool:
        """Whether promotions act: not for who is blocked or not activated yet, nor in a group without a programme."""
        return not (self.blocked or self.waiting) and (self.programme is not None or self.group_id is None)


def terms_of(session: Session, customer_id: int, current: int) -> Terms:
    """The terms for a customer's purchase of `current` (minor units, before discounts), not recorded yet.

    Their group's programme, else their own, else that of the default group, else the default programme. In a group
    without a programme bonuses neither come nor pay, nor do they for who is not activated; where no rules were set up
    at all, bonuses may pay everything.
    """
    own = select(Customer.customer_group_id, Customer.programme_id, Customer.activated_at, CustomerTotals.purchase_sum)
    joined = own.outerjoin(CustomerTotals, CustomerTotals.customer_id == Customer.id)
    group_id, programme_id, activated_at, so_far = session.execute(joined.where(Customer.id == customer_id)).one()
    group = _group(session, group_id, programme_id)
    programme = group.programme if group else _programme(session, programme_id)
    if activated_at is None:
        return Terms(payable_rate=0, programme=programme, group_id=group.id if group else None, waiting=True)
    if programme is None:
        return Terms(payable_rate=0, group_id=group.id) if group else Terms()
    purchase_sum = (so_far or 0) + (current if programme.counts_current else 0)
    tier = programme.tier_of(purchase_sum)
    return Terms(
        bonus_rate=tier.bonus_rate,
        discount_rate=tier.discount_rate,
        payable_rate=programme.payable_rate,
        programme=programme,
        group_id=group.id if group else None,
        purchase_sum=purchase_sum,
    )


def group_followed() -> ColumnElement[int | None]:
    """The group whose rules hold for a customer, for a query over customers; NULL where a programme of their own does.

    The rule of `terms_of` without a purchase: blocked or not, who has neither follows the default group.
    """
    default = select(CustomerGroup.id).where(CustomerGroup.is_default).scalar_subquery()
    return case(
        (Customer.customer_group_id.is_not(None), Customer.customer_group_id),
        (Customer.programme_id.is_(None), default),
    )


def programme_followed() -> ColumnElement[int | None]:
    """The programme whose rules hold for a customer, for a query over customers; NULL where there is none."""
    group_id = group_followed()
    of_group = select(CustomerGroup.programme_id).where(CustomerGroup.id == group_id)
    default = select(Programme.id).where(Programme.is_default).scalar_subquery()
    return case(
        (group_id.is_not(None), of_group.correlate(Customer).scalar_subquery()),
        else_=func.coalesce(Customer.programme_id, default),
    )


def followed_programmes(session: Session, customer_ids: Collection[int]) -> dict[int, int | None]:
    """The programme whose rules hold for each of these customers."""
    found = select(Customer.id, programme_followed()).where(Customer.id.in_(id_set(session, customer_ids)))
    return dict(session.execute(found).all())


def terms_at_registration(session: Session) -> dict[str, int | None]:
    """The columns of a new customer that say whose rules hold: the default group's, or else the default programme's.

    They keep it when another one becomes the default.
    """
    group_id = session.scalar(select(CustomerGroup.id).where(CustomerGroup.is_default))
    programme_id = None if group_id else session.scalar(select(Programme.id).where(Programme.is_default))
    return {"customer_group_id": group_id, "programme_id": programme_id}


def _group(session: Session, group_id: int | None, programme_id: int | None) -> CustomerGroup | None:
    if group_id is None and programme_id is not None:
        return None
    if group_id is not None:
        return kept(session, CustomerGroup, group_id)
    return session.scalar(select(CustomerGroup).where(CustomerGroup.is_default))


def _programme(session: Session, programme_id: int | None) -> Programme | None:
    if programme_id is not None:
        return kept(session, Programme, programme_id)
    return session.scalar(select(Programme).where(Programme.is_default))
