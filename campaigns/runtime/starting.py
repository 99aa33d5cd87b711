"""Starts runs: by the clock, by hand, and from events."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import BigInteger, Select, String, cast, func, literal, null, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from campaigns.campaign_settings import enters_once, reentry_days
from campaigns.campaigns import Campaign, CampaignVersion
from campaigns.editing import find
from campaigns.graph import Graph, Node, read_graph
from campaigns.node_types import ClockTrigger, EventTrigger, Occurrence, Step
from campaigns.publication import newest_version
from campaigns.runtime.intake import enroll, open_run
from campaigns.runtime.rows import Enrollment, Run, RunIntake
from loyalty_core.database import id_set, insert_into
from loyalty_core.errors import Conflict, Refused
from loyalty_core.events import Event
from loyalty_core.i18n import gettext
from loyalty_core.organisation import organisation

log = structlog.get_logger()

EVENTS_MAX = 5000  # events taken in one transaction


def start_by_hand(
    session: Session, campaign_id: int, now: datetime, batch_size: int, at: datetime | None = None
) -> tuple[Run, bool]:
    """Start the run that the moment `at` (now, where not said) means; also says whether it had already been started.

    Starting again adds nobody twice: the run, its zones and the campaign's re-entry rule are unique in the database.
    """
    campaign = find(session, campaign_id, lock=True)
    version = newest_version(session, campaign_id)
    if version is None:
        raise Conflict("campaign", gettext("Publish the campaign first"))
    if campaign.status != "live":
        raise Conflict("campaign", gettext("Resume the campaign first: it is not live"))
    graph = read_graph(version.graph)
    (trigger,) = graph.triggers
    if not isinstance(trigger.type, ClockTrigger):
        raise Refused("campaign", gettext("This chain starts by itself at each event; it has no run to start by hand"))
    try:
        parts = trigger.type.by_hand(session, trigger.type.load(trigger.settings), at or now)
    except OverflowError:
        raise Refused("at", gettext("Choose a moment that has a day before and after it")) from None
    started: list[Run] = []
    for part in parts:
        run, created = open_run(session, version, part.key, parts[0].due, now, part=part.part, by_hand=True)
        started += [run] if created else []
        take_in(session, run, graph, version.settings, part, now, batch_size)
    return (started[0], False) if started else (run, True)


def take_in(
    session: Session,
    run: Run,
    graph: Graph,
    settings: Mapping[str, Any],
    part: Occurrence,
    now: datetime,
    batch_size: int,
) -> int:
    """Take the customers of one part of an occurrence (a time zone's) into the run; the same part again adds nobody.

    `settings` are the campaign's: its re-entry rule goes beside the trigger's own, such as a birthday once a year.
    """
    fresh = session.scalar(
        insert_into(session, RunIntake)
        .values(run_id=run.id, part=part.part, at=now, entered=0)
        .on_conflict_do_nothing(index_elements=["run_id", "part"])
        .returning(RunIntake.part)
    )
    if fresh is None:
        return 0
    (trigger,) = graph.triggers
    entering = whom(session, graph, trigger, part, now)
    kept_out = barred(run.campaign_id, settings, now)
    if kept_out is not None:
        entering = entering.where(entering.selected_columns[0].not_in(kept_out))
    entered = enroll(session, run, trigger.id, entering, now, batch_size)
    session.execute(
        update(RunIntake).where(RunIntake.run_id == run.id, RunIntake.part == part.part).values(entered=entered)
    )
    return entered


def whom(session: Session, graph: Graph, trigger: Node, part: Occurrence, now: datetime) -> Select[int, str, int]:
    """SELECT customer id, entry key, event id: who enters at this part of an occurrence."""
    clock = trigger.type
    assert isinstance(clock, ClockTrigger)
    customer, entry_key = clock.customers(session, clock.load(trigger.settings), part).subquery("whose").c
    entering = select(customer, entry_key, cast(null(), BigInteger).label("event_id"))
    if clock.brings_customers:
        return entering
    # A plain date brings nobody: where only segments follow it, they say who comes (domain.md, e11).
    followers = [graph.nodes[edge.target] for edge in graph.after(trigger.id)]
    supplies = [
        node.type.supplies(session, node.type.load(node.settings), now)
        for node in followers
        if isinstance(node.type, Step)
    ]
    named = [supply for supply in supplies if supply is not None]
    if not named or len(named) < len(supplies):
        return entering
    return entering.where(customer.in_(named[0].union(*named[1:]) if named[1:] else named[0]))


def take_events(session: Session, now: datetime, batch_size: int) -> int:
    """Hand the oldest events that wait to every live campaign that listens to them; how many events were handed over.

    A campaign that listens has one run a day of the organisation's calendar, and takes events in sets.
    """
    waiting = select(Event.id).where(Event.taken_at.is_(None)).order_by(Event.id).limit(EVENTS_MAX)
    events = list(session.scalars(waiting.with_for_update(skip_locked=True)))
    if not events:
        return 0
    today = now.astimezone(ZoneInfo(organisation(session).zone)).date()
    live = select(Campaign.id).where(Campaign.status == "live").order_by(Campaign.id)
    for campaign_id in session.scalars(live).all():
        try:
            with session.begin_nested():
                _take_events_for(session, campaign_id, events, today.isoformat(), now, batch_size)
        except OperationalError:
            raise
        except Exception as error:
            # One chain that cannot be read (a package with a step type is gone) must not stop the others.
            log.error("events.campaign", campaign=campaign_id, events=len(events), error=repr(error))
    session.execute(update(Event).where(Event.id.in_(id_set(session, events))).values(taken_at=now))
    return len(events)


def _take_events_for(
    session: Session, campaign_id: int, events: Sequence[int], day: str, now: datetime, batch_size: int
) -> None:
    version = newest_version(session, campaign_id)
    if version is None or not isinstance(_trigger(version).type, EventTrigger):
        return
    campaign = find(session, campaign_id, lock=True)
    # Asked again, now that nobody else can pause the campaign or publish another version.
    version = newest_version(session, campaign_id)
    assert version is not None
    trigger = _trigger(version)
    if campaign.status != "live" or not isinstance(trigger.type, EventTrigger):
        return
    entering = _entering(session, campaign_id, version, trigger.type, trigger, events, now)
    if session.scalar(select(entering.exists())):
        run, _ = open_run(session, version, day, now, now)
        enroll(session, run, trigger.id, entering, now, batch_size)


def _trigger(version: CampaignVersion) -> Node:
    (trigger,) = read_graph(version.graph).triggers
    return trigger


def _entering(
    session: Session,
    campaign_id: int,
    version: CampaignVersion,
    listener: EventTrigger,
    trigger: Node,
    events: Sequence[int],
    now: datetime,
) -> Select[int, str, int]:
    """SELECT customer id, entry key, event id of the events that start a trip under the campaign's re-entry rule."""
    counting = (
        select(Event.customer_id, Event.id)
        .where(Event.id.in_(id_set(session, events)), Event.kind == listener.event_kind, Event.taken_at.is_(None))
        .where(listener.predicate(listener.load(trigger.settings)))
    )
    kept_out = barred(campaign_id, version.settings, now)
    if kept_out is None:
        each = counting.subquery("counting")
        return select(each.c.customer_id, literal("event:") + cast(each.c.id, String), each.c.id)
    key = "once" if enters_once(version.settings) else "event:"
    return _first_of_each(counting.where(Event.customer_id.not_in(kept_out)), key)


def barred(campaign_id: int, settings: Mapping[str, Any], now: datetime) -> Select[int] | None:
    """SELECT id of the customers whom the re-entry rule keeps out, whichever version they entered; None: nobody."""
    entered = select(Enrollment.customer_id).where(Enrollment.campaign_id == campaign_id)
    if enters_once(settings):
        return entered
    days = reentry_days(settings)
    return None if days is None else entered.where(Enrollment.entered_at > now - timedelta(days=days))


def _first_of_each(counting: Select[int, int], key: str) -> Select[int, str, int]:
    """Of several events of a customer in the set, the first; the key ends with the event's id unless it is `once`."""
    each = counting.subquery("counting")
    first = func.min(each.c.id)
    entry_key = literal(key) + cast(first, String) if key.endswith(":") else literal(key)
    return select(each.c.customer_id, entry_key, first.label("event_id")).group_by(each.c.customer_id)
