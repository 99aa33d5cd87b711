"""Claims on messages: a token and a lease say who may send one, and the row says how far that has come.

queued ──claim──▶ queued, with a token ──begin──▶ sending ──finish──▶ sent, failed
  ▲                 │                               │
  ├─ lease lapsed ──┘                               ├─ not now: queued again, with a later `retry_at`
  └───────── the operator, or the setting ◀─ in_doubt ◀─ lease lapsed, or no answer

Where a cascade has another channel, what would fail or be dropped is queued for that one instead, in the same
statement that would end it. What is in doubt stays: it may have arrived.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Update, or_, select, text, update
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign
from campaigns.messages.channels.base import Answer, Outcome
from campaigns.messages.letters import Letter
from campaigns.messages.pauses import rests
from campaigns.messages.rows import Message, MessageTry
from campaigns.messages.sms import Cost
from campaigns.runtime.rows import Run
from loyalty_core.i18n import gettext

BACKOFF_MIN = (1, 5, 15, 60, 120, 240, 480)
ATTEMPTS_MAX = len(BACKOFF_MIN) + 1
REASON_MAX = 500

# Said as the partial index says it, with no parameters, so that both databases use the index.
_QUEUED = text("message.status IN ('queued', 'sending') AND message.status = 'queued'")


LEASE_MAX = timedelta(days=1)


class Claimed(NamedTuple):
    """A message that is ours to send."""

    id: int
    customer_id: int
    enrollment_id: int
    run_id: int
    node: str
    attempts: int
    channel: str
    cascade: str

    @property
    def next_channel(self) -> str | None:
        """Where the message goes when this channel cannot carry it."""
        channels = self.cascade.split(",")
        place = channels.index(self.channel) + 1 if self.channel in channels else len(channels)
        return channels[place] if place < len(channels) else None


def claim(session: Session, channel: str, token: str, now: datetime, lease_s: int, limit: int) -> list[Claimed]:
    """Claim the oldest messages that are due; none while the channel rests."""
    if rests(session, channel, now):
        return []
    free = _due(channel, now).order_by(Message.id).limit(limit).with_for_update(of=Message, skip_locked=True)
    claimed = _update(Message.id.in_(free)).values(token=token, lease_until=now + timedelta(seconds=lease_s))
    rows = session.execute(claimed.returning(*(getattr(Message, name) for name in Claimed._fields)))
    return sorted(Claimed(*row) for row in rows)


def any_due(session: Session, channel: str, now: datetime) -> bool:
    """Whether there is something to claim."""
    return not rests(session, channel, now) and session.scalar(_due(channel, now).limit(1)) is not None


def new_token() -> str:
    """A token that nobody else has."""
    return secrets.token_hex(16)


def renew(session: Session, messages: Sequence[Claimed], token: str, until: datetime) -> None:
    """Keep what has not been begun for longer."""
    session.execute(_mine(messages, token, "queued").values(lease_until=until))


def release(session: Session, messages: Sequence[Claimed], token: str, reason: str) -> None:
    """Give back what has not been begun, telling why; it counts as no attempt."""
    session.execute(_mine(messages, token, "queued").values(token=None, lease_until=None, reason=reason[:REASON_MAX]))


def begin(
    session: Session,
    message: Claimed,
    token: str,
    recipient: str,
    letter: Letter,
    until: datetime,
    cost: Cost | None = None,
) -> bool:
    """Mark as being sent, with what is sent and what it costs; False when the message is no longer ours."""
    begun = _mine([message], token, "queued").values(
        status="sending",
        recipient=recipient,
        subject=letter.subject or None,
        body=letter.html or letter.text,
        parts=cost.parts if cost else None,
        price=cost.price if cost else None,
        attempts=message.attempts + 1,
        lease_until=until,
    )
    return session.execute(begun.returning(Message.id)).first() is not None


def set_aside(
    session: Session, message: Claimed, token: str, status: str, reason: str, now: datetime, *, passes_on: bool = True
) -> None:
    """End a message that is not sent by this channel: `dropped` or `failed`, with the reason; or pass it on."""
    values = {"status": status, **_ended(reason)}
    if passes_on and message.next_channel:
        _pass_on(session, message, _mine([message], token, "queued"), reason, now)
    else:
        session.execute(_mine([message], token, "queued").values(values))


def take_back(session: Session, message: Claimed, token: str, reason: str) -> None:
    """Queue again what was begun and did not leave for no reason of its own; it counts as no attempt."""
    back = {"status": "queued", "attempts": message.attempts, **_unsent(), **_ended(reason)}
    session.execute(_mine([message], token, "sending", "in_doubt").values(**back))


def finish(session: Session, message: Claimed, token: str, answer: Answer, now: datetime, in_doubt: str) -> None:
    """Write down the answer, also when it comes after the message was declared in doubt; `in_doubt` is the setting."""
    mine, values = _mine([message], token, "sending", "in_doubt"), _after(message, answer, now, in_doubt)
    if values["status"] == "failed" and message.next_channel:
        _pass_on(session, message, mine, answer.words, now)
    else:
        session.execute(mine.values(**values))


def rescue(session: Session, now: datetime, in_doubt: str = "hold") -> int:
    """Find messages whose sender is gone: those being sent are in doubt, or sent again by the setting; how many."""
    reason = gettext("The sender stopped while it was sending: it may have left or not")
    # The token stays: a sender that was only frozen may still tell.
    values = {"status": "in_doubt", "reason": reason, "lease_until": None}
    if in_doubt == "send_again":
        values = {"status": "queued", **_unsent(), **_ended(reason)}
    lapsed = _update(_lapsed(now), Message.status == "sending").values(**values).returning(Message.id)
    found = len(session.execute(lapsed).all())
    never_begun = _update(_lapsed(now), Message.status == "queued")
    session.execute(never_begun.values(token=None, lease_until=None))
    return found


def _lapsed(now: datetime) -> ColumnElement[bool]:
    # A lease that ends much later is one of a tick by hand for another moment.
    return or_(Message.lease_until <= now, Message.lease_until > now + LEASE_MAX)


def _due(channel: str, now: datetime) -> Select[int]:
    """SELECT id of the messages that nobody has claimed and that need not wait; none of a paused or stopped run."""
    held = or_(Campaign.status == "paused", Run.stopped_at.is_not(None))
    paused = select(Run.id).join(Campaign, Campaign.id == Run.campaign_id).where(held)
    return select(Message.id).where(
        _QUEUED,
        Message.channel == channel,
        or_(Message.lease_until.is_(None), _lapsed(now)),
        or_(Message.retry_at.is_(None), Message.retry_at <= now),
        Message.run_id.not_in(paused),
    )


def _update(*where: Any) -> Update:
    return update(Message).where(*where).execution_options(synchronize_session=False)


def _mine(messages: Sequence[Claimed], token: str, *statuses: str) -> Update:
    ids = [message.id for message in messages]
    return _update(Message.id.in_(ids), Message.token == token, Message.status.in_(statuses))


def _after(message: Claimed, answer: Answer, now: datetime, in_doubt: str) -> dict[str, Any]:
    if answer.outcome is Outcome.SENT:
        return {"status": "sent", "sent_at": now, **_ended(None)}
    if answer.outcome is Outcome.UNKNOWN and in_doubt == "hold":
        return {"status": "in_doubt", **_ended(answer.words)}
    if answer.outcome is Outcome.REFUSED or message.attempts + 1 >= ATTEMPTS_MAX:
        return {"status": "failed", **_ended(answer.words)}
    again = now + timedelta(minutes=BACKOFF_MIN[message.attempts])
    return {"status": "queued", **_unsent(), **_ended(answer.words), "retry_at": again}


def _pass_on(session: Session, message: Claimed, mine: Update, reason: str, now: datetime) -> None:
    """Queue for the next channel of the cascade, and keep why this one could not carry it."""
    onward = {"status": "queued", "channel": message.next_channel, "attempts": 0, **_unsent(), **_ended(None)}
    if session.execute(mine.values(onward).returning(Message.id)).first() is not None:
        session.add(MessageTry(message_id=message.id, channel=message.channel, reason=reason[:REASON_MAX], at=now))


def _ended(reason: str | None) -> dict[str, Any]:
    return {"token": None, "lease_until": None, "retry_at": None, "reason": reason[:REASON_MAX] if reason else None}


def _unsent() -> dict[str, Any]:
    return dict.fromkeys(("recipient", "subject", "body", "parts", "price"))
