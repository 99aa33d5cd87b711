"""What conditions ask of RFM: a customer's row in the current calculation of the default settings."""

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import InstrumentedAttribute

from loyalty_core.customers.rows import Customer
from segmenter.rfm.rows import RfmCalculation, RfmCell, RfmScore, RfmSettings


def score(column: InstrumentedAttribute[int]) -> ColumnElement[int | None]:
    """A column of the customer's scores; NULL for who has none."""
    return select(column).where(_mine()).correlate(Customer).scalar_subquery()


def segment_id() -> ColumnElement[int | None]:
    """The RFM segment that the customer is in; NULL for who has no scores, or scores that no rule names."""
    same = [getattr(RfmCell, name) == getattr(RfmScore, name) for name in ("calculation_id", "r", "f", "m")]
    found = select(RfmCell.segment_id).join_from(RfmScore, RfmCell, and_(*same))
    return found.where(_mine()).correlate(Customer).scalar_subquery()


def _mine() -> ColumnElement[bool]:
    current = (
        select(RfmCalculation.id)
        .join(RfmSettings, RfmSettings.id == RfmCalculation.settings_id)
        .where(RfmSettings.is_default, RfmCalculation.status == "current")
        .scalar_subquery()
    )
    return and_(RfmScore.calculation_id == current, RfmScore.customer_id == Customer.id)
