"""What a notice would say, to whom and when, computed from its values."""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy.orm import Session

from campaigns.messages.letters import example_values
from campaigns.messages.sms import Cost, cost, sms_tariff
from campaigns.messages.texts import preview_text
from campaigns.notices.kinds import AT, NoticeData
from campaigns.wording import amount_in, bonuses, moment
from loyalty_core.i18n import gettext
from loyalty_core.local_time import end_of_day, moment_at
from loyalty_core.organisation import organisation

BURNING = 120_00


class Example(NamedTuple):
    """Who gets it and when, as a sentence; what it says; as an SMS, where that is one of its channels.

    `nobody` names, where there is a least amount, who gets nothing.
    """

    who: str
    text: str
    sms: Cost | None
    nobody: str | None = None


def example_of(session: Session, data: NoticeData, now: datetime) -> Example:
    """The example of a notice that `check_notice` has passed."""
    values = example_values()
    who, nobody = _who(data), None
    if data.days_before is not None:
        zone = ZoneInfo(organisation(session).zone)
        amount = max(BURNING, data.least_amount or 0)
        told = _next_look(data, now, zone)
        burns = end_of_day(told.astimezone(zone).date() + timedelta(days=data.days_before), zone)
        values |= {
            "burning": bonuses(amount),
            "burning_on": format_date(burns.astimezone(zone), "d MMMM y", locale="en"),
        }
        who = gettext(
            "A customer with %(amount)s burning on %(burns)s gets on %(told)s:",
            amount=amount_in(amount),
            burns=moment(burns, zone),
            told=moment(told, zone),
        )
        if data.least_amount and data.least_amount > 1:
            nobody = gettext("With %(amount)s burning nobody gets it.", amount=amount_in(data.least_amount - 1))
    text = preview_text(data.text, values)
    sms = cost(text, sms_tariff(session)) if "sms" in data.channels else None
    return Example(who, text, sms, nobody)


def _who(data: NoticeData) -> str:
    match data.kind:
        case "welcome":
            return gettext("A customer who joins now gets:")
        case "registered":
            return gettext("A customer who is registered now gets:")
        case "purchase":
            return gettext("A customer who buys now gets:")
    if data.to == "phone":
        return gettext("When a customer is blocked, %(phone)s gets:", phone=data.phone)
    return gettext("A customer who is blocked now gets:")


def _next_look(data: NoticeData, now: datetime, zone: ZoneInfo) -> datetime:
    """When the clock looks next: today at the time of day, or tomorrow."""
    today = now.astimezone(zone).date()
    look = moment_at(today, data.at or AT, zone)
    return look if look > now else moment_at(today + timedelta(days=1), data.at or AT, zone)
