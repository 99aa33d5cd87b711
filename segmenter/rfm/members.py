"""Who stands in a square of a map: the conditions that find them, what they hold, which channels they agreed to."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, true
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Consent
from loyalty_core.database import id_set
from loyalty_core.ledger.rows import Lot, usable
from segmenter.rfm.packing import SIZE, score_in, taken
from segmenter.rfm.reading import MAPS
from segmenter.rfm.rows import RfmScores, RfmSettings


class Holdings(NamedTuple):
    """Bonuses that can be spent now, in minor units, and how many customers agreed to each channel."""

    bonuses: int
    consents: dict[str, int]


def tree_of(settings: RfmSettings | None, map_name: str, x: int, y: int) -> dict[str, Any]:
    """The conditions that find the customers of a square."""
    by = {} if settings is None or settings.is_default else {"by": settings.id}
    scores = zip(MAPS[map_name], (x, y), strict=True)
    return {"all": [{"condition": "rfm_score", "of": of, **by, "op": "eq", "value": value} for of, value in scores]}


def holdings_of(session: Session, calculation_id: int, map_name: str, x: int, y: int, now: datetime) -> Holdings:
    """What the customers of a square have, in two statements that read those customers only."""
    members = _members(session, calculation_id, map_name, x, y)
    held = select(func.coalesce(func.sum(Lot.remaining), 0)).where(Lot.customer_id.in_(members), usable(now))
    agreed = select(Consent.channel, func.count()).where(Consent.customer_id.in_(members), Consent.granted)
    by_channel = agreed.group_by(Consent.channel).order_by(func.count().desc(), Consent.channel)
    consents: dict[str, int] = dict(session.execute(by_channel).all())
    return Holdings(int(session.scalars(held).one()), consents)


def _members(session: Session, calculation_id: int, map_name: str, x: int, y: int) -> Select[int]:
    place = id_set(session, range(SIZE)).subquery("place")
    code = taken(RfmScores.packed, place.c.id)
    scores = zip(MAPS[map_name], (x, y), strict=True)
    inside = [score_in(code, axis) == value for axis, value in scores]
    customer = RfmScores.block * SIZE + place.c.id
    return select(customer).join(place, true()).where(RfmScores.calculation_id == calculation_id, *inside)
