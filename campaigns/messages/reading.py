"""Messages for pages and the API: lists, one message as it was sent, and counts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import case, func, select, text
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign
from campaigns.messages.openings import Click, clicks
from campaigns.messages.rows import Message, MessageOpening, MessageTry
from campaigns.messages.steps import StepTitles
from campaigns.runtime.rows import Run
from loyalty_core.customers.rows import Customer
from loyalty_core.database import id_set
from loyalty_core.errors import NotFound
from loyalty_core.i18n import gettext

# Said as the partial index says it, with no parameters, so that both databases use the index.
_TROUBLE = text("message.status IN ('failed', 'in_doubt')")
STATUSES = ("queued", "sending", "sent", "failed", "dropped", "in_doubt")
# What came back of letters; lists are asked for it as for a status.
ANSWERS = {"opened": MessageOpening.opened_at, "clicked": MessageOpening.clicked_at}


class Try(NamedTuple):
    """A channel that a message passed on from, and why."""

    channel: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class MessageView:
    """A message with the names of what it belongs to (`step` is the title of its node).

    `recipient`, `subject`, `text` and `body` are those that were sent, if any: of an e-mail subject and body (HTML),
    which is empty in lists; of other channels the text. `at` is when it was sent, else when it was queued. `tried` are
    the channels before this one, `cascade` all of them in order; `price` of an SMS is in minor units. `opened_at` and
    `clicked_at` are the first times, where they were counted; `clicks` are the links that were followed, not in lists.
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
    cascade: tuple[str, ...]
    tried: tuple[Try, ...]
    status: str
    recipient: str | None
    subject: str | None
    text: str | None
    parts: int | None
    price: int | None
    reason: str | None
    attempts: int
    at: datetime
    queued_at: datetime
    sent_at: datetime | None
    retry_at: datetime | None
    opened_at: datetime | None
    clicked_at: datetime | None
    body: str | None = None
    clicks: tuple[Click, ...] = ()


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
    """The newest messages that fit all that is given; for the next page, `before` is the last id of this one.

    A `status` may also be one of `ANSWERS`: letters that were opened, or in which a link was followed.
    """
    wanted = _select().order_by(Message.id.desc()).limit(limit)
    for column, value in (
        (Message.run_id, run_id),
        (Message.node, node),
        (Run.campaign_id, campaign_id),
        (Message.customer_id, customer_id),
        (Message.status, None if status in ANSWERS else status),
    ):
        if value is not None:
            wanted = wanted.where(column == value)
    if status in ANSWERS:
        wanted = wanted.where(ANSWERS[status].is_not(None))
    if status in ("failed", "in_doubt"):
        wanted = wanted.where(_TROUBLE)
    if before is not None:
        wanted = wanted.where(Message.id < before)
    rows = session.execute(wanted).all()
    titles = StepTitles(session, {row.run_id for row in rows})
    tried = tries(session, [row.id for row in rows if row.cascade])
    return [_view(row, titles, tried) for row in rows]


def message(session: Session, message_id: int) -> MessageView:
    """One message with its body; NotFound."""
    letter = case((Message.channel == "email", Message.body), else_=None).label("body")
    row = session.execute(_select(letter).where(Message.id == message_id)).one_or_none()
    if row is None:
        raise NotFound("id", gettext("There is no message %(id)s", id=message_id))
    followed = clicks(session, message_id) if row.clicked_at else ()
    return replace(_view(row, StepTitles(session, {row.run_id}), tries(session, [row.id])), clicks=followed)


def tries(session: Session, messages: Collection[int]) -> dict[int, tuple[Try, ...]]:
    """The channels that these messages passed on from, in order."""
    if not messages:
        return {}
    rows = select(MessageTry).where(MessageTry.message_id.in_(id_set(session, messages))).order_by(MessageTry.id)
    found: dict[int, tuple[Try, ...]] = {}
    for row in session.scalars(rows):
        found[row.message_id] = (*found.get(row.message_id, ()), Try(row.channel, row.reason, row.at))
    return found


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
            Message.cascade,
            Message.status,
            Message.recipient,
            Message.subject,
            case((Message.channel != "email", Message.body), else_=None).label("text"),
            Message.parts,
            Message.price,
            Message.reason,
            Message.attempts,
            Message.created_at.label("queued_at"),
            Message.sent_at,
            Message.retry_at,
            MessageOpening.opened_at,
            MessageOpening.clicked_at,
            *more,
        )
        .join(Customer, Customer.id == Message.customer_id)
        .join(Run, Run.id == Message.run_id)
        .join(Campaign, Campaign.id == Run.campaign_id)
        .outerjoin(MessageOpening, MessageOpening.message_id == Message.id)
    )


def _view(row: Any, titles: StepTitles, tried: Mapping[int, tuple[Try, ...]]) -> MessageView:
    values = dict(row._mapping)
    values["cascade"] = tuple(filter(None, row.cascade.split(",")))
    values["tried"] = tried.get(row.id, ())
    name = f"{values.pop('first_name')} {values.pop('last_name')}".strip()
    step = titles.of(row.run_id, row.node)
    return MessageView(**values, customer_name=name, step=step, at=row.sent_at or row.queued_at)
