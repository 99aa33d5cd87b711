"""Calculates RFM for everybody: gather, score, publish. Readers see the last whole calculation until the next is whole.

The scores are written some thousands at a time, each time in a short transaction that a till need not wait for. Nobody
reads them before the one that makes the calculation current, so that a worker may die anywhere.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any, NamedTuple

import structlog
from sqlalchemy import FromClause, delete, func, insert, literal, select
from sqlalchemy.orm import Session

from loyalty_core.database import Database, have_memory, is_passing, table_of
from segmenter.calendar import Calendar
from segmenter.rfm.cells import cells_of
from segmenter.rfm.claims import Claim, Lost, claim, fail, keep, put_back
from segmenter.rfm.cleaning import clean
from segmenter.rfm.gathering import VALUES, gather
from segmenter.rfm.grouping import group
from segmenter.rfm.movement import movement
from segmenter.rfm.packing import NONE, SIZE, block_of, code_of, put
from segmenter.rfm.parts import Parts, in_parts
from segmenter.rfm.publishing import publish
from segmenter.rfm.rows import RfmCalculation, RfmScores
from segmenter.rfm.scores import CONVENTIONS, MEASURES
from segmenter.rfm.settings import rules_of

log = structlog.get_logger()

CHUNK = 100_000  # blocks of nine customers each
STEPS = 6

Reached = Callable[[str], None]


class Found(NamedTuple):
    """What a calculation finds: the scores in blocks, the rows of `rfm_cell` and `rfm_movement`."""

    blocks: FromClause
    cells: list[dict[str, Any]]
    moved: list[dict[str, Any]]


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
    with in_parts(database) as parts:
        session = parts.parts[0].session
        calculation, calendar = session.get_one(RfmCalculation, claimed.calculation_id), Calendar.of(session, now)
        counted = parts.each(lambda part: gather(part, calculation, calendar))
        looked_at, bought = map(sum, zip(*counted, strict=True))
        reached("gathered")
        _keep(session, claimed, now, base=looked_at, customers=bought)
        found = _found(parts, claimed, calculation.convention or "", bought, now)
        reached("found")
        _write(parts, claimed, found.blocks, now, reached)
        reached("scored")
        took_ms = round((perf_counter() - started) * 1000)
        done = {"done": bought, "took_ms": took_ms, "finished_at": now + timedelta(milliseconds=took_ms)}
        keep(session, claimed, now, **done)
        publish(session, claimed.calculation_id, found.cells, found.moved)
        session.commit()


def _found(parts: Parts, claimed: Claim, convention: str, bought: int, now: datetime) -> Found:
    """Score everybody whose values were gathered, in tables of the parts; what others read is only read."""
    session = parts.parts[0].session
    rules = rules_of(session, claimed.settings_id)
    parts.each(lambda part: have_memory(part.session))
    scores = []
    for done, measure in enumerate(MEASURES if bought else (), 1):
        scores.append(CONVENTIONS[convention](parts, VALUES, measure, bought))
        _keep(session, claimed, now, done=bought * done // STEPS)
    code, customer = code_of(*scores) if bought else literal(NONE), VALUES.c.customer_id
    packed = {"packed": put(code, customer)}
    blocks, *_alike = parts.each(lambda part: group(part.session, "rfm_block", block_of(customer), packed))
    _keep(session, claimed, now, done=bought * 4 // STEPS)
    cells = cells_of(parts, claimed.calculation_id, VALUES, code, rules)
    _keep(session, claimed, now, done=bought * 5 // STEPS)
    return Found(blocks, cells, movement(parts, claimed.calculation_id, blocks, cells, rules))


def _write(parts: Parts, claimed: Claim, blocks: FromClause, now: datetime, reached: Reached) -> None:
    """Write the scores that were found, those of a dead worker's out of the way; commits after each chunk."""
    session = parts.parts[0].session
    keep(session, claimed, now)
    session.execute(delete(RfmScores).where(RfmScores.calculation_id == claimed.calculation_id))
    session.commit()
    numbered = select(blocks.c.key, func.row_number().over(order_by=blocks.c.key).label("n")).subquery()
    last_ones = select(numbered.c.key).where(numbered.c.n % CHUNK == 0).order_by(numbered.c.key)
    ends = parts.each(lambda part: part.session.scalars(last_ones).all())
    rows = select(literal(claimed.calculation_id), blocks.c.key, blocks.c.packed).order_by(blocks.c.key)
    for part, ends_of_one in zip(parts.parts, ends, strict=True):
        after = part.first // SIZE - 1
        for end in [*ends_of_one, part.end // SIZE]:
            keep(part.session, claimed, now)
            chunk = rows.where(blocks.c.key > after, blocks.c.key <= end)
            written = insert(table_of(RfmScores)).from_select(["calculation_id", "block", "packed"], chunk)
            part.session.execute(written)
            part.session.commit()
            reached("chunk")
            after = end


def _keep(session: Session, claimed: Claim, now: datetime, **values: object) -> None:
    keep(session, claimed, now, **values)
    session.commit()
