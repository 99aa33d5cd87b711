"""Claims on batches: a lease and a token in the database say whose a batch is.

ready ──claim──▶ working ──commit with the token──▶ done
  ▲                 │
  └─ lease lapsed, or failed (and halved, while it keeps failing)
"""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, and_, or_, select, update
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign
from campaigns.runtime.rows import Batch, Run

# A lease that ends later than this is one of a tick by hand for another moment, and holds nothing up now.
LEASE_MAX = timedelta(days=1)


class Claim(NamedTuple):
    """A batch that is ours until the lease lapses, or until somebody takes it over after that."""

    batch_id: int
    run_id: int
    number: int
    size: int
    node: str
    claims: int
    failures: int
    token: str


class Lost(RuntimeError):
    """The token is no longer ours: another worker has the batch, and nothing of ours may be committed."""


def claim(session: Session, now: datetime, lease_s: int) -> Claim | None:
    """Claim the next batch that is ready or whose lease has lapsed; short ones first; none of a paused campaign."""
    token = secrets.token_hex(16)
    # "short" stands after "long" in the alphabet.
    next_one = _free(now).order_by(Batch.queue.desc(), Batch.id).limit(1).with_for_update(of=Batch, skip_locked=True)
    row = session.execute(
        update(Batch)
        .where(Batch.id == next_one.scalar_subquery())
        .values(status="working", token=token, lease_until=now + timedelta(seconds=lease_s), claims=Batch.claims + 1)
        .returning(Batch.id, Batch.run_id, Batch.number, Batch.size, Batch.node, Batch.claims, Batch.failures)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return Claim(*row, token=token) if row else None


def any_free(session: Session, queue: str, now: datetime) -> bool:
    """Whether `claim` would find a batch of this queue now."""
    return bool(session.scalar(select(_free(now).where(Batch.queue == queue).exists())))


def _free(now: datetime) -> Select[int]:
    lapsed = or_(Batch.lease_until <= now, Batch.lease_until > now + LEASE_MAX)
    free = or_(Batch.status == "ready", and_(Batch.status == "working", lapsed))
    return (
        select(Batch.id)
        .join(Run, Run.id == Batch.run_id)
        .join(Campaign, Campaign.id == Run.campaign_id)
        .where(Batch.status != "done", free, Campaign.status != "paused")
    )


def complete(session: Session, claimed: Claim, now: datetime) -> None:
    """Mark the batch done in the transaction that did its work; raises Lost when the token is no longer ours."""
    _release(session, claimed, status="done", finished_at=now, token=None, lease_until=None, error=None)


def give_back(session: Session, claimed: Claim, error: str, *, at_fault: bool = True) -> None:
    """Make a batch ready for another try; one that was not `at_fault` is no nearer to being halved than before."""
    count = {"failures": Batch.failures + 1} if at_fault else {"claims": Batch.claims - 1}
    _release(session, claimed, status="ready", token=None, lease_until=None, error=error[:1000], **count)


def _release(session: Session, claimed: Claim, **values: object) -> None:
    mine = update(Batch).where(Batch.id == claimed.batch_id, Batch.token == claimed.token, Batch.status == "working")
    done = session.execute(mine.values(**values).returning(Batch.id).execution_options(synchronize_session=False))
    if done.one_or_none() is None:
        raise Lost(f"batch {claimed.batch_id} has been taken over")
