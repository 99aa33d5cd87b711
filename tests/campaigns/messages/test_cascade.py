"""A cascade tries its channels in order, and whatever dies in between, nobody gets a message twice."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from campaigns.activities import activities
from campaigns.messages.channels.file import FILE
from campaigns.messages.channels.smtp import SmtpChannel
from campaigns.messages.delivery import deliver_round, deliver_some, rescue
from campaigns.messages.outbox import queue
from campaigns.messages.reading import MessageView, message
from campaigns.messages.remedies import send_again
from campaigns.messages.rows import Message
from campaigns.runtime.rows import Enrollment
from loyalty_core.customers.registration import CustomerData, register
from loyalty_core.customers.rows import Identity
from loyalty_core.database import Database
from loyalty_core.settings import Settings
from tests.campaigns.messages.breaking_server import BreakingServer
from tests.campaigns.messages.conftest import NOW, Chain
from tests.support.smtp_sink import SmtpSink

MARKS = {"email": "{0}@example.test", "phone": "+44 7700 90000{1}", "push": "device-{0}", "telegram": "20441700{1}"}
NOT_SENT = timedelta(minutes=1)


class Cascade(Chain):
    """A chain that sends a short message by several channels, in order."""

    def __init__(self, database: Database, settings: Settings) -> None:
        super().__init__(database, settings)
        self.say("{{ customer.first_name }}, hello")

    def say(self, text: str, **settings: Any) -> None:
        self.publish({"subject": "Hello", "text": text, **settings})

    def ask(
        self, channels: list[str], *names: str, marks: tuple[str, ...] = tuple(MARKS), refused: tuple[str, ...] = ()
    ) -> list[int]:
        """Queue a message to a new customer of each name, who has these marks; the ids of the messages."""
        with self.database.begin() as session:
            for place, name in enumerate(names):
                given: Mapping[str, Any] = {kind: MARKS[kind].format(name, place) for kind in marks}
                consents = dict.fromkeys(refused, False)
                person = CustomerData(external_id=name, first_name=name.capitalize(), consents=consents, **given)
                customer = register(session, person, NOW)
                session.add(
                    Enrollment(
                        run_id=self.run_id,
                        campaign_id=self.campaign_id,
                        customer_id=customer.id,
                        entry_key="x",
                        batch_number=1,
                        entered_at=NOW,
                    )
                )
                session.flush()
            rows = session.execute(
                select(Enrollment.id, Enrollment.customer_id).where(Enrollment.run_id == self.run_id)
            )
            queue(session, dict(rows.all()), run_id=self.run_id, node="n1", channels=channels, at=NOW)
            return list(session.scalars(select(Message.id).where(Message.run_id == self.run_id).order_by(Message.id)))

    def lines(self) -> list[dict[str, Any]]:
        """What the file has got."""
        file = self.settings.data / FILE
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def round(self, url: str = "smtp://127.0.0.1:9", now: Any = NOW) -> int:
        done, settings = 0, dataclasses.replace(self.settings, smtp_url=url)
        while some := deliver_round(self.database, settings, now, 100):
            done += some
        return done

    def view(self, message_id: int) -> MessageView:
        with self.database.read() as session:
            return message(session, message_id)


@pytest.fixture
def cascade(database: Database, settings: Settings) -> Cascade:
    return Cascade(database, settings)


def test_channels_are_tried_in_order_until_one_carries_it_and_why_the_others_did_not_is_kept(cascade: Cascade) -> None:
    [anna] = cascade.ask(["sms", "push", "telegram", "email"], "anna", marks=("push", "telegram"), refused=("push",))
    cascade.round()
    [line] = cascade.lines()
    assert (line["channel"], line["to"], line["text"], line["id"]) == ("telegram", "204417000", "Anna, hello", anna)
    sent = cascade.view(anna)
    assert (sent.status, sent.channel, sent.text, sent.body) == ("sent", "telegram", "Anna, hello", None)
    assert [(each.channel, each.reason) for each in sent.tried] == [
        ("sms", "The customer has no address for it"),
        ("push", "The customer refused messages of this kind"),
    ]
    with cascade.database.read() as session:
        [activity] = activities(session, sent.customer_id)
    assert activity.title == "Telegram “Anna, hello”"
    assert [each.channel for each in activity.tried] == ["sms", "push"]


def test_a_channel_that_fails_for_good_passes_on_and_one_that_is_busy_only_after_all_its_tries(
    cascade: Cascade, smtp_sink: SmtpSink
) -> None:
    smtp_sink.refusals |= {"anna@example.test": "550 no such mailbox", "boris@example.test": "452 mailbox full"}
    anna, boris = cascade.ask(["email", "sms"], "anna", "boris")
    cascade.round(smtp_sink.url)
    assert [line["id"] for line in cascade.lines()] == [anna]
    assert cascade.view(anna).tried[0].reason == "550 no such mailbox"
    waiting = cascade.view(boris)
    assert (waiting.status, waiting.channel) == ("queued", "email")
    while waiting.retry_at is not None:
        cascade.round(smtp_sink.url, waiting.retry_at)
        waiting = cascade.view(boris)
    assert [line["id"] for line in cascade.lines()] == [anna, boris]


def test_where_no_channel_carries_it_the_last_ones_reason_stands_and_sending_again_begins_anew(
    cascade: Cascade,
) -> None:
    [anna] = cascade.ask(["sms", "push"], "anna", marks=("email",))
    cascade.round()
    assert (cascade.view(anna).status, cascade.view(anna).channel) == ("dropped", "push")
    with cascade.database.begin() as session:
        session.add(Identity(kind="phone", value="1", shown="1", customer_id=cascade.view(anna).customer_id))
        send_again(session, anna)
    cascade.round()
    assert [line["channel"] for line in cascade.lines()] == ["sms"]


def test_what_is_in_doubt_does_not_pass_on(cascade: Cascade, breaking_server: BreakingServer) -> None:
    breaking_server.answers, breaking_server.once = {"DOT": None}, True
    [anna] = cascade.ask(["email", "sms"], "anna")
    cascade.round(breaking_server.url)
    cascade.round(breaking_server.url, NOW + timedelta(days=1))
    assert (cascade.view(anna).status, cascade.view(anna).channel) == ("in_doubt", "email")
    assert cascade.lines() == []
    with cascade.database.begin() as session:
        send_again(session, anna)
    assert cascade.view(anna).channel == "email"


def test_a_text_that_is_empty_for_a_customer_is_sent_by_no_channel(cascade: Cascade) -> None:
    cascade.say("{% if bonuses %}You have {{ bonuses }}{% endif %}")
    [anna] = cascade.ask(["sms", "push"], "anna")
    cascade.round()
    dropped = cascade.view(anna)
    assert (dropped.status, dropped.reason, dropped.tried) == ("dropped", "The text is empty for this customer", ())
    assert cascade.lines() == []


def test_a_given_phone_gets_it_whatever_the_customer_has_or_refused(cascade: Cascade) -> None:
    cascade.say("{{ customer.name }} {{ customer.card }} is blocked", to="phone", phone="+44 7700 900999")
    cascade.ask(["sms"], "anna", marks=(), refused=("sms",))
    cascade.round()
    assert [(line["to"], line["text"]) for line in cascade.lines()] == [("+44 7700 900999", "Anna is blocked")]


def test_an_sms_keeps_its_parts_and_its_price(cascade: Cascade) -> None:
    from campaigns.messages.sms import set_sms_tariff

    with cascade.database.begin() as session:
        set_sms_tariff(session, 101, "flat70")
    cascade.say("я" * 71)
    anna, boris = cascade.ask(["sms", "push"], "anna", "boris")
    with cascade.database.begin() as session:
        session.execute(update(Message).where(Message.id == boris).values(channel="push"))
    cascade.round()
    assert (cascade.view(anna).parts, cascade.view(anna).price) == (2, 202)
    assert (cascade.view(boris).parts, cascade.view(boris).price) == (None, None)


def test_several_deliverers_at_once_send_each_message_once(cascade: Cascade) -> None:
    names = [f"customer{number}" for number in range(10)]
    cascade.ask(["telegram", "push", "sms"], *names, marks=("phone",))

    def deliver_all() -> None:
        for _round in range(12):
            for channel in ("telegram", "push", "sms"):
                deliver_some(cascade.database, cascade.settings, NOW, 3, channel)

    threads = [threading.Thread(target=deliver_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(line["to"] for line in cascade.lines()) == [f"+44 7700 90000{place}" for place in range(10)]
    assert set(cascade.statuses()) == {"sent"}


KILLED = """
import os, signal
from datetime import datetime
from campaigns.messages import claims
from campaigns.messages.channels.file import SmsChannel
from campaigns.messages.delivery import deliver_round
from loyalty_core.database import Database
from loyalty_core.settings import Settings

