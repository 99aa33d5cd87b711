"""Reads what the profile shows beside the balance and the activities."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign
from campaigns.runtime.rows import Enrollment, Run
from loyalty_core.customers.attributes import Attribute, known_of
from loyalty_core.customers.groups import customer_groups
from loyalty_core.customers.merged import check_customer
from loyalty_core.customers.rows import MAIN_FIRST, Consent, Customer, CustomerTag, Identity, Tag
from loyalty_core.customers.tags import tags_to_put_on
from loyalty_core.database import id_set
from loyalty_core.ledger.balance import LotView
from loyalty_core.ledger.rows import Entry
from loyalty_core.organisation import Outlet
from loyalty_core.programmes.changes import programmes
from loyalty_core.programmes.rows import CustomerGroup, Programme
from loyalty_core.programmes.terms import Terms, terms_of
from loyalty_core.till.purchases import Purchase
from web.pages.frame import zone
from web.session import moment

BAR_PX = 100
COLUMNS_MAX = 5
SOON = timedelta(days=14)
FRIENDS_SHOWN = 5


@dataclass
class Profile:
    """A customer with what they are known by; `inside` are the campaigns that they travel in now.

    `offered` are the tags that can be put on them, `invited` the latest whom they invited, of `invited_count`;
    `known` are their attributes with the values.
    """

    customer: Customer
    outlet: str | None
    marks: list[Identity]
    consents: list[Consent]
    tags: list[Tag]
    offered: Sequence[Tag]
    inviter: Customer | None
    invited: Sequence[Customer]
    invited_count: int
    inside: list[Campaign]
    known: list[tuple[Attribute, Any]]

    @property
    def name(self) -> str:
        """Both names; empty where neither is known."""
        return f"{self.customer.first_name} {self.customer.last_name}".strip()

    @property
    def age(self) -> int | None:
        """Full years, on the organisation's calendar."""
        born = self.customer.birth_date
        if born is None:
            return None
        today = moment().astimezone(zone()).date()
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def profile_of(session: Session, customer_id: int) -> Profile:
    """Everything that the head of the profile shows; NotFound, or Merged."""
    check_customer(session, customer_id)
    found = session.execute(
        select(Customer, Outlet.name)
        .outerjoin(Outlet, Outlet.id == Customer.outlet_id)
        .where(Customer.id == customer_id)
    ).one()

    travelling = (
        select(Campaign)
        .where(
            Campaign.id.in_(
                select(Enrollment.campaign_id).where(
                    Enrollment.customer_id == customer_id, Enrollment.status == "travelling"
                )
            )
        )
        .order_by(Campaign.name)
    )
    tags = select(Tag).join(CustomerTag, CustomerTag.tag_id == Tag.id).where(CustomerTag.customer_id == customer_id)
    worn = list(session.scalars(tags.order_by(Tag.name)))
    friends = select(Customer).where(Customer.invited_by_id == customer_id)
    invited_by = found[0].invited_by_id
    return Profile(
        customer=found[0],
        outlet=found[1],
        marks=list(
            session.scalars(
                select(Identity).where(Identity.customer_id == customer_id).order_by(Identity.kind, *MAIN_FIRST)
            )
        ),
        consents=list(
            session.scalars(select(Consent).where(Consent.customer_id == customer_id).order_by(Consent.channel))
        ),
        tags=worn,
        offered=[each for each in tags_to_put_on(session) if each not in worn],
        inviter=session.get(Customer, invited_by) if invited_by else None,
        invited=session.scalars(friends.order_by(Customer.id.desc()).limit(FRIENDS_SHOWN)).all(),
        invited_count=session.scalar(select(func.count()).where(Customer.invited_by_id == customer_id)) or 0,
        inside=list(session.scalars(travelling)),
        known=known_of(session, customer_id),
    )


class Loyalty(NamedTuple):
    """Whose rules hold for a customer, and what may be chosen instead; an archived programme only by who has it."""

    terms: Terms
    group: CustomerGroup | None
    groups: Sequence[CustomerGroup]
    programmes: Sequence[Programme]


