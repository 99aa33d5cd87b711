"""Delivery over real SMTP: each letter has its own fate, and none of them arrives twice."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from campaigns.campaigns import Campaign
from campaigns.messages.delivery import due
from campaigns.messages.pauses import pauses
from loyalty_core.customers.rows import Consent
from tests.campaigns.messages.breaking_server import BreakingServer
from tests.campaigns.messages.conftest import NOW, Chain, recipients
from tests.support.smtp_sink import SmtpSink, free_port

AFTER_A_REST = NOW + timedelta(minutes=1)


def test_a_letter_arrives_as_it_is_kept(chain: Chain, smtp_sink: SmtpSink) -> None:
    [anna] = chain.queue("anna")
    assert chain.deliver(smtp_sink.url) == 1
    [letter] = smtp_sink.letters
    assert letter.recipients == ("anna@example.test",)
    assert letter.message["Subject"] == "For Anna Bell"
    kept = chain.message(anna)
    assert (kept.status, kept.recipient, kept.subject) == ("sent", "anna@example.test", "For Anna Bell")
    html = letter.message.get_body(("html",))
    text = letter.message.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert html.get_content().split() == (kept.body or "").split()
    assert text.get_content().strip() == "Dear Anna, 0 bonuses."


def test_nothing_is_left_to_do_after_delivery(chain: Chain, smtp_sink: SmtpSink) -> None:
    chain.queue("anna", "boris")
    assert chain.deliver(smtp_sink.url) == 2
    assert chain.deliver(smtp_sink.url) == 0
    assert len(smtp_sink.letters) == 2
    with chain.database.read() as session:
        assert not due(session, NOW)


def test_a_claim_takes_no_more_than_its_limit(chain: Chain, smtp_sink: SmtpSink) -> None:
    chain.queue("anna", "boris", "clara")
    assert chain.deliver(smtp_sink.url, limit=2) == 2
    assert recipients(smtp_sink) == ["anna@example.test", "boris@example.test"]


def test_many_letters_go_over_one_connection(chain: Chain, breaking_server: BreakingServer) -> None:
    chain.queue("anna", "boris", "clara")
    chain.deliver(breaking_server.url)
    assert breaking_server.connections == 1
    assert len(breaking_server.received) == 3


def test_a_refused_recipient_fails_with_the_servers_words_and_the_others_get_theirs(
    chain: Chain, smtp_sink: SmtpSink
) -> None:
    smtp_sink.refusals["boris@example.test"] = "550 no such mailbox"
    _anna, boris, _clara = chain.queue("anna", "boris", "clara")
    assert chain.deliver(smtp_sink.url) == 3
    assert chain.statuses() == ["sent", "failed", "sent"]
    assert chain.message(boris).reason == "550 no such mailbox"
    assert recipients(smtp_sink) == ["anna@example.test", "clara@example.test"]


def test_a_letter_that_is_refused_whole_fails(chain: Chain, breaking_server: BreakingServer) -> None:
    breaking_server.answers, breaking_server.once = {"DOT": "554 looks like spam"}, True
    anna, _boris = chain.queue("anna", "boris")
    chain.deliver(breaking_server.url)
    assert chain.statuses() == ["failed", "sent"]
    assert chain.message(anna).reason == "554 looks like spam"


def test_a_full_mailbox_is_tried_again_later_and_later_and_in_the_end_fails(chain: Chain, smtp_sink: SmtpSink) -> None:
    smtp_sink.refusals["anna@example.test"] = "452 mailbox full"
    [anna] = chain.queue("anna")
    now, delays = NOW, []
    while chain.deliver(smtp_sink.url, now):
        message = chain.message(anna)
        if message.retry_at is None:
            break
        assert message.status == "queued"
        assert chain.deliver(smtp_sink.url, message.retry_at - timedelta(seconds=30)) == 0
        delays.append(round((message.retry_at - now).total_seconds() / 60))
        now = message.retry_at
    assert delays == [1, 5, 15, 60, 120, 240, 480]
    assert (message.status, message.attempts, message.reason) == ("failed", 8, "452 mailbox full")


def test_a_put_off_letter_arrives_once_the_mailbox_has_room(chain: Chain, smtp_sink: SmtpSink) -> None:
    smtp_sink.refusals["anna@example.test"] = "452 mailbox full"
    chain.queue("anna")
    chain.deliver(smtp_sink.url)
    smtp_sink.refusals.clear()
    assert chain.deliver(smtp_sink.url, NOW + timedelta(minutes=2)) == 1
    assert recipients(smtp_sink) == ["anna@example.test"]


def test_while_the_server_is_down_everything_stays_queued(chain: Chain, smtp_sink: SmtpSink) -> None:
    ids = chain.queue("anna", "boris")
    assert chain.deliver(f"smtp://127.0.0.1:{free_port()}") == 0
    assert chain.statuses() == ["queued", "queued"]
    for message in map(chain.message, ids):
        assert "takes no letters" in (message.reason or "")
        assert message.attempts == 0
    assert chain.deliver(smtp_sink.url, AFTER_A_REST) == 2
    assert len(smtp_sink.letters) == 2


def test_a_server_that_is_down_is_tried_now_and_then_and_not_by_every_job(
    chain: Chain, breaking_server: BreakingServer
) -> None:
    breaking_server.answers = {"GREETING": "421 going down"}
    chain.queue("anna", "boris", "clara")
    for _ in range(5):
        assert chain.deliver(breaking_server.url, limit=1) == 0
    assert breaking_server.connections == 1
    with chain.database.read() as session:
        [rest] = pauses(session, NOW + timedelta(seconds=1))
        assert not due(session, NOW + timedelta(seconds=1))
        assert due(session, AFTER_A_REST)
    assert "421 going down" in rest.reason
    breaking_server.answers = {}
    assert chain.deliver(breaking_server.url, AFTER_A_REST) == 3
    with chain.database.read() as session:
        assert pauses(session, AFTER_A_REST) == []


def test_a_rest_noted_for_a_later_day_holds_nothing_up_today(chain: Chain, smtp_sink: SmtpSink) -> None:
    chain.queue("anna")
    assert chain.deliver(f"smtp://127.0.0.1:{free_port()}", NOW + timedelta(days=40)) == 0
    assert chain.deliver(smtp_sink.url) == 1


@pytest.mark.parametrize(
    "answers",
    [
        {"GREETING": "421 going down"},
        {"GREETING": None},
        {"MAIL": "451 not now"},
        {"MAIL": "550 this sender is not allowed"},
        {"MAIL": None},
        {"RCPT": "530 sign in first"},
    ],
    ids=str,
)
def test_a_server_that_refuses_us_fails_no_letter(
    chain: Chain, breaking_server: BreakingServer, answers: dict[str, Any]
) -> None:
    breaking_server.answers = answers
    ids = chain.queue("anna", "boris")
    assert chain.deliver(breaking_server.url) == 0
    for message in map(chain.message, ids):
        assert (message.status, message.attempts, message.token) == ("queued", 0, None)
    breaking_server.answers = {}
    assert chain.deliver(breaking_server.url, AFTER_A_REST) == 2


def test_a_server_that_limits_letters_per_connection_is_connected_to_again(
    chain: Chain, breaking_server: BreakingServer
) -> None:
    breaking_server.letters_per_connection = 2
    chain.queue("anna", "boris", "clara", "dora", "elena")
    assert chain.deliver(breaking_server.url) == 5
    assert chain.statuses() == ["sent"] * 5
    assert breaking_server.connections == 3


def test_a_connection_lost_within_a_letter_puts_only_that_letter_off(
    chain: Chain, breaking_server: BreakingServer
) -> None:
    breaking_server.answers, breaking_server.once = {"MIDDLE": None}, True
    # Long enough that it cannot leave before the server hangs up in its middle.
    chain.publish({"subject": "Long", "body": "x " * 49_000})
    chain.queue("anna", "boris")
    chain.deliver(breaking_server.url)
    first, second = chain.statuses()
    # The end of a letter may have reached the machine's buffers before it noticed: then it is in doubt, not lost.
    assert first in ("queued", "in_doubt")
    assert second == "sent"
    assert len(breaking_server.received) == 1


def test_a_connection_lost_before_the_letter_is_no_doubt(chain: Chain, breaking_server: BreakingServer) -> None:
    breaking_server.answers, breaking_server.once = {"DATA": None}, True
    anna, _boris = chain.queue("anna", "boris")
    chain.deliver(breaking_server.url)
    assert chain.statuses() == ["queued", "sent"]
    assert chain.message(anna).attempts == 1
    assert chain.deliver(breaking_server.url, NOW + timedelta(minutes=2)) == 1
    assert len(breaking_server.received) == 2


def test_consent_that_is_withdrawn_between_queueing_and_sending_drops_the_letter(
    chain: Chain, smtp_sink: SmtpSink
) -> None:
    [anna] = chain.queue("anna", refused=False)
    with chain.database.begin() as session:
        session.execute(update(Consent).values(granted=False))
    assert chain.deliver(smtp_sink.url) == 1
    assert smtp_sink.letters == []
    assert chain.message(anna).status == "dropped"
    assert "refused" in (chain.message(anna).reason or "")


def test_a_refusal_of_another_channel_is_none_of_letters(chain: Chain, smtp_sink: SmtpSink) -> None:
    chain.queue("anna", refused=True)
    with chain.database.begin() as session:
        session.execute(update(Consent).values(channel="sms"))
    chain.deliver(smtp_sink.url)
    assert chain.statuses() == ["sent"]


def test_a_customer_without_an_address_is_dropped_with_the_reason(chain: Chain, smtp_sink: SmtpSink) -> None:
    [anna] = chain.queue("anna", address=False)
    chain.deliver(smtp_sink.url)
    message = chain.message(anna)
    assert (message.status, message.reason) == ("dropped", "The customer has no address for it")


def test_an_address_that_is_none_fails_alone(chain: Chain, smtp_sink: SmtpSink) -> None:
    chain.queue("two words", "boris", "an\r\nRCPT TO:<eve@example.test>")
    assert chain.deliver(smtp_sink.url) == 3
    assert chain.statuses() == ["failed", "sent", "failed"]
    assert recipients(smtp_sink) == ["boris@example.test"]


def test_a_letter_that_cannot_be_laid_out_fails_with_what_is_wrong(chain: Chain, smtp_sink: SmtpSink) -> None:
    chain.publish({"subject": "x", "body": "{{ customer.nam }}"})
    [anna] = chain.queue("anna")
    chain.deliver(smtp_sink.url)
    assert chain.message(anna).status == "failed"
    assert "Did you mean customer.name?" in (chain.message(anna).reason or "")


def test_letters_of_a_paused_campaign_wait(chain: Chain, smtp_sink: SmtpSink) -> None:
    chain.queue("anna")
    with chain.database.begin() as session:
        session.execute(update(Campaign).values(status="paused"))
    assert chain.deliver(smtp_sink.url) == 0
    with chain.database.begin() as session:
        session.execute(update(Campaign).values(status="live"))
    assert chain.deliver(smtp_sink.url) == 1


def test_several_deliverers_at_once_send_each_letter_once(chain: Chain, smtp_sink: SmtpSink) -> None:
    names = [f"customer{number}" for number in range(40)]
    chain.queue(*names)

    def deliver_all() -> None:
        while chain.deliver(smtp_sink.url, limit=5):
            pass

    threads = [threading.Thread(target=deliver_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert recipients(smtp_sink) == sorted(f"{name}@example.test" for name in names)
    assert set(chain.statuses()) == {"sent"}
