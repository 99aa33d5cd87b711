"""Activates customers: from then on they earn, spend and get discounts, and their welcome bonus is theirs."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from loyalty_core.customers.merged import check_customer
from loyalty_core.customers.rows import Customer
from loyalty_core.customers.totals import lock_customers
from loyalty_core.database import id_set, insert_rows
from loyalty_core.events import Event
from loyalty_core.programmes.joining import Joining
from loyalty_core.programmes.referral_rewards import give_for_invitations
from loyalty_core.programmes.terms import followed_programmes
from loyalty_core.programmes.welcome import welcome


def activate(session: Session, customer_id: int, now: datetime) -> Customer:
    """Activate a customer; one who is activated already stays as they are.

    NotFound where there is no such customer, Merged where they are another one now.
    """
    check_customer(session, customer_id)
    activate_many(session, [customer_id], now)
    return session.get_one(Customer, customer_id, populate_existing=True)


def activate_many(session: Session, customer_ids: Collection[int], now: datetime) -> set[int]:
    """Activate those who are not yet, grant them their welcome bonus and tell it to the chains (`customer.activated`).

    Answers who was activated now. A handful of statements for any number of customers; asked for twice at once, the
    second finds nobody left to activate.
    """
    if not customer_ids:
        return set()
    present = lock_customers(session, customer_ids)
    waiting = update(Customer).where(Customer.id.in_(id_set(session, present)), Customer.activated_at.is_(None))
    written = waiting.values(activated_at=now).returning(Customer.id)
    activated = set(session.scalars(written, execution_options={"synchronize_session": False}))
    told = {"kind": "customer.activated", "at": now, "properties": {}}
    insert_rows(session, Event, [told | {"customer_id": each} for each in sorted(activated)])
    welcome(session, activated, now)
    give_for_invitations(session, activated, now)
    return activated


def activate_new(session: Session, customer_ids: Collection[int], now: datetime) -> None:
    """Activate those of the newly registered whose programme does not ask for an activation of its own."""
    asking = set(session.scalars(select(Joining.programme_id).where(Joining.activation_needed)))
    followed = followed_programmes(session, customer_ids) if asking else {}
    activate_many(session, [each for each in customer_ids if followed.get(each) not in asking], now)
