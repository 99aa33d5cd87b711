"""What a sender that dies, freezes or hears no answer leaves behind: a doubt at most, and no letter twice."""

import dataclasses
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from campaigns.messages.channels.base import Answer, Dispatch
from campaigns.messages.channels.smtp import SmtpChannel
from campaigns.messages.delivery import rescue
from campaigns.messages.rows import Message
from tests.campaigns.messages.breaking_server import BreakingServer
from tests.campaigns.messages.conftest import NOW, Chain, recipients
from tests.support.smtp_sink import SmtpSink

AFTER_THE_LEASE = NOW + timedelta(seconds=SmtpChannel.longest_s + 1)


def test_no_answer_after_the_whole_letter_is_a_doubt_and_nothing_is_sent_again(
    chain: Chain, breaking_server: BreakingServer
) -> None:
    breaking_server.answers, breaking_server.once = {"DOT": None}, True
    chain.queue("anna", "boris")
    chain.deliver(breaking_server.url)
    assert chain.statuses() == ["in_doubt", "sent"]
    assert chain.deliver(breaking_server.url, NOW + timedelta(days=1)) == 0
    assert len(breaking_server.received) == 2


def test_a_doubt_is_sent_again_under_the_same_message_id_where_the_setting_says_so(
    chain: Chain, breaking_server: BreakingServer
) -> None:
    chain.settings = dataclasses.replace(chain.settings, in_doubt="send_again")
    breaking_server.answers, breaking_server.once = {"DOT": None}, True
    chain.queue("anna")
    chain.deliver(breaking_server.url)
    chain.deliver(breaking_server.url, NOW + timedelta(minutes=2))
    assert chain.statuses() == ["sent"]
    first, second = (
        {line for line in letter.splitlines() if b"Message-ID" in line} for letter in breaking_server.received
    )
    assert first == second != set()


DELIVERER = """
from datetime import datetime
from campaigns.messages.delivery import deliver_some
from loyalty_core.database import Database
from loyalty_core.settings import Settings
settings = Settings.from_environment()
deliver_some(Database(settings.database_url), settings, datetime.fromisoformat("{now}"))
"""


class HoldingSink(SmtpSink):
    """Takes letters, and keeps its answer to the `hold_at`-th until the test lets it go."""

    hold_at = 3

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        import asyncio

        answer = await super().handle_DATA(server, session, envelope)
        if len(self.letters) == self.hold_at:
            await asyncio.to_thread(self.let_go.wait)
        return answer

    @property
    def let_go(self) -> threading.Event:
        return self.__dict__.setdefault("_let_go", threading.Event())  # type: ignore[no-any-return]


@pytest.fixture
def holding_sink() -> Iterator[HoldingSink]:
    with HoldingSink() as sink:
        try:
            yield sink
        finally:
            sink.let_go.set()


def test_a_killed_process_leaves_one_letter_in_doubt_and_no_letter_arrives_twice(
    chain: Chain, holding_sink: HoldingSink
) -> None:
    names = ("anna", "boris", "clara", "dora", "elena")
    chain.queue(*names)
    environment = {**os.environ, "SMTP_URL": holding_sink.url}
    process = subprocess.Popen([sys.executable, "-c", DELIVERER.format(now=NOW.isoformat())], env=environment)
    holding_sink.wait_for(3, within_s=30)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    holding_sink.let_go.set()

    assert chain.statuses() == ["sent", "sent", "sending", "queued", "queued"]
    with chain.database.begin() as session:
        assert rescue(session, AFTER_THE_LEASE) == 1
    assert chain.deliver(holding_sink.url, AFTER_THE_LEASE) == 2
    assert chain.statuses() == ["sent", "sent", "in_doubt", "sent", "sent"]
    assert recipients(holding_sink) == [f"{name}@example.test" for name in names]


def test_rescue_leaves_alone_what_is_within_its_lease(chain: Chain) -> None:
    [anna] = chain.queue("anna")
    with chain.database.begin() as session:
        session.execute(update(Message).values(status="sending", token="t", lease_until=NOW))
    with chain.database.begin() as session:
        assert rescue(session, NOW - timedelta(seconds=1)) == 0
    assert chain.message(anna).status == "sending"


def test_what_a_killed_tick_for_another_year_holds_is_free_today(chain: Chain, smtp_sink: SmtpSink) -> None:
    anna, boris = chain.queue("anna", "boris")
    next_year = NOW + timedelta(days=365)
    with chain.database.begin() as session:
        session.execute(update(Message).values(token="t", lease_until=next_year))
        session.execute(update(Message).where(Message.id == anna).values(status="sending"))
        assert rescue(session, NOW) == 1
    assert chain.deliver(smtp_sink.url) == 1
    assert chain.statuses() == ["in_doubt", "sent"]
    assert recipients(smtp_sink) == ["boris@example.test"]
    assert chain.message(boris).status == "sent"


def test_rescue_frees_what_was_claimed_and_never_begun(chain: Chain, smtp_sink: SmtpSink) -> None:
    [anna] = chain.queue("anna")
    with chain.database.begin() as session:
        session.execute(update(Message).values(token="t", lease_until=NOW))
    with chain.database.begin() as session:
        assert rescue(session, NOW) == 0
    assert (chain.message(anna).status, chain.message(anna).token) == ("queued", None)


def test_rescue_queues_a_doubt_again_where_the_setting_says_so(chain: Chain, smtp_sink: SmtpSink) -> None:
    chain.queue("anna")
    with chain.database.begin() as session:
        session.execute(update(Message).values(status="sending", token="t", lease_until=NOW))
    with chain.database.begin() as session:
        assert rescue(session, NOW, "send_again") == 1
    assert chain.deliver(smtp_sink.url) == 1


def test_a_sender_that_was_only_frozen_settles_the_doubt_itself(chain: Chain, holding_sink: HoldingSink) -> None:
    holding_sink.hold_at = 1
    chain.queue("anna", "boris")
    sender = threading.Thread(target=chain.deliver, args=(holding_sink.url,))
    sender.start()
    holding_sink.wait_for(1)
    with chain.database.begin() as session:
        assert rescue(session, AFTER_THE_LEASE) == 1
    assert chain.statuses() == ["in_doubt", "queued"]
    assert chain.deliver(holding_sink.url, AFTER_THE_LEASE) == 1
    holding_sink.let_go.set()
    sender.join()
    assert chain.statuses() == ["sent", "sent"]
    assert recipients(holding_sink) == ["anna@example.test", "boris@example.test"]


def test_a_sender_that_breaks_down_writes_what_it_knows_of_the_letters_before(
    chain: Chain, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain.queue("anna", "boris", "clara")
    original = SmtpChannel.send

    def send(self: SmtpChannel, dispatch: Dispatch) -> Answer:
        if dispatch.recipient == "boris@example.test":
            raise KeyboardInterrupt
        return original(self, dispatch)

    monkeypatch.setattr(SmtpChannel, "send", send)
    with pytest.raises(KeyboardInterrupt):
        chain.deliver(smtp_sink.url)
    assert chain.statuses() == ["sent", "sending", "queued"]
