"""Lets a channel rest that takes nothing: one try now and then, however many messages wait for it."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from campaigns.messages.rows import ChannelPause
from loyalty_core.database import insert_into

REST = timedelta(seconds=15)


def pause(session: Session, channel: str, since: datetime, now: datetime, reason: str) -> None:
    """Nobody tries the channel for a while; jobs that have begun `since` count it too."""
    values = {"since": since, "until": now + REST, "reason": reason[: ChannelPause.reason.type.length]}
    insert = insert_into(session, ChannelPause).values(channel=channel, **values)
    session.execute(insert.on_conflict_do_update(index_elements=[ChannelPause.channel], set_=values))


def end(session: Session, channel: str) -> None:
    """The channel takes messages again."""
    session.execute(delete(ChannelPause).where(ChannelPause.channel == channel))


def pauses(session: Session, now: datetime) -> list[ChannelPause]:
    """The channels that rest at this moment, with what they said."""
    # A pause that begins later is one of a tick for another moment.
    resting = select(ChannelPause).where(ChannelPause.since <= now, ChannelPause.until > now)
    return list(session.scalars(resting.order_by(ChannelPause.channel)))


def rests(session: Session, channel: str, now: datetime) -> bool:
    """Whether the channel rests at this moment."""
    return any(pause.channel == channel for pause in pauses(session, now))
