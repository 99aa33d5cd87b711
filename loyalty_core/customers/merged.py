"""Customers who turned out to be one person: the record of each merge, and who a merged customer is now."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from loyalty_core.customers.rows import Customer
from loyalty_core.database import Base, id_set
from loyalty_core.errors import Merged, NotFound
from loyalty_core.i18n import gettext as _

AUTHOR_MAX = 200


class CustomerMerge(Base):
    """A merge: all that the customer `gone_id` had became `kept_id`'s, who may have been merged into a third since.

    `amount` of bonuses moved, and a `debt`, both in minor units.
    """

    __tablename__ = "customer_merge"

    gone_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True, autoincrement=False)
    kept_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(AUTHOR_MAX))
    amount: Mapped[int] = mapped_column(BigInteger)
    debt: Mapped[int] = mapped_column(BigInteger)


def now_known_as(session: Session, ids: Collection[int]) -> dict[int, int]:
    """Of these customers, those who have been merged: who each of them is now."""
    merged = select(Customer.id, Customer.merged_into_id).where(
        Customer.id.in_(id_set(session, ids)), Customer.merged_into_id.is_not(None)
    )
    return {gone: kept for gone, kept in session.execute(merged) if kept is not None}


def numbers_of(session: Session, customer_id: int) -> list[int]:
    """The customer's number, and those of all who have been merged into them."""
    return [customer_id, *session.scalars(select(Customer.id).where(Customer.merged_into_id == customer_id))]


def check_customer(session: Session, customer_id: int, where: str = "customer") -> None:
    """NotFound, at the place, where there is no such customer; Merged where they are somebody else now."""
    found = session.execute(
        select(Customer.id, Customer.merged_into_id).where(Customer.id == customer_id)
    ).one_or_none()
    if found is None:
        raise NotFound(where, _("There is no customer %(id)s.", id=customer_id))
    if found.merged_into_id is not None:
        raise Merged(customer_id, found.merged_into_id)


def living_id() -> ColumnElement[int]:
    """Of a row of `customer`: the number of who has all that was theirs."""
    return func.coalesce(Customer.merged_into_id, Customer.id)
