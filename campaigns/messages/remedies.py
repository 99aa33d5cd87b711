"""What the operator can do about a message that went wrong."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, literal, or_, select, update
from sqlalchemy.orm import Session

from campaigns.messages.channels.registry import CHANNELS
from campaigns.messages.rows import Message
from campaigns.runtime.rows import Run
from loyalty_core.errors import Conflict, NotFound
from loyalty_core.i18n import gettext


def send_again(session: Session, message_id: int) -> None:
    """Queue a message anew that failed, was dropped or is in doubt. NotFound; Conflict when it is none of these.

    Nothing more is sent of a run that was stopped: Conflict, too.
    What went through a cascade in vain begins with its first channel again; what is in doubt stays with its own.
    """
    stopped = select(Run.stopped_at).join(Message, Message.run_id == Run.id).where(Message.id == message_id)
    if session.scalar(stopped) is not None:
        raise Conflict("status", gettext("Its run was stopped: nothing more is sent of it"))
    values = {
        "status": "queued",
        "channel": case(
            (or_(Message.cascade == "", Message.status == "in_doubt"), Message.channel), else_=_first_channel()
        ),
        "attempts": 0,
        "recipient": None,
        "subject": None,
        "body": None,
        "parts": None,
        "price": None,
        "token": None,
        "lease_until": None,
        "retry_at": None,
        "reason": None,
    }
    _decide(session, message_id, ("failed", "dropped", "in_doubt"), values)


def _first_channel() -> ColumnElement[str]:
    """The first of the names of a cascade."""
    firsts = ((Message.cascade.startswith(f"{channel},"), literal(channel)) for channel in CHANNELS)
    return case(*firsts, else_=Message.channel)


def mark_sent(session: Session, message_id: int, now: datetime) -> None:
    """Settle a message in doubt: it did leave. NotFound; Conflict when it is not in doubt."""
    values = {"status": "sent", "sent_at": now, "token": None, "lease_until": None, "reason": None}
    _decide(session, message_id, ("in_doubt",), values)


def _decide(session: Session, message_id: int, statuses: tuple[str, ...], values: dict[str, Any]) -> None:
    decided = update(Message).where(Message.id == message_id, Message.status.in_(statuses)).values(**values)
    if session.execute(decided.returning(Message.id)).first() is None:
        found = session.get(Message, message_id)
        if found is None:
            raise NotFound("id", gettext("There is no message %(id)s", id=message_id))
        raise Conflict("status", gettext("The message is %(status)s", status=found.status.replace("_", " ")))
