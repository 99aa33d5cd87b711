"""Grants the welcome bonus, once for each customer for ever, with the activation that it thanks for."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer
from loyalty_core.database import id_set
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.rows import Operation
from loyalty_core.local_time import end_of_day
from loyalty_core.organisation import Outlet, organisation
from loyalty_core.programmes.joining import Joining, JoiningData
from loyalty_core.programmes.terms import followed_programmes

# The ledger takes one operation under a key of a customer: a second welcome bonus cannot be written.
KEY = "welcome"
SOURCE = "welcome"


@dataclass(frozen=True)
class WelcomeLifetime(Lifetime):
    """A lifetime that also ends with the day `until`: of both ends the earlier one holds."""

    until: date | None = None

    @property
    def depends_on_zone(self) -> bool:
        """Whether customers of different zones get different moments."""
        return self.until is not None or super().depends_on_zone

    def expires_at(self, active_at: datetime, zone: ZoneInfo) -> datetime | None:
        """The UTC moment at which what is left burns. With an end date that has passed it lies before `active_at`."""
        lived = super().expires_at(active_at, zone)
        ends = end_of_day(self.until, zone) if self.until else None
        return min((end for end in (lived, ends) if end), default=None)

    def lives(self, now: datetime, zone: ZoneInfo) -> bool:
        """Whether what is granted now to a customer of this zone could ever be spent."""
        active_at = self.active_at(now, zone)
        expires_at = self.expires_at(active_at, zone)
        return expires_at is None or expires_at > active_at


def welcome_lifetime(told: Joining | JoiningData) -> WelcomeLifetime:
    """How long a welcome bonus lives, counted from the moment of activation."""
    return WelcomeLifetime(
        activation=f"after_{told.welcome_delay_unit}" if told.welcome_delay else "at_once",
        activation_amount=told.welcome_delay or None,
        burning="after_days" if told.welcome_lifetime_days else "never",
        burning_amount=told.welcome_lifetime_days,
        until=told.welcome_until,
    )


def welcome(session: Session, customer_ids: Collection[int], now: datetime) -> int:
    """Grant these customers what their programmes welcome with; answers to how many something was granted.

    Who has ever had a welcome bonus gets none, nor does who joins when its end date has passed. What is granted is
    owed by the legal entity of the customer's outlet. The customers must be locked by this transaction.
    """
    offers = _offers(session)
    if not offers or not customer_ids:
        return 0
    followed = followed_programmes(session, customer_ids)
    invited = {each for each, programme_id in followed.items() if programme_id in offers}
    invited -= _welcomed(session, invited)
    zones, owed_by = _homes(session)
    alike: dict[tuple[int, int | None], list[Recipient]] = defaultdict(list)
    for customer_id, outlet_id in _outlets_of(session, invited):
        programme_id = followed[customer_id]
        assert programme_id is not None
        if welcome_lifetime(offers[programme_id]).lives(now, zones[outlet_id]):
            alike[programme_id, owed_by[outlet_id]].append(Recipient(customer_id, KEY, programme_id))
    granted = 0
    # In one order everywhere, so that two registrations at once do not wait for each other in a ring.
    for (programme_id, legal_entity_id), recipients in sorted(alike.items(), key=lambda each: each[1][0].customer_id):
        offer = offers[programme_id]
        assert offer.welcome_amount is not None
        granted += accrue_to_many(
            session,
            recipients,
            amount=offer.welcome_amount,
            lifetime=welcome_lifetime(offer),
            legal_entity_id=legal_entity_id,
            source=SOURCE,
            at=now,
        ).new
    return granted


def _offers(session: Session) -> dict[int, Joining]:
    """The programmes that welcome with something."""
    offers = select(Joining).where(Joining.welcome_amount.is_not(None))
    return {each.programme_id: each for each in session.scalars(offers)}


def _welcomed(session: Session, customer_ids: Collection[int]) -> set[int]:
    had = select(Operation.customer_id).where(
        Operation.customer_id.in_(id_set(session, customer_ids)), Operation.idempotency_key == KEY
    )
    return set(session.scalars(had))


def _outlets_of(session: Session, customer_ids: Collection[int]) -> Any:
    outlets = select(Customer.id, Customer.outlet_id).where(Customer.id.in_(id_set(session, customer_ids)))
    return session.execute(outlets.order_by(Customer.id))


def _homes(session: Session) -> tuple[dict[int | None, ZoneInfo], dict[int | None, int | None]]:
    """The zone and the legal entity of each outlet, and (None) of who has none."""
    otherwise = organisation(session).zone
    zones: dict[int | None, ZoneInfo] = {None: ZoneInfo(otherwise)}
    owed_by: dict[int | None, int | None] = {None: None}
    for outlet_id, zone, legal_entity_id in session.execute(select(Outlet.id, Outlet.zone, Outlet.legal_entity_id)):
        zones[outlet_id], owed_by[outlet_id] = ZoneInfo(zone or otherwise), legal_entity_id
    return zones, owed_by
