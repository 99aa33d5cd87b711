"""Trips through campaigns with the messages that were sent on them, told in plain records and settled into tables."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign, CampaignVersion
from campaigns.messages.rows import Message, MessageOpening
from campaigns.runtime.rows import Enrollment, Run

CAMPAIGNS = (1, 2)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Sent(NamedTuple):
    """A message: when it left, if it did, and what came back of it."""

    channel: str
    sent_at: datetime | None = None
    opened_at: datetime | None = None
    clicked_at: datetime | None = None


class Trip(NamedTuple):
    """A trip through a campaign, and its messages."""

    campaign: int
    entered_at: datetime
    messages: Sequence[Sent] = ()


def settle_campaigns(session: Session) -> None:
    """Write campaigns 1 and 2, with a version and a run each of the same number."""
    for number in CAMPAIGNS:
        graph: dict[str, Any] = {"nodes": [], "edges": []}
        about = {"created_at": LONG_AGO, "updated_at": LONG_AGO}
        session.add(Campaign(id=number, name=f"Campaign {number}", graph=graph, settings={}, **about))
        session.flush()
        published = {"graph": graph, "settings": {}, "published_at": LONG_AGO}
        session.add(CampaignVersion(id=number, campaign_id=number, number=1, **published))
        session.flush()
        of = {"campaign_id": number, "version_id": number}
        session.add(Run(id=number, **of, occurrence="2020-01-01", moment=LONG_AGO, started_at=LONG_AGO))
        session.flush()


def settle_trips(session: Session, customer: int, trips: Sequence[Trip]) -> None:
    """Write the trips of one customer."""
    for place, trip in enumerate(trips):
        whose = {"customer_id": customer, "run_id": trip.campaign}
        entered = {"campaign_id": trip.campaign, "entry_key": str(place), "entered_at": trip.entered_at}
        enrollment = Enrollment(**whose, **entered, batch_number=1)
        session.add(enrollment)
        session.flush()
        for step, told in enumerate(trip.messages):
            of = {"enrollment_id": enrollment.id, "node": f"n{step}", "channel": told.channel}
            status = "sent" if told.sent_at else "queued"
            message = Message(**whose, **of, status=status, created_at=trip.entered_at, sent_at=told.sent_at)
            session.add(message)
            session.flush()
            if told.opened_at:
                back = {"opened_at": told.opened_at, "clicked_at": told.clicked_at}
                session.add(MessageOpening(message_id=message.id, **whose, **back))
