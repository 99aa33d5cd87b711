"""Fills selections that are too large to be opened while somebody waits: chosen once, written piece by piece.

A worker that dies leaves whole pieces; the next one goes on behind them, with the same customers.
"""

import secrets
from array import array
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import NamedTuple

import structlog
from sqlalchemy import ColumnElement, Update, or_, select, update
from sqlalchemy.orm import Session

from loyalty_core.database import Database, is_passing
from loyalty_core.errors import Conflict, NotFound, Refused
from loyalty_core.i18n import gettext
from loyalty_core.stopping import Stopped, while_wanted
from segmenter.selections.members import selection
from segmenter.selections.opening import put_in
from segmenter.selections.rows import Selection, SelectionFilling
from segmenter.selections.wanted import Wanted

log = structlog.get_logger()

PIECE = 10_000
IDS_AT_ONCE = 50_000
LEASE = timedelta(minutes=5)
STINT_S = 5.0  # how long one turn writes before others have theirs
CLAIMS_MAX = 5  # workers that may die over one selection before it is given up

Reached = Callable[[str], None]


class _Claim(NamedTuple):
    selection_id: int
    wanted: Wanted
    token: str


class _Lost(RuntimeError):
    """Another worker has the selection, or nobody wants it any more."""


def filling(session: Session, selection_id: int) -> SelectionFilling | None:
    """How far the filling of a selection is; None where it is whole. NotFound."""
    selection(session, selection_id)
    return session.get(SelectionFilling, selection_id)


def cancel(session: Session, selection_id: int) -> None:
    """Stop filling a selection: it is gone. NotFound; Conflict where it is whole already."""
    selection(session, selection_id)
    ended = update(SelectionFilling).where(SelectionFilling.selection_id == selection_id).values(status="cancelled")
    if session.execute(ended.returning(SelectionFilling.selection_id)).one_or_none() is None:
        raise Conflict("selection", gettext("The selection is open already"))


def any_free(session: Session, now: datetime) -> bool:
    """Whether a selection waits for a worker."""
    return session.scalar(select(SelectionFilling.selection_id).where(_free(now)).limit(1)) is not None


def fill_next(database: Database, now: datetime, reached: Reached = lambda _point: None) -> bool:
    """Fill a selection that waits, or that its worker left undone, for a stint; False where there is none.

    `reached` is called with the names of the points at which a worker may die.
    """
    with database.begin() as session:
        claimed = _claim(session, now)
    if claimed is None:
        return False
    try:
        if not _fill(database, claimed, _chosen(database, claimed, now), now, reached):
            with database.begin() as session:
                _keep(session, claimed, **_put_back())
    except _Lost:
        log.info("selection.lost", selection=claimed.selection_id)
    except Exception as error:
        passing = is_passing(error)
        with database.begin() as session:
            session.execute(_mine(claimed).values(_put_back() if passing else _failed(error)))
        if passing:
            raise
        log.warning("selection.failed", selection=claimed.selection_id, error=repr(error))
    return True


def _claim(session: Session, now: datetime) -> _Claim | None:
    too_often = update(SelectionFilling).where(_free(now), SelectionFilling.claims >= CLAIMS_MAX)
    reason = gettext("Its worker died %(times)s times", times=CLAIMS_MAX)
    session.execute(too_often.values(status="failed", error=reason), execution_options={"synchronize_session": False})
    free = select(SelectionFilling).where(_free(now)).order_by(SelectionFilling.selection_id).limit(1)
    found = session.scalar(free.with_for_update(skip_locked=True))
    if found is None:
        return None
    found.token, found.lease_until, found.claims = secrets.token_hex(16), now + LEASE, found.claims + 1
    session.flush()
    return _Claim(found.selection_id, Wanted(**found.wanted), found.token)


def _chosen(database: Database, claimed: _Claim, now: datetime) -> "array[int]":
    """The ids of who is to be in it: of those that were chosen already, or of this moment."""
    ids = array("q")
    with database.read() as session:
        kept = session.scalar(select(SelectionFilling.customers).where(_is_mine(claimed)))
    if kept is not None:
        ids.frombytes(kept)
        return ids
    try:
        with database.read() as session, while_wanted(session, lambda: _is_wanted(database, claimed)):
            found = claimed.wanted.customers(session, now).execution_options(yield_per=IDS_AT_ONCE)
            for some in session.scalars(found).partitions():
                ids.extend(some)
    except Stopped:
        raise _Lost from None
    ids = array("q", sorted(ids))
    with database.begin() as session:
        _keep(session, claimed, customers=ids.tobytes(), total=len(ids))
    return ids


def _fill(database: Database, claimed: _Claim, ids: "array[int]", now: datetime, reached: Reached) -> bool:
    """Write pieces as long as the stint lasts; whether the selection is whole."""
    stop = monotonic() + STINT_S
    while monotonic() < stop:
        with database.begin() as session:
            # The claim is looked at, and held, before anything is written.
            done = _keep(session, claimed, lease_until=now + LEASE)
            opened = session.get_one(Selection, claimed.selection_id)
            some = ids[done : done + PIECE]
            put_in(session, opened, some, claimed.wanted.within)
            reached("piece")
            if done + len(some) >= len(ids):
                session.delete(session.get_one(SelectionFilling, claimed.selection_id))
                return True
            _keep(session, claimed, done=done + len(some))
    return False


def _keep(session: Session, claimed: _Claim, **values: object) -> int:
    """Write that the claim is ours still, with these values; how many customers are written. Raises _Lost."""
    done: int | None = session.scalar(_mine(claimed).values(values).returning(SelectionFilling.done))
    if done is None:
        raise _Lost
    return done


def _put_back() -> dict[str, object]:
    """It waits again: its worker is none that died."""
    return {"lease_until": None, "claims": SelectionFilling.claims - 1}


def _failed(error: Exception) -> dict[str, object]:
    told = isinstance(error, Refused | NotFound | Conflict)
    words = str(error) if told else type(error).__name__
    return {"status": "failed", "error": words[:1000]}


def _is_wanted(database: Database, claimed: _Claim) -> bool:
    with database.read() as session:
        return session.scalar(select(SelectionFilling.selection_id).where(_is_mine(claimed))) is not None


def _is_mine(claimed: _Claim) -> ColumnElement[bool]:
    return (
        (SelectionFilling.selection_id == claimed.selection_id)
        & (SelectionFilling.token == claimed.token)
        & (SelectionFilling.status == "waiting")
    )


def _mine(claimed: _Claim) -> Update:
    return update(SelectionFilling).where(_is_mine(claimed)).execution_options(synchronize_session=False)


def _free(now: datetime) -> ColumnElement[bool]:
    # A lease that ends in more than a day is one of a tick by hand for another moment, and holds nothing up now.
    until = SelectionFilling.lease_until
    return (SelectionFilling.status == "waiting") & or_(until.is_(None), until <= now, until > now + timedelta(days=1))
