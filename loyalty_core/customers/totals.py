"""Keeps `customer_totals` in step: what each customer's purchases say, counted anew for those who were touched."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer, CustomerTotals
from loyalty_core.database import id_parameter, id_set, id_value, insert_into, once_a_dialect, table_of
from loyalty_core.till.purchases import Purchase
from loyalty_core.till.visits import mark_visits


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
    session.execute(_counted_anew(session), {"ids": id_value(session, ids)})


@once_a_dialect
def _counted_anew(session: Session) -> Any:
    counted = (
        select(
            Customer.id,
            func.count(Purchase.customer_id),
            func.coalesce(func.sum(Purchase.net_amount), 0),
            func.min(Purchase.at),
            func.max(Purchase.at),
            func.count(case((Purchase.opens_visit, 1))),
        )
        .join_from(Customer, Purchase, (Purchase.customer_id == Customer.id) & (Purchase.net_amount > 0), isouter=True)
        .where(Customer.id.in_(id_parameter(session)))
        .group_by(Customer.id)
    )
    columns = ("purchase_count", "purchase_sum", "first_purchase_at", "last_purchase_at", "visit_count")
    written = insert_into(session, table_of(CustomerTotals)).from_select(["customer_id", *columns], counted)
    return written.on_conflict_do_update(
        index_elements=[CustomerTotals.customer_id], set_={name: written.excluded[name] for name in columns}
    )