def die(*_arguments, **_named):
    os.kill(os.getpid(), signal.SIGKILL)

whole = SmsChannel.send
def send(self, dispatch):
    whole(self, dispatch)
    die()

{die_at}
settings = Settings.from_environment()
for _round in range(3):
    deliver_round(Database(settings.database_url), settings, datetime.fromisoformat("{now}"), 100)
"""


@pytest.mark.parametrize(
    ("die_at", "after", "doubts"),
    [
        ("SmsChannel.send = send", ["sending", "queued"], 1),  # handed over, and the answer was never written
        ("SmsChannel.connect = die", ["queued", "queued"], 0),  # passed on to SMS, which had not begun
        ("claims._pass_on = die", ["queued", "queued"], 0),  # before it was passed on
    ],
    ids=["between sending and sent", "before the next channel begins", "before it is passed on"],
)
def test_a_process_killed_in_a_cascade_leaves_at_most_one_in_doubt_and_nobody_gets_it_twice(
    cascade: Cascade, die_at: str, after: list[str], doubts: int
) -> None:
    anna, boris = cascade.ask(["push", "sms", "telegram"], "anna", "boris", marks=("phone", "telegram"))
    script = KILLED.format(die_at=die_at, now=NOW.isoformat())
    killed = subprocess.run([sys.executable, "-c", script], env={**os.environ}, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert cascade.statuses() == after
    later = NOW + timedelta(seconds=SmtpChannel.longest_s + cascade.settings.lease_s)
    with cascade.database.begin() as session:
        assert rescue(session, later) == doubts
    cascade.round(now=later)
    assert [(line["id"], line["channel"]) for line in cascade.lines()] == [(anna, "sms"), (boris, "sms")]
    assert cascade.statuses() == ["in_doubt" if doubts else "sent", "sent"]
