"""Calculates RFM for everybody: gather, score, publish. Readers see the last whole calculation until the next is whole.

The scores are written some thousands at a time, each time in a short transaction that a till need not wait for. Nobody
reads them before the one that makes the calculation current, so that a worker may die anywhere.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import perf_counter

import structlog
from sqlalchemy import delete, insert, literal, select
from sqlalchemy.orm import Session

from loyalty_core.database import Database, is_passing, keep_temporary_in_memory, ready_to_join, table_of
from segmenter.calendar import Calendar
from segmenter.rfm.claims import Claim, Lost, claim, fail, keep, put_back
from segmenter.rfm.cleaning import clean
from segmenter.rfm.gathering import VALUES, gather
from segmenter.rfm.places import at_places
from segmenter.rfm.publishing import publish, summed_up
from segmenter.rfm.rows import RfmCalculation, RfmScore
from segmenter.rfm.scores import CONVENTIONS, MEASURES
from segmenter.rfm.settings import rules_of

log = structlog.get_logger()

CHUNK = 200_000

Reached = Callable[[str], None]


def calculate_next(database: Database, now: datetime, reached: Reached = lambda _point: None) -> bool:
    """Do one calculation that waits, or that its worker left undone; False where there is none.

    `reached` is called with the names of the points between transactions.
    """
    with database.begin() as session:
        claimed = claim(session, now)
    if claimed is None:
        return False
    try:
        _calculate(database, claimed, now, reached)
    except Lost:
        log.info("rfm.lost", calculation=claimed.calculation_id)
    except Exception as error:
        passing = is_passing(error)
        with database.begin() as session:
            if passing:
                put_back(session, claimed)
            else:
                fail(session, claimed, str(error).partition("\n")[0] or type(error).__name__, now)
        if passing:
            raise
        log.error("rfm.failed", calculation=claimed.calculation_id, error=repr(error))
    clean(database, claimed.settings_id)
    return True


def _calculate(database: Database, claimed: Claim, now: datetime, reached: Reached) -> None:
    started = perf_counter()
    with database.engine.connect() as connection:
        try:
            # Gathering only reads what others write; each later transaction begins with a write.
            connection.execution_options(sqlite_begin="DEFERRED")
            keep_temporary_in_memory(connection)
            session = Session(connection, expire_on_commit=False)
            calculation = session.get_one(RfmCalculation, claimed.calculation_id)
            looked_at, bought = gather(session, calculation, Calendar.of(session, now))
            session.commit()
            reached("gathered")
            keep(session, claimed, now, base=looked_at, customers=bought)
            _score(session, claimed, calculation.convention or "", bought, now, reached)
            ready_to_join(session, RfmScore)
            rules = rules_of(session, claimed.settings_id)
            cells, moved = summed_up(session, claimed.calculation_id, rules)
            session.commit()
            reached("scored")
            took_ms = round((perf_counter() - started) * 1000)
            done = {"took_ms": took_ms, "finished_at": now + timedelta(milliseconds=took_ms)}
            keep(session, claimed, now, **done)
            publish(session, claimed.calculation_id, cells, moved)
            session.commit()
        finally:
            # With the connection goes what it gathered.
            connection.invalidate()


def _score(session: Session, claimed: Claim, convention: str, bought: int, now: datetime, reached: Reached) -> None:
    """Write the scores of all whose values were gathered; commits after each chunk of customers."""
    session.execute(delete(RfmScore).where(RfmScore.calculation_id == claimed.calculation_id))
    session.commit()
    if not bought:
        return
    score = CONVENTIONS[convention]
    scores = [score(session, VALUES, measure, bought).label(measure.key) for measure in MEASURES]
    rows = select(literal(claimed.calculation_id), *VALUES.c, *scores)
    columns = ["calculation_id", *VALUES.c.keys(), *(measure.key for measure in MEASURES)]
    lasts = range(CHUNK - 1, bought - 1, CHUNK)
    ends = [who for who, _ in at_places(session, VALUES.c.customer_id, lasts, width=1_000).values()]
    session.commit()
    done, after = 0, 0
    for end in [*ends, None]:
        keep(session, claimed, now, done=min(done := done + CHUNK, bought))
        some = rows if end is None else rows.where(VALUES.c.customer_id <= end)
        session.execute(insert(table_of(RfmScore)).from_select(columns, some.where(VALUES.c.customer_id > after)))
        session.commit()
        reached("chunk")
        after = end or after
