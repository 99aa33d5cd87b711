"""What the operator can do about a message that went wrong."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from campaigns.messages.rows import Message
from loyalty_core.errors import Conflict, NotFound
from loyalty_core.i18n import gettext


def send_again(session: Session, message_id: int) -> None:
    """Queue a message anew that failed, was dropped or is in doubt. NotFound; Conflict when it is none of these."""
    values = {
        "status": "queued",
        "attempts": 0,
        "recipient": None,
        "subject": None,
        "body": None,
        "token": None,
        "lease_until": None,
        "retry_at": None,
        "reason": None,
    }
    _decide(session, message_id, ("failed", "dropped", "in_doubt"), values)


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
