"""A customer's activities: the core's and the campaigns', one list, newest first."""

import dataclasses
from datetime import timedelta

from sqlalchemy import select

from campaigns.activities import Activity, activities
from campaigns.messages.delivery import deliver_some
from campaigns.messages.outbox import queue
from campaigns.runtime.rows import Enrollment
from campaigns.runtime.starting import start_by_hand
from campaigns.runtime.work import work_once
from loyalty_core.database import Database
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.settings import Settings
from tests.campaigns.town import NOON, Town, birthday
from tests.support.smtp_sink import SmtpSink


def run_birthdays(town: Town) -> tuple[int, int]:
    """A customer with a birthday today gets 500 bonuses and a letter; the customer and the campaign."""
    [customer] = town.customers(1, born=NOON.date().replace(year=1990))
    campaign = town.publish(
        birthday(),
        {"type": "accrue_bonuses", "amount": "500", "lifetime_days": 30, "legal_entity": town.company},
        {"type": "send_letter", "subject": "Happy birthday", "body": "{{ bonuses }}"},
    )
    with town.database.begin() as session:
        start_by_hand(session, campaign, NOON, 2000)
    while work_once(town.database, NOON, 30):
        pass
    return customer, campaign


def read(database: Database, customer: int) -> list[Activity]:
    with database.read() as session:
        return activities(session, customer)


def test_an_accrual_and_a_letter_name_their_campaign_run_and_step(town: Town) -> None:
    customer, campaign = run_birthdays(town)
    by_kind = {activity.kind: activity for activity in read(town.database, customer)}
    assert set(by_kind) == {"accrue", "message"}
    for activity in by_kind.values():
        assert (activity.campaign_id, activity.campaign) == (campaign, "Test")
        assert activity.run_id is not None
    assert (by_kind["accrue"].amount, by_kind["accrue"].source_node, by_kind["accrue"].step) == (
        50_000,
        "n2",
        "Accrue bonuses",
    )
    letter = by_kind["message"]
    assert (letter.title, letter.step, letter.message_status, letter.amount) == ("Letter", "Send letter", "queued", 0)


def test_a_sent_letter_is_called_by_its_subject(town: Town, settings: Settings, smtp_sink: SmtpSink) -> None:
    customer, _campaign = run_birthdays(town)
    deliver_some(town.database, dataclasses.replace(settings, smtp_url=smtp_sink.url), NOON)
    [letter] = (activity for activity in read(town.database, customer) if activity.kind == "message")
    assert (letter.title, letter.message_status) == ("Letter “Happy birthday”", "sent")


def test_what_no_campaign_asked_for_names_none(town: Town) -> None:
    [customer] = town.customers(1)
    with town.database.begin() as session:
        # The number of a row of another table is no enrollment.
        accrue_to_many(
            session, [Recipient(customer, "k", 1)], amount=100, lifetime=Lifetime.days(1), source="api", at=NOON
        )
    [activity] = read(town.database, customer)
    assert (activity.kind, activity.campaign, activity.run_id, activity.step) == ("accrue", None, None, None)


def test_pages_follow_one_another_without_gap_or_repetition(town: Town) -> None:
    customer, _campaign = run_birthdays(town)
    with town.database.begin() as session:
        enrollment, run = session.execute(select(Enrollment.id, Enrollment.run_id)).one()
        for number in range(6):
            at = NOON + timedelta(minutes=number // 2)
            queue(session, {enrollment: customer}, run_id=run, node=f"x{number}", channels=["email"], at=at)
            accrue_to_many(
                session,
                [Recipient(customer, f"k{number}", enrollment)],
                amount=100,
                lifetime=Lifetime.days(1),
                source="enrollment",
                source_node="n2",
                at=at,
            )
    whole = read(town.database, customer)
    assert len(whole) == 14
    assert [activity.at for activity in whole] == sorted((activity.at for activity in whole), reverse=True)
    found: list[Activity] = []
    with town.database.read() as session:
        while page := activities(session, customer, before=found[-1].place if found else None, limit=3):
            found += page
    assert found == whole
