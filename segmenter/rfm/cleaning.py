"""Deletes calculations that nobody reads any more, some thousands of blocks at a time."""

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session, aliased

from loyalty_core.database import Database
from segmenter.rfm.rows import RfmCalculation, RfmCell, RfmMovement, RfmScores

CHUNK = 100_000


def clean(database: Database, settings_id: int) -> None:
    """Keep the current calculation, the previous one and one that is open; of failures the last, without its scores."""
    with database.read() as session:
        over = [*_over(session, settings_id), *_orphans(session)]
    for calculation_id in over:
        while True:
            with database.begin() as session:
                if not _delete_some_scores(session, calculation_id):
                    break
    with database.begin() as session:
        newer = aliased(RfmCalculation)
        superseded = exists().where(newer.settings_id == settings_id, newer.id > RfmCalculation.id)
        gone = [row for row in over if session.scalar(select(superseded).where(RfmCalculation.id == row))]
        for table in (RfmCell, RfmMovement):
            session.execute(delete(table).where(table.calculation_id.in_(gone)))
        session.execute(delete(RfmCalculation).where(RfmCalculation.id.in_(gone)))


def _over(session: Session, settings_id: int) -> list[int]:
    ended = RfmCalculation.status.in_(("old", "failed"))
    return list(session.scalars(select(RfmCalculation.id).where(RfmCalculation.settings_id == settings_id, ended)))


def _orphans(session: Session) -> list[int]:
    """The calculations of which there are scores only: their settings were deleted. One index look-up for each."""
    found: list[int] = []
    last = 0
    while (number := _next_with_scores(session, last)) is not None:
        if session.get(RfmCalculation, number) is None:
            found.append(number)
        last = number
    return found


def _next_with_scores(session: Session, last: int) -> int | None:
    number: int | None = session.scalar(
        select(func.min(RfmScores.calculation_id)).where(RfmScores.calculation_id > last)
    )
    return number


def _delete_some_scores(session: Session, calculation_id: int) -> int:
    of_it = RfmScores.calculation_id == calculation_id
    some = select(RfmScores.block).where(of_it).order_by(RfmScores.block).limit(CHUNK).subquery()
    last = session.scalar(select(func.max(some.c.block)))
    if last is None:
        return 0
    session.execute(delete(RfmScores).where(of_it, RfmScores.block <= last))
    return 1
