"""Reads customers for the list and for Find: by name, phone, card or e-mail, with their totals, in four statements."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from loyalty_core.customers.matching import found_by
from loyalty_core.customers.rows import MAIN_FIRST, Customer, CustomerTotals, Identity
from loyalty_core.database import id_set
from loyalty_core.ledger.balance import balances
from web.pages.paging import Page, first
from web.session import moment


@dataclass
class CustomerRow:
    """A line of the list; `active` is in minor units of bonuses, `purchase_sum` in those of money."""

    id: int
    first_name: str
    last_name: str
    registered_at: datetime
    purchase_count: int
    purchase_sum: int
    last_purchase_at: datetime | None
    marks: dict[str, str] = field(default_factory=dict)
    active: int = 0

    @property
    def name(self) -> str:
        """Both names; empty where neither is known."""
        return f"{self.first_name} {self.last_name}".strip()


def find_customers(
    session: Session,
    words: str,
    *,
    after: int | None,
    limit: int,
    waiting: bool = False,
    among: Select[Any] | None = None,
) -> Page[CustomerRow]:
    """The customers whom `found_by` says, newest first, after the one with the id `after`."""
    found = (
        select(
            Customer.id,
            Customer.first_name,
            Customer.last_name,
            Customer.registered_at,
            func.coalesce(CustomerTotals.purchase_count, 0),
            func.coalesce(CustomerTotals.purchase_sum, 0),
            CustomerTotals.last_purchase_at,
        )
        .outerjoin(CustomerTotals, CustomerTotals.customer_id == Customer.id)
        .where(*found_by(words, waiting=waiting, among=among))
        .order_by(Customer.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        found = found.where(Customer.id < after)
    rows = [CustomerRow(*row) for row in session.execute(found)]
    page = first(rows, limit, rows[limit - 1].id if len(rows) > limit else None)
    _add_marks(session, page.rows)
    active = balances(session, [row.id for row in page.rows], moment())
    for row in page.rows:
        row.active = active.get(row.id, 0)
    return page


def count_customers(session: Session, words: str, *, waiting: bool = False, among: Select[Any] | None = None) -> int:
    """How many customers `found_by` says."""
    found = select(func.count()).select_from(Customer).where(*found_by(words, waiting=waiting, among=among))
    return session.scalar(found) or 0


def _add_marks(session: Session, rows: Iterable[CustomerRow]) -> None:
    by_id = {row.id: row for row in rows}
    if not by_id:
        return
    marks = select(Identity.customer_id, Identity.kind, Identity.shown).where(
        Identity.customer_id.in_(id_set(session, list(by_id)))
    )
    # By customer first: by kind alone SQLite would walk every mark of everybody.
    for customer_id, kind, shown in session.execute(marks.order_by(Identity.customer_id, Identity.kind, *MAIN_FIRST)):
        by_id[customer_id].marks.setdefault(kind, shown)
