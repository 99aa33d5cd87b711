"""A person who has signed in, and a small shop whose birthday chain has run today."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from campaigns import publication
from campaigns.messages.rows import Message
from campaigns.runtime.clock import drain
from campaigns.runtime.starting import start_by_hand
from loyalty_core.customers.registration import CustomerData, register
from loyalty_core.database import Database
from loyalty_core.organisation import LegalEntity, Organisation, Outlet
from loyalty_core.settings import Settings
from loyalty_core.till.checkout import LineData, PurchaseData, place
from segmenter.segments import Segment
from tests.support.application import EMAIL, PASSWORD
from tests.support.smtp_sink import SmtpSink
from web.pages.recipes import draw

TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)"')
ZONE = ZoneInfo("Europe/London")


@dataclass
class Reader:
    """A browser without scripts: it follows addresses and sends forms with their token."""

    client: FlaskClient
    statements: list[str]

    def get(self, path: str, status: int = 200) -> str:
        """The text of a page."""
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer.text

    def post(self, path: str, status: int = 302, /, **form: str) -> TestResponse:
        """Send a form; the token is that of the pages."""
        token = TOKEN.search(self.client.get("/sign-out").text)
        assert token is not None
        answer = self.client.post(path, data={"csrf_token": token[1], **form})
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        """The SQL statements that the pages ask for meanwhile."""
        self.statements.clear()
        yield self.statements


@pytest.fixture
def reader(app: Flask, api_key: str) -> Reader:
    """The administrator, signed in."""
    client = app.test_client()
    token = TOKEN.search(client.get("/sign-in").text)
    assert token is not None
    form = {"email": EMAIL, "password": PASSWORD, "csrf_token": token[1]}
    assert client.post("/sign-in", data=form).status_code == 302
    statements: list[str] = []
    engine = app.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", lambda _c, _k, sql, *_more: statements.append(sql))
    return Reader(client, statements)


@dataclass(frozen=True)
class Shop:
    """Ids of what the shop has. Anna and Boris have their birthday today; only Anna has been a member for a year."""

    anna: int
    boris: int
    clara: int
    campaign: int
    run: int
    letter: int


@pytest.fixture
def shop(database: Database, settings: Settings, smtp_sink: SmtpSink) -> Shop:
    """Three customers, a birthday chain that has run today, and its letter, which was sent."""
    now = datetime.now(UTC)
    with database.begin() as session:
        session.add(Organisation(id=1, name="Harbour Gifts", zone="Europe/London", currency="GBP"))
        company = LegalEntity(name="Harbour Gifts Ltd")
        session.add(company)
        session.flush()
        outlet = Outlet(name="Paris, Le Marais", zone="Europe/Paris", external_id="paris", legal_entity_id=company.id)
        session.add(outlet)
        session.flush()
        anna, boris, clara = (
            register(session, customer, now)
            for customer in (
                _customer("Anna", "Bell", now, days=500, card="RU-204417", phone="+44 7700 900014", outlet=outlet.id),
                _customer("Boris", "Stone", now, days=30),
                _customer("Clara", "West", now, days=700, birthday=False),
            )
        )
        for number in range(3):
            bought = (LineData("tea", "Tea", "Food", Decimal(number + 1), 1250),)
            receipt = PurchaseData(f"R-{number}", anna.id, outlet.id, now - timedelta(days=number + 1), bought)
            place(session, receipt, now)
        session.add(Segment(name="Everybody", tree={"all": []}, created_at=now, updated_at=now))
        campaign = draw(session, "birthday", now)
        publication.publish(session, campaign.id, now, "Test Marketer")
        run, _again = start_by_hand(session, campaign.id, now, settings.batch_size)
        ids = anna.id, boris.id, clara.id, campaign.id, run.id
    drain(database, now, replace(settings, smtp_url=smtp_sink.url))
    with database.read() as session:
        letter = session.scalars(select(Message.id)).one()
    return Shop(*ids, letter)


def _customer(
    first: str,
    last: str,
    now: datetime,
    *,
    days: int,
    birthday: bool = True,
    card: str | None = None,
    phone: str | None = None,
    outlet: int | None = None,
) -> CustomerData:
    today = now.astimezone(ZONE).date()
    born = date(1980, today.month, min(today.day, 28)) if birthday else date(1980, 1 + today.month % 12, 15)
    return CustomerData(
        external_id=first.lower(),
        first_name=first,
        last_name=last,
        email=f"{first.lower()}@example.test",
        phone=phone,
        card=card,
        birth_date=born,
        registered_at=now - timedelta(days=days),
        outlet_id=outlet,
        consents={"email": True},
    )
