"""Conditions on what campaigns did: messages that left, trips through chains, and who can be reached."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign, CampaignVersion
from campaigns.messages.rows import Message, MessageOpening
from campaigns.runtime.rows import Enrollment, Run
from loyalty_core.customers.merging import merge
from loyalty_core.customers.rows import Identity
from segmenter.compiler import customers
from segmenter.explanation import explain
from segmenter.sentences import sentence, short
from tests.segmenter.people import NOW, Person, settle

DAY = timedelta(days=1)


def found(session: Session, tree: dict[str, Any], among: list[int] | None = None) -> list[int]:
    return sorted(session.scalars(customers(session, tree, now=NOW, among=among)))


def leaf(condition: str, value: Any, op: str = "ge", **more: Any) -> dict[str, Any]:
    return {"condition": condition, "op": op, "value": value, **more}


def town(session: Session) -> None:
    """Four customers; the first three took part in Winter 1, 2 and 3 times, a letter a trip, of which one is queued."""
    settle(session, [Person(), Person(), Person(consents={"email": False}), Person()])
    for number, name in ((1, "Winter"), (2, "Summer")):
        graph: dict[str, Any] = {"nodes": [], "edges": []}
        session.add(Campaign(id=number, name=name, graph=graph, settings={}, created_at=NOW, updated_at=NOW))
    session.flush()
    session.add(CampaignVersion(id=1, campaign_id=1, number=1, graph={}, settings={}, published_at=NOW))
    session.flush()
    for trip in (1, 2, 3):
        at = NOW - trip * 10 * DAY
        run = Run(id=trip, campaign_id=1, version_id=1, occurrence=str(trip), moment=at, started_at=at)
        session.add(run)
        session.flush()
        for customer in range(trip, 4):
            entered = Enrollment(
                run_id=trip,
                campaign_id=1,
                customer_id=customer,
                entry_key=str(trip),
                batch_number=1,
                entered_at=at,
            )
            session.add(entered)
            session.flush()
            sent = {"status": "queued"} if (customer, trip) == (3, 1) else {"status": "sent", "sent_at": at}
            session.add(
                Message(
                    customer_id=customer,
                    enrollment_id=entered.id,
                    run_id=trip,
                    node="n1",
                    channel="sms" if trip == 2 else "email",
                    created_at=at,
                    **sent,
                )
            )
    for customer, kind in ((1, "email"), (3, "email"), (3, "phone")):
        session.add(Identity(kind=kind, value=f"{kind} {customer}", shown="x", customer_id=customer))
    session.commit()


def test_trips_through_chains_are_counted_by_campaign_and_period(session: Session) -> None:
    town(session)
    assert found(session, leaf("campaign_entered", 1)) == [1, 2, 3]
    assert found(session, leaf("campaign_entered", 2, of=[1])) == [2, 3]
    assert found(session, leaf("campaign_entered", 1, of=[2])) == []
    assert found(session, leaf("campaign_entered", 0, "eq")) == [4]
    assert found(session, leaf("campaign_entered", 2, of=[1, 2], within={"last_days": 20})) == [2, 3]
    assert found(session, leaf("campaign_entered", 1, within={"last_days": 9})) == []
    assert found(session, leaf("campaign_entered", 1), among=[3, 4]) == [3]


def test_only_messages_that_left_are_counted(session: Session) -> None:
    town(session)
    assert found(session, leaf("messages_sent", 1)) == [1, 2, 3]
    assert found(session, leaf("messages_sent", 2)) == [2, 3]
    assert found(session, leaf("messages_sent", 2, of="email")) == []
    assert found(session, leaf("messages_sent", 1, of="sms")) == [2, 3]
    assert found(session, leaf("messages_sent", 1, of="email", within={"last_days": 15})) == [1, 2]
    assert found(session, {"none": [leaf("messages_sent", 1)]}) == [4]


def test_messages_that_left_are_counted_by_several_channels_and_by_campaign(session: Session) -> None:
    town(session)
    assert found(session, leaf("messages_sent", 2, of=["email", "sms"])) == [2, 3]
    assert found(session, leaf("messages_sent", 1, of=["push", "sms"])) == [2, 3]
    assert found(session, leaf("messages_sent", 1, by=[1])) == [1, 2, 3]
    assert found(session, leaf("messages_sent", 2, by=1, of="email")) == []
    assert found(session, leaf("messages_sent", 1, by=[2])) == []
    assert found(session, leaf("messages_sent", 0, "eq", by=[2])) == [1, 2, 3, 4]
    both = {"all": [leaf("messages_sent", 2, by=[1]), leaf("messages_sent", 0, "eq", by=[2])]}
    assert found(session, both) == [2, 3]
    tree = leaf("messages_sent", 2, of=["sms", "email"], by=[1], within={"last_days": 20})
    assert sentence(session, tree) == (
        "Customers who were sent 2 or more messages of “Winter” by e-mail or SMS in the last 20 days"
    )
    assert [line.text for line in explain(session, tree, 2, NOW).lines] == [
        "messages sent e-mail or SMS “Winter” in the last 20 days 2 ≥ 2: yes"
    ]


def test_letters_that_were_opened_and_clicked_are_counted_by_campaign_and_period(session: Session) -> None:
    town(session)
    first, second, *_rest = session.scalars(select(Message).where(Message.channel == "email").order_by(Message.id))
    for message, opened, clicked in ((first, NOW - 6 * DAY, None), (second, NOW - 8 * DAY, NOW - DAY)):
        of = {"message_id": message.id, "customer_id": message.customer_id, "run_id": message.run_id}
        session.add(MessageOpening(**of, opened_at=opened, clicked_at=clicked))
    session.commit()
    assert (first.customer_id, second.customer_id) == (1, 2)
    assert found(session, leaf("messages_opened", 1)) == [1, 2]
    assert found(session, leaf("messages_opened", 1, within={"last_days": 7})) == [1]
    assert found(session, leaf("messages_opened", 1, of=[1], within={"last_days": 7})) == [1]
    assert found(session, leaf("messages_opened", 1, of=[2])) == []
    assert found(session, leaf("messages_clicked", 1)) == [2]
    assert found(session, leaf("messages_clicked", 1, of=[1], within={"last_days": 7})) == [2]
    assert found(session, {"none": [leaf("messages_clicked", 1)]}) == [1, 3, 4]
    tree = {"all": [leaf("messages_opened", 1, of=[1], within={"last_days": 7}), leaf("messages_clicked", 2, "eq")]}
    assert sentence(session, tree) == (
        "Customers who opened 1 or more letters of “Winter” in the last 7 days "
        "and who followed links in exactly 2 letters"
    )
    assert short(session, tree) == "≥ 1 letter opened, = 2 letters clicked"


def test_what_a_merged_number_was_sent_and_entered_counts_for_who_goes_on(session: Session) -> None:
    town(session)
    merge(session, 4, 3, NOW, "A Marketer")
    session.commit()
    assert found(session, leaf("campaign_entered", 3)) == [4]
    assert found(session, leaf("messages_sent", 1, of="sms")) == [2, 4]
    assert found(session, leaf("campaign_entered", 3), among=[4]) == [4]
    assert found(session, {"none": [leaf("campaign_entered", 1)]}) == []
    assert [line.text for line in explain(session, leaf("campaign_entered", 3), 4, NOW).lines] == [
        "took part in a campaign 3 ≥ 3: yes"
    ]


def test_who_has_an_address_and_did_not_refuse_can_be_reached(session: Session) -> None:
    town(session)
    assert found(session, leaf("reachable", "yes", "is", of="email")) == [1]
    assert found(session, leaf("reachable", "no", "is", of="email")) == [2, 3, 4]
    assert found(session, leaf("reachable", "yes", "is", of="sms")) == [3]
    assert found(session, leaf("reachable", "yes", "is", of=["email", "sms"])) == [1, 3]
    assert found(session, leaf("reachable", "no", "is", of=["email", "sms"])) == [2, 4]


def test_they_are_told_in_words(session: Session) -> None:
    town(session)
    tree = {
        "all": [
            leaf("campaign_entered", 3, of=[1, 9], within={"last_days": 20}),
            leaf("messages_sent", 1, "eq", of="sms", within={"previous": "month"}),
            leaf("reachable", "yes", "is", of="email"),
        ]
    }
    said = (
        "Customers who took part in “Winter” or a campaign that no longer exists 3 or more times in the last 20 days "
        "and who were sent exactly 1 message by SMS in the previous month and who can be reached by e-mail"
    )
    assert sentence(session, tree) == said
    assert short(session, tree) == (
        "“Winter” or a campaign that no longer exists ≥ 3 times, = 1 message, reached by e-mail"
    )
    assert [line.text for line in explain(session, tree, 3, NOW).lines] == [
        "took part in a campaign “Winter” or a campaign that no longer exists in the last 20 days 2 ≥ 3: no",
        "messages sent SMS in the previous month 0 = 1: no",
        "can be reached e-mail no is yes: no",
    ]
