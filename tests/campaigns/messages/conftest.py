"""A chain that has queued letters, and mail servers that misbehave on purpose."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from campaigns.campaigns import Campaign, CampaignVersion
from campaigns.messages.delivery import deliver_some
from campaigns.messages.outbox import queue
from campaigns.messages.rows import Message
from campaigns.runtime.rows import Enrollment, Run
from loyalty_core.customers.rows import Consent, Customer, Identity
from loyalty_core.database import Database
from loyalty_core.organisation import Organisation
from loyalty_core.settings import Settings
from tests.campaigns.messages.breaking_server import BreakingServer
from tests.support.smtp_sink import SmtpSink

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
LETTER = {"subject": "For {{ customer.name }}", "body": "Dear {{ customer.first_name }}, {{ bonuses }} bonuses."}


class Chain:
    """One campaign with one run; its step n1 sends a letter to each customer."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        with database.begin() as session:
            session.add(Organisation(id=1, name="North House", zone="Europe/London"))
            self.campaign_id, self.run_id = self._publish(session, LETTER)

    def _publish(self, session: Any, letter: dict[str, Any], **campaign_settings: Any) -> tuple[int, int]:
        graph = {"nodes": [{"id": "n1", "type": "send_letter", "settings": letter}], "edges": []}
        campaign = Campaign(name="Letters", graph=graph, settings={}, status="live", created_at=NOW, updated_at=NOW)
        session.add(campaign)
        session.flush()
        version = CampaignVersion(
            campaign_id=campaign.id, number=1, graph=graph, settings=campaign_settings, published_at=NOW
        )
        session.add(version)
        session.flush()
        run = Run(campaign_id=campaign.id, version_id=version.id, occurrence="2026-11-21", moment=NOW, started_at=NOW)
        session.add(run)
        session.flush()
        return campaign.id, run.id

    def publish(self, letter: dict[str, Any], **campaign_settings: Any) -> None:
        """From now on letters are queued by a chain with this letter."""
        with self.database.begin() as session:
            self.campaign_id, self.run_id = self._publish(session, letter, **campaign_settings)

    def queue(self, *names: str, refused: bool | None = None, address: bool = True) -> list[int]:
        """Queue a letter to a new customer of each name, who lives at name@example.test; the ids of the messages."""
        with self.database.begin() as session:
            enrollments = {}
            for name in names:
                customer = Customer(first_name=name.capitalize(), last_name="Bell", registered_at=NOW)
                session.add(customer)
                session.flush()
                if address:
                    mark = f"{name}@example.test"
                    session.add(Identity(kind="email", value=mark, shown=mark, customer_id=customer.id))
                if refused is not None:
                    session.add(Consent(customer_id=customer.id, channel="email", granted=not refused, at=NOW))
                enrollment = Enrollment(
                    run_id=self.run_id,
                    campaign_id=self.campaign_id,
                    customer_id=customer.id,
                    entry_key="x",
                    batch_number=1,
                    entered_at=NOW,
                )
                session.add(enrollment)
                session.flush()
                enrollments[enrollment.id] = customer.id
            queue(session, enrollments, run_id=self.run_id, node="n1", channels=["email"], at=NOW)
            rows = session.execute(select(Message.enrollment_id, Message.id).order_by(Message.id))
            ids = {enrollment: message for enrollment, message in rows if enrollment in enrollments}
            return [ids[enrollment] for enrollment in enrollments]

    def deliver(self, url: str, now: datetime = NOW, limit: int = 100) -> int:
        return deliver_some(self.database, dataclasses.replace(self.settings, smtp_url=url), now, limit)

    def message(self, message_id: int) -> Message:
        with self.database.read() as session:
            return session.get_one(Message, message_id)

    def statuses(self) -> list[str]:
        with self.database.read() as session:
            return list(session.scalars(select(Message.status).order_by(Message.id)))


@pytest.fixture
def chain(database: Database, settings: Settings) -> Chain:
    return Chain(database, settings)


@pytest.fixture
def breaking_server() -> Iterator[BreakingServer]:
    """A mail server that breaks its connection where `breaking_server.at` says."""
    with BreakingServer() as server:
        yield server


def recipients(sink: SmtpSink) -> list[str]:
    """Who got letters, in alphabetical order, as often as they got one."""
    return sorted(recipient for letter in sink.letters for recipient in letter.recipients)
