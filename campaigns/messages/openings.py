"""Writes down that a letter was opened and that its links were followed, each of them once."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session

from campaigns.messages.rows import Message, MessageClick, MessageOpening
from campaigns.runtime.rows import Run
from loyalty_core.customers.merged import living_id
from loyalty_core.customers.rows import Customer
from loyalty_core.database import id_set, insert_into
from loyalty_core.events import record

TRACKED_CHANNEL = "email"
"""The only one of which anything comes back."""


class Opening(NamedTuple):
    """When a letter was first opened, and when a link of it was first followed."""

    opened_at: datetime
    clicked_at: datetime | None


class Click(NamedTuple):
    """A link that was followed, and when first."""

    url: str
    at: datetime


def is_known(session: Session, message_id: int, link: int | None = None) -> bool:
    """Whether the opening (of a link: the click) has been written down: then there is nothing to write."""
    if link is None:
        return session.get(MessageOpening, message_id) is not None
    return session.get(MessageClick, (message_id, link)) is not None


def record_opening(session: Session, message_id: int, now: datetime) -> None:
    """The letter was opened (`message.opened`, the first time); of a message that is gone nothing is written."""
    message = select(Message.id, Message.customer_id, Message.run_id, literal(now, MessageOpening.opened_at.type))
    columns = ["message_id", "customer_id", "run_id", "opened_at"]
    insert = insert_into(session, MessageOpening).from_select(columns, message.where(Message.id == message_id))
    first = insert.on_conflict_do_nothing().returning(MessageOpening.message_id)
    if session.execute(first).first() is not None:
        _tell(session, "message.opened", message_id, now)


def record_click(session: Session, message_id: int, link: int, url: str, now: datetime) -> None:
    """A link was followed (`message.clicked`, the letter's first time): who does that has opened the letter too."""
    record_opening(session, message_id, now)
    first = update(MessageOpening).where(MessageOpening.message_id == message_id, MessageOpening.clicked_at.is_(None))
    if session.execute(first.values(clicked_at=now).returning(MessageOpening.message_id)).first() is not None:
        _tell(session, "message.clicked", message_id, now)
    message = select(Message.id, literal(link), literal(url), literal(now, MessageClick.at.type))
    columns = ["message_id", "link", "url", "at"]
    insert = insert_into(session, MessageClick).from_select(columns, message.where(Message.id == message_id))
    session.execute(insert.on_conflict_do_nothing())


def openings(session: Session, messages: Collection[int]) -> dict[int, Opening]:
    """Of these messages, those that were opened."""
    found = select(MessageOpening.message_id, MessageOpening.opened_at, MessageOpening.clicked_at)
    rows = session.execute(found.where(MessageOpening.message_id.in_(id_set(session, messages))))
    return {row.message_id: Opening(row.opened_at, row.clicked_at) for row in rows}


def clicks(session: Session, message_id: int) -> tuple[Click, ...]:
    """The links of a letter that were followed, in the order of the letter."""
    rows = select(MessageClick).where(MessageClick.message_id == message_id).order_by(MessageClick.link)
    return tuple(Click(row.url, row.at) for row in session.scalars(rows))


def counts(session: Session, run_id: int) -> dict[str, int]:
    """Of a run: how many letters were `sent`, how many of them `opened`, and in how many a link was `clicked`."""
    sent = select(func.count()).where(
        Message.run_id == run_id, Message.status == "sent", Message.channel == TRACKED_CHANNEL
    )
    found = select(func.count(), func.count(MessageOpening.clicked_at), sent.scalar_subquery())
    opened, clicked, letters = session.execute(found.where(MessageOpening.run_id == run_id)).one()
    return {"sent": letters, "opened": opened, "clicked": clicked}


def _tell(session: Session, kind: str, message_id: int, now: datetime) -> None:
    """Write the event, to who the customer is by now."""
    about = (
        select(living_id(), Run.campaign_id)
        .select_from(Message)
        .join(Customer, Customer.id == Message.customer_id)
        .join(Run, Run.id == Message.run_id)
        .where(Message.id == message_id)
    )
    customer_id, campaign_id = session.execute(about).one()
    record(session, kind, customer_id, now, message=message_id, campaign=campaign_id)
