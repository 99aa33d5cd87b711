"""Delivers what is queued: claims some, and sends one after the other, each with its own answer.

A message is marked as being sent, and that is committed, before the first byte of it leaves; its answer is committed
together with the mark of the next. So a killed process leaves at most one message in doubt, and none is sent twice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from time import monotonic

import structlog
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from campaigns.messages import claims, pauses
from campaigns.messages.channels.base import Answer, Channel, Dispatch, Unreachable
from campaigns.messages.channels.registry import CHANNELS
from campaigns.messages.claims import Claimed, rescue
from campaigns.messages.composition import Composition
from campaigns.messages.letters import BadLetter
from campaigns.messages.texts import NothingToSend
from campaigns.messages.tracked_letters import Tracker, trackers
from loyalty_core.customers.merged import living_id
from loyalty_core.customers.rows import MAIN_FIRST, Consent, Customer, Identity
from loyalty_core.database import Database
from loyalty_core.i18n import gettext
from loyalty_core.settings import Settings

__all__ = ["deliver_round", "deliver_some", "due", "rescue"]

_log = structlog.get_logger()


def due(session: Session, now: datetime) -> bool:
    """Whether there is a message that `deliver_some` would send now."""
    return any(claims.any_due(session, channel, now) for channel in CHANNELS)


def deliver_round(database: Database, settings: Settings, now: datetime, limit: int) -> int:
    """Send up to `limit` due messages by each channel; how many were dealt with."""
    return sum(deliver_some(database, settings, now, limit, channel) for channel in CHANNELS)


def deliver_some(
    database: Database, settings: Settings, now: datetime, limit: int = 100, channel: str = "email"
) -> int:
    """Send up to `limit` due messages; how many were dealt with (sent, failed, dropped, put off).

    0 means that nothing is due, or that the channel takes nothing at the moment: what was claimed is queued again then,
    and the channel rests for a while. `now` is the moment at which the job starts, and moves on by itself from there.
    """
    token = claims.new_token()
    with CHANNELS[channel](settings) as connection:
        with database.begin() as session:
            messages = claims.claim(session, channel, token, now, settings.lease_s, limit)
        if not messages:
            return 0
        with database.read() as session:
            composition = Composition(session, messages, now, channel)
            runs = {message.run_id for message in messages}
            tracked = trackers(session, settings, runs) if channel == "email" else {}
        return _Job(database, settings, connection, composition, tracked, token, now).run(messages)


class _Job:
    """One claim on its way through one connection."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        channel: Channel,
        composition: Composition,
        trackers: Mapping[int, Tracker],
        token: str,
        now: datetime,
    ) -> None:
        self._database = database
        self._settings = settings
        self._channel = channel
        self._composition = composition
        self._trackers = trackers
        self._token = token
        self._now = now
        self._started = monotonic()
        self._answered: tuple[Claimed, Answer] | None = None
        self._renew_at = now + timedelta(seconds=settings.lease_s / 2)

    def run(self, messages: Sequence[Claimed]) -> int:
        """Deal with the messages in order; stop where the channel takes nothing any more."""
        done, reason = 0, ""
        try:
            for message in messages:
                self._send(message, messages[done:])
                done += 1
        except Unreachable as error:
            reason = str(error)
            _log.warning("channel unreachable", channel=self._channel.name, reason=reason, waiting=len(messages) - done)
        finally:
            with self._database.begin() as session:
                self._write_answer(session)
                claims.release(session, messages[done:], self._token, reason)
                if reason:
                    pauses.pause(session, self._channel.name, self._now, self._clock(), reason)
                else:
                    pauses.end(session, self._channel.name)
        return done

    def _clock(self) -> datetime:
        return self._now + timedelta(seconds=monotonic() - self._started)

    def _send(self, message: Claimed, rest: Sequence[Claimed]) -> None:
        self._channel.connect()
        with self._database.begin() as session:
            self._write_answer(session)
            self._renew(session, rest)
            dispatch = self._prepare(session, message)
        self._answered = None
        if dispatch is None:
            return
        try:
            answer = self._channel.send(dispatch)
        except Unreachable as error:
            with self._database.begin() as session:
                claims.take_back(session, message, self._token, str(error))
            raise
        self._answered = message, answer

    def _prepare(self, session: Session, message: Claimed) -> Dispatch | None:
        """What is asked at the moment of sending, and then the mark "sending"; None when there is nothing to send."""
        recipient, refused = self._composition.given_recipient(message), False
        if recipient is None:
            recipient, refused = _recipient(session, message.customer_id, self._channel)
        if refused:
            self._set_aside(session, message, "dropped", gettext("The customer refused messages of this kind"))
        elif recipient is None:
            self._set_aside(session, message, "dropped", gettext("The customer has no address for it"))
        else:
            try:
                letter = self._composition.letter(message)
            except NothingToSend as error:
                self._set_aside(session, message, "dropped", str(error), passes_on=False)
                return None
            except BadLetter as error:
                self._set_aside(session, message, "failed", str(error))
                return None
            until = self._clock() + timedelta(seconds=self._channel.longest_s)
            cost = self._composition.cost(letter)
            if claims.begin(session, message, self._token, recipient, letter, until, cost):
                # Kept as it was composed: who looks at it here opens nothing.
                tracker = self._trackers.get(message.run_id)
                leaving = tracker.letter(message.id, letter) if tracker else letter
                return Dispatch(message.id, recipient, leaving, self._clock())
        return None

    def _set_aside(
        self, session: Session, message: Claimed, status: str, reason: str, *, passes_on: bool = True
    ) -> None:
        claims.set_aside(session, message, self._token, status, reason, self._clock(), passes_on=passes_on)

    def _write_answer(self, session: Session) -> None:
        if self._answered is not None:
            message, answer = self._answered
            claims.finish(session, message, self._token, answer, self._clock(), self._settings.in_doubt)

    def _renew(self, session: Session, rest: Sequence[Claimed]) -> None:
        now = self._clock()
        if now >= self._renew_at:
            lease = timedelta(seconds=self._settings.lease_s)
            claims.renew(session, rest, self._token, now + lease)
            self._renew_at = now + lease / 2


def _recipient(session: Session, customer_id: int, channel: Channel) -> tuple[str | None, bool]:
    """The customer's address, and whether they refused this channel: not having been asked is no refusal.

    Who has been merged since the message was written is asked for as who they are now.
    """
    person = select(living_id()).where(Customer.id == customer_id).scalar_subquery()
    address = (
        select(Identity.shown)
        .where(Identity.customer_id == person, Identity.kind == channel.mark)
        .order_by(*MAIN_FIRST)
        .limit(1)
        .scalar_subquery()
    )
    refusal = exists().where(Consent.customer_id == person, Consent.channel == channel.name, Consent.granted.is_(False))
    row = session.execute(select(address, refusal)).one()
    return row[0], bool(row[1])
