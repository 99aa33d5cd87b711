"""What conditions ask of RFM: a customer's row in the current calculation, of the default settings or of named ones."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from loyalty_core.customers.rows import Customer
from loyalty_core.database import id_set
from segmenter.rfm.rows import RfmCalculation, RfmCell, RfmScore, RfmSegment, RfmSettings


def score(column: InstrumentedAttribute[int], settings_id: int | None = None) -> ColumnElement[int | None]:
    """A column of the customer's scores; NULL for who has none."""
    return select(column).where(_mine(settings_id)).correlate(Customer).scalar_subquery()


def segment_id(settings_id: int | None = None) -> ColumnElement[int | None]:
    """The RFM segment that the customer is in; NULL for who has no scores, or scores that no rule names."""
    same = [getattr(RfmCell, name) == getattr(RfmScore, name) for name in ("calculation_id", "r", "f", "m")]
    found = select(RfmCell.segment_id).join_from(RfmScore, RfmCell, and_(*same))
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
    return and_(RfmScore.calculation_id == current, RfmScore.customer_id == Customer.id)
