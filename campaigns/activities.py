"""What happened to a customer, newest first: the core's activities with their campaigns, and messages between them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign, CampaignVersion
from campaigns.messages.channels.titles import title as channel_title
from campaigns.messages.openings import TRACKED_CHANNEL, openings
from campaigns.messages.reading import Try, tries
from campaigns.messages.rows import Message
from campaigns.messages.steps import StepTitles
from campaigns.runtime.rows import Enrollment, Run
from loyalty_core.customers import activities as core
from loyalty_core.customers.activities import Place, older_than
from loyalty_core.customers.merged import numbers_of
from loyalty_core.database import id_set
from loyalty_core.i18n import gettext

WORDS_MAX = 80
_MESSAGE_COLUMNS = ("id", "created_at", "subject", "status", "enrollment_id", "node", "channel", "cascade")


class Trip(NamedTuple):
    """The run that an activity belongs to, and its campaign; of an action on a selection, who asked for it."""

    run_id: int
    campaign_id: int
    campaign: str
    asked_by: str | None


@dataclass(frozen=True)
class Activity(core.Activity):
    """An activity of the core, or a message (`kind` is `message`, its `amount` 0), with the campaign that asked for it.

    `run_id` and `source_node` say which run and which step; `step` is the step's title. Of an action on a selection,
    `asked_by` is who did it, and the campaign's name says what it was. `channel` is the one that a message goes by,
    `tried` are those before it, and why they could not carry it; `opened_at` and `clicked_at` are when a letter was
    first opened and a link of it first followed.
    """

    campaign_id: int | None = None
    campaign: str | None = None
    run_id: int | None = None
    asked_by: str | None = None
    step: str | None = None
    message_id: int | None = None
    message_status: str | None = None
    channel: str | None = None
    tried: tuple[Try, ...] = ()
    opened_at: datetime | None = None
    clicked_at: datetime | None = None


def activities(session: Session, customer_id: int, *, before: Place | None = None, limit: int = 50) -> list[Activity]:
    """The customer's activities, newest first, at most `limit`; `before` is the last one's place on the page before."""
    found = core.activities(session, customer_id, before=before, limit=limit)
    messages = _messages(session, customer_id, before, limit)
    merged = sorted([*found, *messages], key=lambda activity: activity.place, reverse=True)[:limit]
    asked = {each.source_id for each in merged if each.source == "enrollment" and each.source_id is not None}
    trips = _trips(session, asked)
    titles = StepTitles(session, {trip.run_id for trip in trips.values()})
    return [_with_campaign(activity, trips, titles) for activity in merged]


def _messages(session: Session, customer_id: int, before: Place | None, limit: int) -> list[Activity]:
    text = case((Message.channel != "email", Message.body), else_=None).label("text")
    columns = [getattr(Message, name) for name in _MESSAGE_COLUMNS]
    wanted = (
        select(*columns, text)
        .where(
            Message.customer_id.in_(numbers_of(session, customer_id)),
            older_than(before, "message", Message.created_at, Message.id),
        )
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(limit)
    )
    rows = session.execute(wanted).all()
    tried = tries(session, [row.id for row in rows if row.cascade])
    opened = openings(session, [row.id for row in rows if row.channel == TRACKED_CHANNEL])
    return [
        Activity(
            at=row.created_at,
            kind="message",
            title=_title(row.channel, row.subject, row.text),
            amount=0,
            place=Place(row.created_at, "message", row.id),
            source="enrollment",
            source_id=row.enrollment_id,
            source_node=row.node,
            message_id=row.id,
            message_status=row.status,
            channel=row.channel,
            tried=tried.get(row.id, ()),
            **(opened[row.id]._asdict() if row.id in opened else {}),
        )
        for row in rows
    ]


def _title(channel: str, subject: str | None, text: str | None) -> str:
    """What was sent, by its first words."""
    if channel == "email":
        return gettext("Letter “%(subject)s”", subject=subject) if subject else gettext("Letter")
    words = " ".join((text or "").split())
    shown = f"{words[:WORDS_MAX].rstrip()}…" if len(words) > WORDS_MAX else words
    name = channel_title(channel)
    return gettext("%(channel)s “%(text)s”", channel=name, text=shown) if shown else name


def _trips(session: Session, enrollments: Collection[int]) -> dict[int, Trip]:
    """The run and campaign of each enrollment."""
    asked_by = case((Campaign.one_off, CampaignVersion.published_by))
    rows = (
        select(Enrollment.id, Run.id, Campaign.id, Campaign.name, asked_by)
        .join(Run, Run.id == Enrollment.run_id)
        .join(Campaign, Campaign.id == Run.campaign_id)
        .join(CampaignVersion, CampaignVersion.id == Run.version_id)
        .where(Enrollment.id.in_(id_set(session, enrollments)))
    )
    return {row[0]: Trip(*row[1:]) for row in session.execute(rows)}


def _with_campaign(activity: core.Activity, trips: Mapping[int, Trip], titles: StepTitles) -> Activity:
    values = {field.name: getattr(activity, field.name) for field in fields(activity)}
    trip = trips.get(activity.source_id) if activity.source == "enrollment" and activity.source_id else None
    if trip is not None:
        values |= trip._asdict()
        if activity.source_node is not None and trip.asked_by is None:
            values["step"] = titles.of(trip.run_id, activity.source_node)
    return Activity(**values)
