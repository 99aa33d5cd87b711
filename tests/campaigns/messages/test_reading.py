"""Lists of messages, counts, and the operator's verbs."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from campaigns.messages import reading, remedies
from campaigns.messages.rows import Message
from loyalty_core.errors import Conflict, NotFound
from tests.campaigns.messages.conftest import NOW, Chain
from tests.support.smtp_sink import SmtpSink

LATER = NOW + timedelta(hours=1)


def test_a_list_names_customer_campaign_and_step(chain: Chain) -> None:
    [anna] = chain.queue("anna")
    with chain.database.read() as session:
        [view] = reading.messages(session)
    assert (view.id, view.customer_name, view.campaign_name, view.step) == (anna, "Anna Bell", "Letters", "Send letter")
    assert (view.at, view.body) == (NOW, None)


def test_a_list_is_read_page_by_page_newest_first(chain: Chain) -> None:
    ids = chain.queue("anna", "boris", "clara", "dora", "elena")
    found: list[int] = []
    with chain.database.read() as session:
        while page := reading.messages(session, before=found[-1] if found else None, limit=2):
            found += [view.id for view in page]
    assert found == sorted(ids, reverse=True)


def test_a_list_holds_what_fits_all_filters(chain: Chain, smtp_sink: SmtpSink) -> None:
    smtp_sink.refusals["boris@example.test"] = "550 no"
    anna, boris = chain.queue("anna", "boris")
    first_run, first_campaign = chain.run_id, chain.campaign_id
    chain.publish({"subject": "x", "body": "y"})
    [clara] = chain.queue("clara")
    chain.deliver(smtp_sink.url)
    with chain.database.read() as session:
        assert [view.id for view in reading.messages(session, run_id=first_run)] == [boris, anna]
        assert [view.id for view in reading.messages(session, campaign_id=first_campaign, status="sent")] == [anna]
        assert [view.id for view in reading.messages(session, status="failed")] == [boris]
        assert [view.id for view in reading.messages(session, node="n1", run_id=chain.run_id)] == [clara]
        customer = reading.message(session, clara).customer_id
        assert [view.id for view in reading.messages(session, customer_id=customer)] == [clara]
        assert reading.counts(session, first_run) == {
            "queued": 0,
            "sending": 0,
            "sent": 1,
            "failed": 1,
            "dropped": 0,
            "in_doubt": 0,
        }
        assert reading.troubles(session) == {"in_doubt": 0, "failed": 1}


def test_a_message_is_read_as_it_was_sent(chain: Chain, smtp_sink: SmtpSink) -> None:
    [anna] = chain.queue("anna")
    chain.deliver(smtp_sink.url, LATER)
    with chain.database.read() as session:
        view = reading.message(session, anna)
        with pytest.raises(NotFound):
            reading.message(session, anna + 1)
    assert (view.recipient, view.subject, view.queued_at) == ("anna@example.test", "For Anna Bell", NOW)
    assert view.at == view.sent_at
    assert view.at >= LATER
    assert "Dear Anna, 0 bonuses." in (view.body or "")


@pytest.mark.parametrize("status", ["failed", "dropped", "in_doubt"])
def test_a_message_that_went_wrong_can_be_sent_again(chain: Chain, smtp_sink: SmtpSink, status: str) -> None:
    [anna] = chain.queue("anna")
    with chain.database.begin() as session:
        session.execute(update(Message).values(status=status, attempts=8, reason="x", token="t", lease_until=LATER))
        remedies.send_again(session, anna)
    assert chain.deliver(smtp_sink.url) == 1
    assert chain.message(anna).status == "sent"


def test_a_doubt_can_be_settled_as_sent(chain: Chain, smtp_sink: SmtpSink) -> None:
    [anna] = chain.queue("anna")
    with chain.database.begin() as session:
        session.execute(update(Message).values(status="in_doubt", reason="x"))
        remedies.mark_sent(session, anna, LATER)
    message = chain.message(anna)
    assert (message.status, message.sent_at, message.reason) == ("sent", LATER, None)
    assert chain.deliver(smtp_sink.url) == 0


def test_what_did_not_go_wrong_needs_no_remedy(chain: Chain) -> None:
    [anna] = chain.queue("anna")
    with chain.database.begin() as session:
        with pytest.raises(Conflict, match="The message is queued"):
            remedies.send_again(session, anna)
        with pytest.raises(Conflict):
            remedies.mark_sent(session, anna, NOW)
        with pytest.raises(NotFound):
            remedies.send_again(session, anna + 1)
