"""Who calculates: asking for a calculation, claiming it, and keeping the claim while the work goes on."""

import secrets
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from loyalty_core.database import insert_into
from loyalty_core.i18n import gettext
from loyalty_core.local_time import moment_at
from loyalty_core.organisation import organisation
from segmenter.rfm.rows import RfmCalculation, RfmSettings

OPEN = ("waiting", "going_on")
LEASE = timedelta(minutes=5)
CLAIMS_MAX = 3  # workers that may die over one calculation before it is given up until the next day
EACH_DAY_AT = time(3, 0)


class Claim(NamedTuple):
    """A calculation that is ours until the lease lapses."""

    calculation_id: int
    settings_id: int
    claims: int
    token: str


class Lost(RuntimeError):
    """The token is no longer ours: another worker has the calculation, and nothing of ours may be committed."""


def request(session: Session, settings: RfmSettings, now: datetime) -> RfmCalculation:
    """Ask for a calculation; where one is open already, that is the answer."""
    asked = insert_into(session, RfmCalculation).values(settings_id=settings.id, requested_at=now, status="waiting")
    session.execute(asked.values(done=0, claims=0).on_conflict_do_nothing())
    wanted = select(RfmCalculation).where(RfmCalculation.settings_id == settings.id, RfmCalculation.status.in_(OPEN))
    # It may have come to its end between the two statements; then there is room for another.
    return session.scalar(wanted) or request(session, settings, now)


def request_stale(session: Session, now: datetime) -> int:
    """Ask for what is due at `now`: each day at 03:00 of the organisation, and what was changed since; how many."""
    asked = 0
    for settings in session.scalars(select(RfmSettings).order_by(RfmSettings.id)):
        newest = _newest(session, settings.id)
        if newest is not None and newest.status in OPEN:
            continue
        since = None if newest is None or newest.revision != settings.revision else newest.started_at
        if since is None or now >= next_due(session, since):
            request(session, settings, now)
            asked += 1
    return asked


def next_due(session: Session, since: datetime) -> datetime:
    """The first 03:00 on the organisation's clock after a moment."""
    zone = ZoneInfo(organisation(session).zone)
    today = since.astimezone(zone).date()
    due = moment_at(today, EACH_DAY_AT, zone)
    return due if due > since else moment_at(today + timedelta(days=1), EACH_DAY_AT, zone)


def any_free(session: Session, now: datetime) -> bool:
    """Whether `claim` would find a calculation now."""
    return bool(session.scalar(select(exists().where(_free(now)))))


def claim(session: Session, now: datetime) -> Claim | None:
    """Claim a calculation that waits or whose lease has lapsed, with the settings as they are now.

    One that has cost too many workers is marked failed instead.
    """
    given_up = update(RfmCalculation).where(_free(now), RfmCalculation.claims >= CLAIMS_MAX)
    reason = gettext("Its worker died %(times)s times", times=CLAIMS_MAX)
    session.execute(_ended(given_up, now).values(error=reason).execution_options(synchronize_session=False))
    next_one = select(RfmCalculation.id).where(_free(now)).order_by(RfmCalculation.id).limit(1)
    found = session.scalar(next_one.with_for_update(skip_locked=True))
    if found is None:
        return None
    calculation = session.get_one(RfmCalculation, found, populate_existing=True)
    settings = session.get_one(RfmSettings, calculation.settings_id)
    calculation.status, calculation.token, calculation.lease_until = "going_on", secrets.token_hex(16), now + LEASE
    calculation.claims, calculation.done, calculation.started_at = calculation.claims + 1, 0, now
    calculation.revision, calculation.period = settings.revision, settings.period
    calculation.convention, calculation.segment_id = settings.convention, settings.segment_id
    calculation.base = calculation.customers = None
    session.flush()
    return Claim(calculation.id, settings.id, calculation.claims, calculation.token)


def keep(session: Session, claimed: Claim, now: datetime, **values: object) -> None:
    """Say in the transaction that writes that the claim is ours still, and how far the work is; raises Lost."""
    mine = _mine(claimed).values(lease_until=now + LEASE, **values)
    if session.execute(mine.returning(RfmCalculation.id)).one_or_none() is None:
        raise Lost(f"calculation {claimed.calculation_id} has been taken over")


def fail(session: Session, claimed: Claim, error: str, now: datetime) -> None:
    """Mark the calculation failed; the current one stays what readers see."""
    session.execute(_ended(_mine(claimed), now).values(error=error[:1000]))


def put_back(session: Session, claimed: Claim) -> None:
    """Let it wait again: what stopped it was not its own fault."""
    waits = {"status": "waiting", "token": None, "lease_until": None, "claims": RfmCalculation.claims - 1}
    session.execute(_mine(claimed).values(waits))


def _newest(session: Session, settings_id: int) -> RfmCalculation | None:
    newest = select(func.max(RfmCalculation.id)).where(RfmCalculation.settings_id == settings_id)
    return session.scalar(select(RfmCalculation).where(RfmCalculation.id == newest.scalar_subquery()))


def _free(now: datetime) -> ColumnElement[bool]:
    # A lease that ends in more than a day is one of a tick by hand for another moment, and holds nothing up now.
    until = RfmCalculation.lease_until
    lapsed = or_(until <= now, until > now + timedelta(days=1))
    waiting = RfmCalculation.status == "waiting"
    return or_(waiting, and_(RfmCalculation.status == "going_on", lapsed))


def _mine(claimed: Claim) -> Any:
    this_one = (RfmCalculation.id == claimed.calculation_id) & (RfmCalculation.token == claimed.token)
    going_on = update(RfmCalculation).where(this_one, RfmCalculation.status == "going_on")
    return going_on.execution_options(synchronize_session=False)


def _ended(statement: Any, now: datetime) -> Any:
    return statement.values(status="failed", finished_at=now, token=None, lease_until=None)
