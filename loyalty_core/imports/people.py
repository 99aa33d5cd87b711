"""Finds the customers that a file of purchases names, and registers the others with their external id alone."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from loyalty_core.customers.registration import CustomerData, register_many
from loyalty_core.customers.rows import Customer, CustomerTotals
from loyalty_core.database import id_set, text_set


class People:
    """The customers met so far: ids by external id, and which of them this import registered."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._ids: dict[str, int] = {}
        self.created: set[int] = set()

    def ids(self, session: Session, seen_at: Mapping[str, datetime]) -> Mapping[str, int]:
        """The ids of customers by external id; new ones are registered as of the moment they were seen at."""
        unknown = [each for each in seen_at if each not in self._ids]
        if unknown:
            known = select(Customer.external_id, Customer.id).where(
                Customer.external_id.in_(text_set(session, unknown))
            )
            self._ids.update({external_id or "": customer_id for external_id, customer_id in session.execute(known)})
            strangers = [each for each in unknown if each not in self._ids]
            data = [CustomerData(external_id=each, registered_at=seen_at[each]) for each in strangers]
            done = register_many(session, data, self._now, events=False)
            self._ids.update({strangers[place]: customer_id for place, customer_id in done.ids.items()})
            self.created.update(done.ids[place] for place in done.new)
        return self._ids

    def backdate(self, session: Session) -> None:
        """Set the registration of the new ones to their first purchase, in whatever order their purchases came."""
        first = (
            select(CustomerTotals.first_purchase_at)
            .where(CustomerTotals.customer_id == Customer.id, CustomerTotals.first_purchase_at < Customer.registered_at)
            .scalar_subquery()
        )
        session.execute(
            update(Customer)
            .where(Customer.id.in_(id_set(session, self.created)), first.is_not(None))
            .values(registered_at=first),
            execution_options={"synchronize_session": False},
        )
