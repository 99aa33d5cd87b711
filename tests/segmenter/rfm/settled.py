"""Writes a current calculation as it is told: who has which scores, and the segments of R scores."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from loyalty_core.database import insert_rows
from segmenter.rfm.rows import RfmCalculation, RfmCell, RfmScores
from segmenter.rfm.settings import begun

Scores = tuple[int, int, int]


def settle_rfm(session: Session, scores: Mapping[int, Scores | None], segments: Mapping[int, int]) -> None:
    """`scores` by customer, None for who has none; `segments` are ids by R score."""
    scored = {customer: each for customer, each in scores.items() if each is not None}
    if not scored:
        return
    done = RfmCalculation(
        settings_id=begun(session).id, status="current", requested_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    session.add(done)
    session.flush()
    ends = {f"{name}_{end}": 1 for name in ("days", "purchases", "amount") for end in ("least", "most")}
    packed: Counter[int] = Counter()
    for customer, (r, f, m) in scored.items():
        packed[customer // 9] += (25 * (r - 1) + 5 * (f - 1) + m) << 7 * (customer % 9)
    rows = [{"calculation_id": done.id, "block": block, "packed": number} for block, number in packed.items()]
    insert_rows(session, RfmScores, rows)
    session.add_all(
        RfmCell(
            calculation_id=done.id,
            r=r,
            f=f,
            m=m,
            segment_id=segments.get(r),
            customers=customers,
            purchases=customers,
            amount=customers,
            **ends,
        )
        for (r, f, m), customers in Counter(scored.values()).items()
    )
    session.flush()
