"""Short texts: what is left of them for a customer, and what they say of what burns."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from campaigns.messages.channels.file import FILE
from campaigns.messages.delivery import deliver_round
from campaigns.messages.letters import BadLetter
from campaigns.messages.rows import Message
from campaigns.messages.sms import SmsTariff, cost
from campaigns.messages.texts import check_text, preview_text
from campaigns.runtime.clock import tick
from campaigns.runtime.work import work_once
from loyalty_core.customers.blocks import block
from loyalty_core.customers.rows import Identity
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.redemption import redeem
from loyalty_core.settings import Settings
from tests.campaigns.town import NOON, Town

TOMORROW = NOON.replace(hour=10) + timedelta(days=1)


def message(text: str) -> dict[str, Any]:
    return {"type": "send_message", "channels": ["sms"], "text": text}


@pytest.fixture
def town(town: Town) -> Town:
    """The town, and Ann with a phone: 300 of hers burn in 4 days, 40 of a welcome bonus in 6, 500 in 90."""
    (ann,) = town.customers(1)
    with town.database.begin() as session:
        session.add(Identity(kind="phone", value="447700900001", shown="+44 7700 900001", customer_id=ann))
        for amount, days, source in ((300_00, 4, "page"), (40_00, 6, "welcome"), (500_00, 90, "page")):
            recipients = [Recipient(ann, f"{source}:{days}")]
            accrue_to_many(session, recipients, amount=amount, lifetime=Lifetime.days(days), source=source, at=NOON)
    return town


def said(town: Town, settings: Settings, *, spend: int = 0) -> list[str]:
    """What goes out tomorrow at ten; `spend` is spent between the step and the sending."""
    now = TOMORROW + timedelta(minutes=1)
    tick(town.database, now, settings)
    while work_once(town.database, now, settings.lease_s):
        pass
    if spend:
        with town.database.begin() as session:
            redeem(session, 1, amount=spend, key="x", at=now, source="page")
    deliver_round(town.database, settings, now, 100)
    file = settings.data / FILE
    return [json.loads(line)["text"] for line in file.read_text().splitlines()] if file.exists() else []


def test_a_warning_names_what_burns_within_its_days_and_the_first_day(town: Town, settings: Settings) -> None:
    trigger = {"type": "bonuses_about_to_burn", "within_days": 7, "at": "10:00"}
    town.publish(trigger, message("{{ burning }} burn from {{ burning_on }}, of {{ balance }}"), now=NOON)
    assert said(town, settings) == ["340 burn from 25 November 2026, of 840"]


def test_a_warning_of_the_welcome_bonus_names_that_one_alone(town: Town, settings: Settings) -> None:
    trigger = {"type": "bonuses_about_to_burn", "within_days": 7, "at": "10:00", "source": "welcome"}
    town.publish(trigger, message("{{ burning }} burn on {{ burning_on }}"), now=NOON)
    assert said(town, settings) == ["40 burn on 27 November 2026"]


def test_other_messages_name_what_burns_next(town: Town, settings: Settings) -> None:
    town.publish({"type": "customer_blocked"}, message("{{ burning }} burn on {{ burning_on }}"), now=NOON)
    with town.database.begin() as session:
        block(session, 1, "too often", NOON)
    assert said(town, settings) == ["300 burn on 25 November 2026"]


def test_what_was_spent_before_the_warning_left_is_told_to_nobody(town: Town, settings: Settings) -> None:
    trigger = {"type": "bonuses_about_to_burn", "within_days": 7, "at": "10:00"}
    town.publish(trigger, message("{{ burning }} burn"), now=NOON)
    assert said(town, settings, spend=340_00) == []
    with town.database.read() as session:
        (kept,) = session.scalars(select(Message)).all()
    assert (kept.status, kept.reason) == ("dropped", "Nothing burns any more: it has been spent meanwhile")


def test_an_amount_of_thousands_does_not_make_an_sms_one_of_other_letters() -> None:
    text = preview_text("You have {{ balance }} ,  {{ customer.first_name }}")
    assert text == "You have 1 240.50 , Anna"
    assert cost(text, SmsTariff(part_price=1, counting="encoding")).encoding == "GSM-7"


def test_a_text_may_be_empty_for_some_but_not_as_it_is_written() -> None:
    assert check_text("{% if bonuses %}{{ bonuses }}{% endif %}") == []
    for wrong in (
        "",
        " \n",
        "x" * 1001,
        "a\0b",
        "{{ 10**30000000 }}",
        "{{ customer }}",
        "{% for a in b %}{% endfor %}",
    ):
        assert check_text(wrong)
        with pytest.raises(BadLetter):
            preview_text(wrong)
