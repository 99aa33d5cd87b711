"""What conditions ask of RFM: a customer's scores in the current calculation of the default settings or others."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer
from loyalty_core.database import id_set
from segmenter.rfm.packing import block_of, score_in, taken
from segmenter.rfm.rows import MEASURES, RfmCalculation, RfmCell, RfmScores, RfmSegment, RfmSettings


def score(measure: str, settings_id: int | None = None) -> ColumnElement[int | None]:
    """The customer's score of `r`, `f` or `m`; NULL for who has none."""
    found = select(score_in(taken(RfmScores.packed, Customer.id), measure))
    return found.where(_mine(settings_id)).correlate(Customer).scalar_subquery()


def segment_id(settings_id: int | None = None) -> ColumnElement[int | None]:
    """The RFM segment that the customer is in; NULL for who has no scores, or scores that no rule names."""
    code = taken(RfmScores.packed, Customer.id)
    same = [getattr(RfmCell, measure) == score_in(code, measure) for measure in MEASURES]
    cell = and_(RfmCell.calculation_id == RfmScores.calculation_id, *same)
    found = select(RfmCell.segment_id).join_from(RfmScores, RfmCell, cell)
    return found.where(_mine(settings_id)).correlate(Customer).scalar_subquery()


def settings_with(session: Session, segments: Collection[int]) -> list[int]:
    """The ids of the settings whose rules name these RFM segments: most often one."""
    found = select(RfmSegment.settings_id).where(RfmSegment.id.in_(id_set(session, segments)))
    return sorted(set(session.scalars(found)))


def _mine(settings_id: int | None) -> ColumnElement[bool]:
    these = RfmSettings.is_default if settings_id is None else RfmSettings.id == settings_id
    current = (
        select(RfmCalculation.id)
        .join(RfmSettings, RfmSettings.id == RfmCalculation.settings_id)
        .where(these, RfmCalculation.status == "current")
        .scalar_subquery()
    )
    return and_(RfmScores.calculation_id == current, RfmScores.block == block_of(Customer.id))
