"""What letters know of their customers."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import event, select

from campaigns.messages.rows import LetterTemplate, Message
from campaigns.messages.templates import create
from loyalty_core.customers.rows import Customer
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.organisation import Outlet
from tests.campaigns.messages.conftest import NOW, Chain
from tests.support.smtp_sink import SmtpSink

WORDS = "{{ customer.name }}|{{ bonuses }}|{{ burns_on }}|{{ balance }}|{{ organisation.name }}"


def grant(chain: Chain, message_ids: list[int], amount: int, *, days: int = 30, source: str = "enrollment") -> None:
    with chain.database.begin() as session:
        rows = session.execute(
            select(Message.customer_id, Message.enrollment_id).where(Message.id.in_(message_ids))
        ).all()
        recipients = [Recipient(customer, f"{source}:{amount}", enrollment) for customer, enrollment in rows]
        accrue_to_many(
            session, recipients, amount=amount, lifetime=Lifetime.days(days), source=source, source_node="n0", at=NOW
        )


def said(sink: SmtpSink) -> list[str]:
    parts = (letter.message.get_body(("plain",)) for letter in sink.letters)
    return [part.get_content().strip() for part in parts if part is not None]


def test_a_letter_names_what_this_chain_accrued_and_when_the_first_of_it_burns(
    chain: Chain, smtp_sink: SmtpSink
) -> None:
    chain.publish({"subject": "x", "body": WORDS})
    anna = chain.queue("anna")
    grant(chain, anna, 50_000, days=71)
    grant(chain, anna, 50, days=40)
    grant(chain, anna, 100_000, days=1, source="api")
    chain.deliver(smtp_sink.url)
    assert said(smtp_sink) == ["Anna Bell|500.50|31 December 2026|1\u00a0500.50|North House"]


def test_the_date_is_that_of_the_customers_calendar(chain: Chain, smtp_sink: SmtpSink) -> None:
    chain.publish({"subject": "x", "body": "{{ burns_on }}"})
    _anna, boris = chain.queue("anna", "boris")
    with chain.database.begin() as session:
        outlet = Outlet(name="Auckland", zone="Pacific/Auckland")
        session.add(outlet)
        session.flush()
        owner = session.get_one(Customer, session.get_one(Message, boris).customer_id)
        owner.outlet_id = outlet.id
    late = datetime(2026, 11, 21, 20, tzinfo=UTC)  # 22 November in Auckland
    with chain.database.begin() as session:
        rows = session.execute(select(Message.customer_id, Message.enrollment_id)).all()
        recipients = [Recipient(customer, "k", enrollment) for customer, enrollment in rows]
        accrue_to_many(session, recipients, amount=1, lifetime=Lifetime.days(10), source="enrollment", at=late)
    chain.deliver(smtp_sink.url, late)
    assert said(smtp_sink) == ["1 December 2026", "2 December 2026"]


def test_a_customer_without_bonuses_has_none_in_the_letter(chain: Chain, smtp_sink: SmtpSink) -> None:
    chain.publish({"subject": "x", "body": "{{ bonuses }}{% if bonuses %} bonuses{% endif %}{{ burns_on }}"})
    chain.queue("anna")
    chain.deliver(smtp_sink.url)
    assert said(smtp_sink) == ["0"]


def test_a_step_with_a_template_sends_it_as_it_is_at_the_moment_of_sending(chain: Chain, smtp_sink: SmtpSink) -> None:
    with chain.database.begin() as session:
        template = create(session, name="T", subject="Old", body="Old", now=NOW)
    chain.publish({"template": template.id})
    chain.queue("anna")
    with chain.database.begin() as session:
        changed = session.get_one(LetterTemplate, template.id)
        changed.subject, changed.body = "New", "New {{ customer.first_name }}"
    chain.deliver(smtp_sink.url)
    assert said(smtp_sink) == ["New Anna"]
    assert smtp_sink.letters[0].message["Subject"] == "New"


def test_a_template_that_is_gone_fails_the_letter_with_the_reason(chain: Chain, smtp_sink: SmtpSink) -> None:
    chain.publish({"template": 77})
    [anna] = chain.queue("anna")
    chain.deliver(smtp_sink.url)
    message = chain.message(anna)
    assert (message.status, message.reason) == ("failed", "The template of this step is gone")


def test_values_are_loaded_in_as_many_statements_for_forty_letters_as_for_two(
    chain: Chain, smtp_sink: SmtpSink
) -> None:
    from campaigns.messages.claims import Claimed
    from campaigns.messages.composition import Composition

    counts = []
    for names in (["a", "b"], [f"c{number}" for number in range(40)]):
        ids = chain.queue(*names)
        grant(chain, ids, 100)
        with chain.database.read() as session:
            columns = [getattr(Message, name) for name in Claimed._fields]
            claimed = [Claimed(*row) for row in session.execute(select(*columns).where(Message.id.in_(ids)))]
            statements: list[str] = []

            def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
                statements.append(statement)  # noqa: B023 (used within this turn only)

            event.listen(chain.database.engine, "before_cursor_execute", note)
            Composition(session, claimed, NOW + timedelta(minutes=1))
            event.remove(chain.database.engine, "before_cursor_execute", note)
            counts.append(len(statements))
    assert counts[0] == counts[1] <= 8
