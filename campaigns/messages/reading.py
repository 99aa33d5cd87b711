"""Messages for pages and the API: lists, one message as it was sent, and counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign
from campaigns.messages.rows import Message
from campaigns.messages.steps import StepTitles
from campaigns.runtime.rows import Run
from loyalty_core.customers import Customer
from loyalty_core.errors import NotFound
from loyalty_core.i18n import gettext

# Said as the partial index says it, with no parameters, so that both databases use the index.
_TROUBLE = text("message.status IN ('failed', 'in_doubt')")
STATUSES = ("queued", "sending", "sent", "failed", "dropped", "in_doubt")


@dataclass(frozen=True)
class MessageView:
    """A message with the names of what it belongs to (`step` is the title of its node).

    `recipient`, `subject` and `body` (HTML) are those that were sent, if any.
    `at` is when it was sent, else when it was queued. `body` is empty in lists.
    """

    id: int
    customer_id: int
    customer_name: str
    campaign_id: int
    campaign_name: str
    run_id: int
    node: str
    step: str
    channel: str
    status: str
    recipient: str | None
    subject: str | None
    reason: str | None
    attempts: int
    at: datetime
    queued_at: datetime
    sent_at: datetime | None
    retry_at: datetime | None
    body: str | None = None


def messages(
    session: Session,
    *,
    run_id: int | None = None,
    node: str | None = None,
    campaign_id: int | None = None,
    customer_id: int | None = None,
    status: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[MessageView]:
    """The newest messages that fit all that is given; for the next page, `before` is the last id of this one."""
    wanted = _select().order_by(Message.id.desc()).limit(limit)
    for column, value in (
        (Message.run_id, run_id),
        (Message.node, node),
        (Run.campaign_id, campaign_id),
        (Message.customer_id, customer_id),
        (Message.status, status),
    ):
        if value is not None:
            wanted = wanted.where(column == value)
    if status in ("failed", "in_doubt"):
        wanted = wanted.where(_TROUBLE)
    if before is not None:
        wanted = wanted.where(Message.id < before)
    rows = session.execute(wanted).all()
    titles = StepTitles(session, {row.run_id for row in rows})
    return [_view(row, titles) for row in rows]


def message(session: Session, message_id: int) -> MessageView:
    """One message with its body; NotFound."""
    row = session.execute(_select(Message.body).where(Message.id == message_id)).one_or_none()
    if row is None:
        raise NotFound("id", gettext("There is no message %(id)s", id=message_id))
    return _view(row, StepTitles(session, {row.run_id}))


def counts(session: Session, run_id: int) -> dict[str, int]:
    """How many messages of a run have each status; every status is named."""
    found = select(Message.status, func.count()).where(Message.run_id == run_id).group_by(Message.status)
    return dict.fromkeys(STATUSES, 0) | dict(session.execute(found).all())


def troubles(session: Session) -> dict[str, int]:
    """How many messages of all runs wait for the operator: in doubt, and failed."""
    found = select(Message.status, func.count()).where(_TROUBLE).group_by(Message.status)
    return {"in_doubt": 0, "failed": 0} | dict(session.execute(found).all())


def _select(*more: Any) -> Any:
    return (
        select(
            Message.id,
            Message.customer_id,
            Customer.first_name,
            Customer.last_name,
            Campaign.id.label("campaign_id"),
            Campaign.name.label("campaign_name"),
            Message.run_id,
            Message.node,
            Message.channel,
            Message.status,
            Message.recipient,
            Message.subject,
            Message.reason,
            Message.attempts,
            Message.created_at.label("queued_at"),
            Message.sent_at,
            Message.retry_at,
            *more,
        )
        .join(Customer, Customer.id == Message.customer_id)
        .join(Run, Run.id == Message.run_id)
        .join(Campaign, Campaign.id == Run.campaign_id)
    )


def _view(row: Any, titles: StepTitles) -> MessageView:
    values = dict(row._mapping)
    name = f"{values.pop('first_name')} {values.pop('last_name')}".strip()
    step = titles.of(row.run_id, row.node)
    return MessageView(**values, customer_name=name, step=step, at=row.sent_at or row.queued_at)
