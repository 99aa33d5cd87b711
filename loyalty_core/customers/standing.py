"""Where a customer stands, for whoever serves them: programme and tier, what the next one takes, bonuses."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from loyalty_core.customers.blocks import block_of
from loyalty_core.customers.rows import Customer
from loyalty_core.errors import NotFound
from loyalty_core.i18n import gettext as _
from loyalty_core.ledger.balance import Burning
from loyalty_core.ledger.binding import valid_at
from loyalty_core.ledger.debts import debt_of
from loyalty_core.ledger.rows import Lot, unexpired
from loyalty_core.programmes.rows import Tier
from loyalty_core.programmes.terms import Terms, terms_of


@dataclass(frozen=True, slots=True)
class Standing:
    """A customer, the terms of their next purchase, and what they have; amounts in minor units.

    `missing` is the least that purchases must still come to for `next_tier`; None, both, for who is in the highest one
    or follows no programme. `blocked` is the reason of their block. `burning` is what burns next.
    `spendable` is what of `active` can be spent where they stand.
    """

    customer: Customer
    terms: Terms
    next_tier: Tier | None
    missing: int | None
    active: int
    spendable: int
    awaiting: int
    debt: int
    burning: Burning | None
    blocked: str | None

    @property
    def name(self) -> str:
        """First and last name, as far as they are known."""
        return f"{self.customer.first_name} {self.customer.last_name}".strip()


def standing_of(session: Session, customer_id: int, now: datetime, outlet_id: int | None = None) -> Standing:
    """Where this customer stands now, at an outlet's till, in a handful of statements. NotFound where there is none."""
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise NotFound("customer", _("There is no customer %(id)s.", id=customer_id))
    terms = terms_of(session, customer_id, 0)
    tiers = terms.programme.tiers if terms.programme and not terms.waiting else []
    following = next((tier for tier in tiers if tier.above >= terms.purchase_sum and tier is not tiers[0]), None)
    active = here = awaiting = 0
    burning = None
    for expires_at, usable, valid, waiting in session.execute(_by_end(customer_id, outlet_id, now)):
        active += int(usable)
        here += int(valid)
        awaiting += int(waiting)
        if burning is None and expires_at is not None:
            burning = Burning(int(usable) + int(waiting), expires_at)
    block = block_of(session, customer_id)
    return Standing(
        customer=customer,
        terms=terms,
        next_tier=following,
        # A sum of exactly the threshold stays below.
        missing=following.above - terms.purchase_sum + 1 if following else None,
        active=active,
        spendable=here,
        awaiting=awaiting,
        debt=debt_of(session, customer_id),
        burning=burning,
        blocked=block.reason if block else None,
    )


def _by_end(customer_id: int, outlet_id: int | None, now: datetime) -> Select[datetime | None, int, int, int]:
    """What is active, what of it is valid at the outlet, and what awaits activation, by its end, soonest first."""
    active = func.sum(case((Lot.active_at <= now, Lot.remaining), else_=0))
    here = func.sum(case(((Lot.active_at <= now) & valid_at(outlet_id), Lot.remaining), else_=0))
    awaiting = func.sum(case((Lot.active_at > now, Lot.remaining), else_=0))
    lots = select(Lot.expires_at, active, here, awaiting).where(Lot.customer_id == customer_id, unexpired(now))
    return lots.group_by(Lot.expires_at).order_by(Lot.expires_at.nulls_last())
