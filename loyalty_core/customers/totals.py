"""Keeps `customer_totals` in step: what each customer's purchases say, counted anew for those who were touched."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from loyalty_core.customers.rows import Customer, CustomerTotals
from loyalty_core.database import id_set, insert_into
from loyalty_core.till.purchases import Purchase
from loyalty_core.till.visits import mark_visits

Visit = aliased(Purchase)


def lock_customers(session: Session, ids: Collection[int]) -> set[int]:
    """Let one transaction at a time touch what these customers bought; answers which of the ids there are.

    Who has been merged into another customer is there no more.
    Always in the same order, so that none waits in a ring. SQLite needs no lock: its writers stand in line already.
    """
    living = Customer.merged_into_id.is_(None)
    chosen = select(Customer.id).where(Customer.id.in_(id_set(session, ids)), living).order_by(Customer.id)
    return set(session.scalars(chosen.with_for_update(key_share=True)))


def refresh_totals(session: Session, ids: Collection[int], since: Mapping[int, datetime] | None = None) -> None:
    """Count these customers' purchases anew, and their visits. Their rows must be locked by this transaction.

    `since` is the moment of each one's earliest purchase that was touched: visits before it stay as they are.
    """
    mark_visits(session, ids, since)
    visits = (
        select(func.count())
        .select_from(Visit)
        .where(Visit.customer_id == Customer.id, Visit.opens_visit)
        .correlate(Customer)
        .scalar_subquery()
    )
    counted = (
        select(
            Customer.id,
            func.count(Purchase.id),
            func.coalesce(func.sum(Purchase.net_amount), 0),
            func.min(Purchase.at),
            func.max(Purchase.at),
            visits,
        )
        .join_from(Customer, Purchase, (Purchase.customer_id == Customer.id) & (Purchase.net_amount > 0), isouter=True)
        .where(Customer.id.in_(id_set(session, ids)))
        .group_by(Customer.id)
    )
    columns = ("purchase_count", "purchase_sum", "first_purchase_at", "last_purchase_at", "visit_count")
    written = insert_into(session, CustomerTotals).from_select(["customer_id", *columns], counted)
    session.execute(
        written.on_conflict_do_update(
            index_elements=[CustomerTotals.customer_id], set_={name: written.excluded[name] for name in columns}
        )
    )
