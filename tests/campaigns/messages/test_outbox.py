"""The outbox: sets of messages, each enrollment's once."""

from sqlalchemy import func, select

from campaigns.messages.outbox import queue
from campaigns.messages.rows import Message
from tests.campaigns.messages.conftest import NOW, Chain


def test_queueing_again_adds_nothing(chain: Chain) -> None:
    chain.queue("anna", "boris")
    with chain.database.begin() as session:
        pairs = dict(session.execute(select(Message.enrollment_id, Message.customer_id)).all())
        again = queue(session, pairs, run_id=chain.run_id, node="n1", channels=["email"], at=NOW)
        elsewhere = queue(session, pairs, run_id=chain.run_id, node="n2", channels=["email"], at=NOW)
        assert (again, elsewhere) == (0, 2)
        assert session.scalar(select(func.count()).select_from(Message)) == 4


def test_a_queued_message_belongs_to_its_customer_and_holds_no_text(chain: Chain) -> None:
    [anna] = chain.queue("anna")
    message = chain.message(anna)
    assert (message.run_id, message.node, message.channel, message.status) == (chain.run_id, "n1", "email", "queued")
    assert (message.recipient, message.subject, message.body) == (None, None, None)
    assert message.created_at == NOW


def test_an_empty_set_is_queued_without_asking_the_database(chain: Chain) -> None:
    with chain.database.begin() as session:
        assert queue(session, {}, run_id=chain.run_id, node="n1", channels=["email"], at=NOW) == 0