def loyalty(session: Session, customer: Customer) -> Loyalty:
    """Whose rules hold for a customer."""
    terms = terms_of(session, customer.id, 0)
    groups = customer_groups(session)
    offered = [
        each for each in programmes(session, archived=True) if not each.archived or each.id == customer.programme_id
    ]
    return Loyalty(terms, next((each for each in groups if each.id == terms.group_id), None), groups, offered)


class Trip(NamedTuple):
    """The campaign and run that an enrollment belongs to; `run` is the key of its occurrence."""

    campaign_id: int
    campaign: str
    run_id: int
    run: str


def trips_of(session: Session, enrollments: Collection[int]) -> dict[int, Trip]:
    """The campaign and run of each enrollment."""
    if not enrollments:
        return {}
    rows = (
        select(Enrollment.id, Campaign.id, Campaign.name, Run.id, Run.occurrence)
        .join(Run, Run.id == Enrollment.run_id)
        .join(Campaign, Campaign.id == Run.campaign_id)
        .where(Enrollment.id.in_(id_set(session, enrollments)))
    )
    return {row[0]: Trip(*row[1:]) for row in session.execute(rows)}


class Week(NamedTuple):
    """What came and what went in seven days, in minor units of bonuses; `gone` is below 0."""

    came: int
    gone: int


def week(session: Session, customer_id: int, now: datetime) -> Week:
    """The movements of the last seven days."""
    since = select(
        func.coalesce(func.sum(Entry.amount).filter(Entry.amount > 0), 0),
        func.coalesce(func.sum(Entry.amount).filter(Entry.amount < 0), 0),
    ).where(Entry.customer_id == customer_id, Entry.at > now - timedelta(days=7), Entry.at <= now)
    came, gone = session.execute(since).one()
    return Week(int(came), int(gone))


class Purchases(NamedTuple):
    """Purchases of which something is left after returns; `amount` in minor units of money."""

    number: int
    visits: int
    amount: int


def purchases_of_year(session: Session, customer_id: int, now: datetime) -> Purchases:
    """The purchases of the last 365 days."""
    visits = func.count(case((Purchase.opens_visit, 1)))
    bought = select(func.count(), visits, func.coalesce(func.sum(Purchase.net_amount), 0)).where(
        Purchase.customer_id == customer_id,
        Purchase.at > now - timedelta(days=365),
        Purchase.at <= now,
        Purchase.net_amount > 0,
    )
    count, visited, amount = session.execute(bought).one()
    return Purchases(count, visited, int(amount))


@dataclass
class Column:
    """A bar of the chart "Burns at the end of": what burns on a local day (None: never), minor units, px."""

    day: date | None
    active: int = 0
    awaiting: int = 0
    soon: bool = False
    in_days: int = 0
    active_px: int = 0
    awaiting_px: int = 0


def burn_columns(lots: Iterable[LotView], now: datetime) -> list[Column]:
    """The soonest days on which something burns, the rest of them together with what never burns left to the table."""
    columns: dict[date | None, Column] = {}
    today = now.astimezone(zone()).date()
    for lot in lots:
        if lot.state in ("active", "awaiting"):
            day = None if lot.expires_at is None else lot.expires_at.astimezone(zone()).date()
            column = columns.setdefault(day, Column(day))
            setattr(column, lot.state, getattr(column, lot.state) + lot.remaining)
    found = sorted(columns.values(), key=lambda column: column.day or date.max)[:COLUMNS_MAX]
    highest = max((column.active + column.awaiting for column in found), default=1)
    for column in found:
        column.active_px = _px(column.active, highest)
        column.awaiting_px = _px(column.awaiting, highest)
        if column.day is not None:
            column.in_days = (column.day - today).days
            column.soon = column.in_days <= SOON.days
    return found


def _px(amount: int, highest: int) -> int:
    return max(3, amount * BAR_PX // highest) if amount else 0
