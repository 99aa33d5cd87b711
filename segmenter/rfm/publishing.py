"""Makes a whole calculation the current one: what was steps back."""

from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from segmenter.rfm.rows import RfmCalculation, RfmCell, RfmMovement


def publish(session: Session, calculation_id: int, cells: list[dict[str, Any]], moved: list[dict[str, Any]]) -> None:
    """Switch: this one is current, what was is the previous one. All in the caller's transaction, or nothing."""
    this = session.get_one(RfmCalculation, calculation_id, populate_existing=True)
    for row, rows in ((RfmCell, cells), (RfmMovement, moved)):
        if rows:
            session.execute(insert(row), rows)
    for gone, status in (("previous", "old"), ("current", "previous")):
        stands = update(RfmCalculation).where(RfmCalculation.settings_id == this.settings_id)
        session.execute(stands.where(RfmCalculation.status == gone).values(status=status))
    this.status = "current"
    session.flush()
