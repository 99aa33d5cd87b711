"""Works off one batch: claim, carry, commit with the token; and what to do when it fails.

A batch whose step fails is tried again, then halved until the one bad enrollment stands alone, which is marked failed
with its reason. A batch that loses its worker is taken over when its lease lapses, and halved too if that goes on.
"""

from collections.abc import Collection
from datetime import datetime

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from campaigns.node_types import Trigger
from campaigns.runtime.claims import Claim, Lost, claim, complete, give_back
from campaigns.runtime.crash_points import crash_point
from campaigns.runtime.flow import Again, Chain, StepFailed, chain_of, travel
from campaigns.runtime.rows import Batch, Enrollment
from loyalty_core.customers.merged import now_known_as
from loyalty_core.database import Database, id_set, integer_pairs, is_passing
from loyalty_core.i18n import gettext

log = structlog.get_logger()

TRIES = 2  # failures of a batch at one size, before it is halved
LIVES = 5  # workers that may die with a batch at one size, before it is halved


def work_once(database: Database, now: datetime, lease_s: int) -> bool:
    """Claim a batch and carry it; False where none is free."""
    with database.begin() as session:
        claimed = claim(session, now, lease_s)
    if claimed is None:
        return False
    try:
        _attempt(database, claimed, now)
    except Lost:
        log.info("batch.lost", batch=claimed.batch_id)
    return True


def _attempt(database: Database, claimed: Claim, now: datetime) -> None:
    try:
        if claimed.claims - claimed.failures > LIVES and claimed.size > 1:
            _halve(database, claimed, now)
        else:
            _carry(database, claimed, now)
    except DBAPIError as error:
        if not is_passing(error):
            raise
        # The database was busy or gone: that says nothing about the batch, so it is only given back.
        log.warning("batch.database", batch=claimed.batch_id, error=str(error.orig))
        with database.begin() as session:
            give_back(session, claimed, str(error.orig), at_fault=False)
    except StepFailed as failure:
        log.warning("batch.failed", batch=claimed.batch_id, node=failure.node, error=str(failure))
        _after_failure(database, claimed, failure, now)


def _carry(database: Database, claimed: Claim, now: datetime, doomed: dict[str, str] | None = None) -> None:
    with database.begin() as session:
        run, chain = chain_of(session, claimed.run_id)
        travelling = select(Enrollment.id, Enrollment.customer_id).where(
            Enrollment.run_id == claimed.run_id,
            Enrollment.batch_number == claimed.number,
            Enrollment.status == "travelling",
        )
        enrollments = integer_pairs(session, travelling.order_by(Enrollment.id))
        # Who has been merged since they entered travels on as who they are now.
        merged = now_known_as(session, set(enrollments.values()))
        if merged:
            enrollments = {each: merged.get(customer, customer) for each, customer in enrollments.items()}
        travel(session, run, chain, enrollments, now, doomed or {}, _again(session, chain, claimed, enrollments))
        crash_point("before_commit")
        complete(session, claimed, now)
    crash_point("after_commit")


def _again(session: Session, chain: Chain, claimed: Claim, enrollments: Collection[int]) -> Again | None:
    """What a batch that does not stand at the trigger has behind it."""
    if isinstance(chain.graph.nodes[claimed.node].type, Trigger):
        return None
    trails = select(Enrollment.id, Enrollment.trail).where(Enrollment.id.in_(id_set(session, enrollments)))
    return Again(claimed.node, dict(session.execute(trails).all()))


def _after_failure(database: Database, claimed: Claim, failure: StepFailed, now: datetime) -> None:
    if claimed.failures + 1 < TRIES:
        with database.begin() as session:
            give_back(session, claimed, str(failure))
    elif claimed.size > 1:
        _halve(database, claimed, now)
    else:
        _fail_alone(database, claimed, failure, now)


def _fail_alone(database: Database, claimed: Claim, failure: StepFailed, now: datetime) -> None:
    """Carry a single enrollment as far as it gets, and mark it failed where it cannot go on."""
    doomed: dict[str, str] = {}
    reason = gettext("The step could not be done: %(error)s", error=str(failure))
    while True:
        doomed[failure.node] = reason
        try:
            return _carry(database, claimed, now, doomed)
        except StepFailed as another:
            failure = another


def _halve(database: Database, claimed: Claim, now: datetime) -> None:
    """Cut the batch in two new ones, in the order of customers; the old one is done."""
    with database.begin() as session:
        batch = session.get_one(Batch, claimed.batch_id)
        first = session.scalars(select(func.max(Batch.number) + 1).where(Batch.run_id == claimed.run_id)).one()
        members = select(Enrollment.id).where(
            Enrollment.run_id == claimed.run_id, Enrollment.batch_number == claimed.number
        )
        ids = list(session.scalars(members.order_by(Enrollment.id)))
        middle = (len(ids) + 1) // 2
        for number, half in ((first, ids[:middle]), (first + 1, ids[middle:])):
            _new_batch(session, batch, number, half, now)
        complete(session, claimed, now)


def _new_batch(session: Session, whole: Batch, number: int, members: list[int], now: datetime) -> None:
    session.execute(
        update(Enrollment)
        .where(Enrollment.run_id == whole.run_id, Enrollment.id.between(members[0], members[-1]))
        .where(Enrollment.batch_number == whole.number)
        .values(batch_number=number)
        .execution_options(synchronize_session=False)
    )
    half = Batch(
        run_id=whole.run_id,
        number=number,
        queue=whole.queue,
        node=whole.node,
        size=len(members),
        # What failed as a whole is known to be no passing trouble: its halves are tried once each.
        failures=min(whole.failures, TRIES - 1),
        created_at=now,
    )
    session.add(half)
    session.flush()
