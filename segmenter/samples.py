"""Segments to begin with on the demonstration data, and a first RFM of its customers."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Tag
from segmenter.rfm.claims import request
from segmenter.rfm.settings import begun
from segmenter.segments import create

_YEAR = {"last_days": 365}


def sample_segments(session: Session, now: datetime) -> None:
    """Save the sample segments and ask for RFM, which a worker then calculates."""
    for name, conditions in _samples(session).items():
        create(session, name, {"all": conditions}, now)
    request(session, begun(session), now)


def _samples(session: Session) -> dict[str, list[dict[str, Any]]]:
    staff = session.scalars(select(Tag.id).where(Tag.name == "Staff")).one()
    return {
        "Best buyers of the year": [
            {"condition": "purchase_count", "op": "ge", "value": 10, "within": _YEAR},
            {"condition": "average_receipt", "op": "ge", "value": "300.00", "within": _YEAR},
        ],
        "Birthday within a week": [{"condition": "days_to_birthday", "op": "le", "value": 7}],
        "First purchase in the last 30 days": [{"condition": "days_since_first_purchase", "op": "le", "value": 30}],
        "Good customers who stay away": [
            {"condition": "purchase_count", "op": "ge", "value": 3},
            {"condition": "days_since_last_purchase", "op": "ge", "value": 90},
            {"none": [{"condition": "tag", "op": "has", "value": [staff]}]},
        ],
        "Much of it in the kitchen": [
            {"condition": "goods_share", "of": "category:Kitchen and tea", "op": "ge", "value": 30, "within": _YEAR},
        ],
    }
