"""When something falls due on the wall clocks of several time zones."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from campaigns.node_types import Occurrence
from loyalty_core.customers.rows import Customer
from loyalty_core.local_time import moment_at
from loyalty_core.organisation import Outlet, organisation


def zones_in_use(session: Session) -> list[str]:
    """The zones of all outlets that have one, and the organisation's."""
    # Who asks for many campaigns in one look keeps the answer of the first with the session.
    if (kept := session.info.get("zones_in_use")) is not None:
        return list(kept)
    zones = session.scalars(select(Outlet.zone).where(Outlet.zone.is_not(None)).distinct())
    return sorted({zone for zone in zones if zone} | {organisation(session).zone})


def customers_of_zone(session: Session, zone: str) -> Select[int]:
    """SELECT id of the customers whose time is the zone's: the outlet's where there is one, else the organisation's."""
    own = func.coalesce(Outlet.zone, organisation(session).zone)
    customers = select(Customer.id).outerjoin(Outlet, Outlet.id == Customer.outlet_id)
    return customers.where(own == zone, Customer.merged_into_id.is_(None))


def days_between(after: datetime, until: datetime, zone: str) -> Iterable[date]:
    """The local days that touch after … until."""
    first, last = (moment.astimezone(ZoneInfo(zone)).date() for moment in (after, until))
    return (first + timedelta(days=index) for index in range((last - first).days + 1))


def due_by_zone(
    session: Session, after: datetime, until: datetime, days: Callable[[str], Iterable[date]], at: time
) -> list[Occurrence]:
    """Each zone's occurrences on the days given for it, at a local time, with after < due ≤ until, oldest first."""
    found = [
        Occurrence(day.isoformat(), zone, due)
        for zone in zones_in_use(session)
        for day in days(zone)
        if after < (due := moment_at(day, at, ZoneInfo(zone))) <= until
    ]
    return sorted(found, key=lambda occurrence: (occurrence.due, occurrence.part))
