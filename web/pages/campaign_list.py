"""Reads campaigns for the list: chain, state, next start and totals, in a fixed number of statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign, CampaignVersion
from campaigns.checking import check
from campaigns.graph import Graph, Node, read_graph
from campaigns.messages.rows import LetterTemplate
from campaigns.node_types import ClockTrigger
from campaigns.notices.owners import Owner
from campaigns.notices.reading import origins
from campaigns.runtime.reading import totals_by_campaign
from campaigns.runtime.rows import Run, RunIntake
from campaigns.wall_clock import zones_in_use
from loyalty_core.errors import Refused
from loyalty_core.ledger.bonus_types import BonusType
from loyalty_core.organisation import LegalEntity, organisation
from segmenter.segments import Segment

# A daily chain answers within two days, one for a single date within a year.
HORIZONS = (timedelta(days=2), timedelta(days=366))
STATES = ("live", "paused", "draft", "finished")
Started = set[tuple[int, str, str]]  # campaign, occurrence, part
TOTALS = ("inside", "entered", "granted", "finished", "failed")


@dataclass
class CampaignRow:
    """A line of the list. `totals` is None for a campaign that nobody has entered; `granted` is in minor units.

    `origin` is whose form the chain comes from, where it does.
    """

    campaign: Campaign
    chain: list[Node]
    problems: int
    next_start: datetime | None
    at_each_event: str | None
    going_on: int | None
    origin: Owner | None
    totals: Mapping[str, int] | None

    def fits(self, words: str) -> bool:
        """Whether all words are in the name, the trigger or a step."""
        text = " ".join([self.campaign.name, *(str(node.type.title) for node in self.chain)]).casefold()
        return all(word in text for word in words.casefold().split())


def campaign_rows(session: Session, now: datetime, since: datetime) -> list[CampaignRow]:
    """All campaigns, live ones first; totals are of the trips begun since a moment."""
    drawn_by_people = session.scalars(select(Campaign).where(~Campaign.one_off))
    campaigns = sorted(drawn_by_people, key=lambda each: (STATES.index(each.status), each.name.casefold()))
    kept = _preload(session)
    session.info["zones_in_use"] = zones_in_use(session)
    published = _newest_graphs(session)
    still = select(Run.campaign_id, func.max(Run.id)).where(Run.status == "going_on").group_by(Run.campaign_id)
    going_on = dict(session.execute(still).all())
    totals = totals_by_campaign(session, since)
    started, forms = _started(session, now), origins(session)
    rows = [
        _row(session, each, published.get(each.id), going_on.get(each.id), forms.get(each.id), totals, started, now)
        for each in campaigns
    ]
    del kept
    return rows


def _preload(session: Session) -> list[Any]:
    """What steps refer to, held so that looking one up asks the session and not the database."""
    return [row for kind in (LegalEntity, BonusType, Segment, LetterTemplate) for row in session.scalars(select(kind))]


def _newest_graphs(session: Session) -> dict[int, dict[str, Any]]:
    newest = select(func.max(CampaignVersion.id)).group_by(CampaignVersion.campaign_id)
    found = select(CampaignVersion.campaign_id, CampaignVersion.graph).where(CampaignVersion.id.in_(newest))
    return dict(session.execute(found).all())


def _started(session: Session, now: datetime) -> Started:
    """Occurrences that somebody started by hand before their time: the clock will not start them again."""
    found = select(Run.campaign_id, Run.occurrence, RunIntake.part).join(RunIntake, RunIntake.run_id == Run.id)
    rows = session.execute(found.where(Run.moment > now - HORIZONS[0]))
    return {(campaign, occurrence.partition(" ")[0], part) for campaign, occurrence, part in rows}


def _row(
    session: Session,
    campaign: Campaign,
    published: dict[str, Any] | None,
    going_on: int | None,
    origin: Owner | None,
    totals: Mapping[int, Mapping[str, int]],
    started: Started,
    now: datetime,
) -> CampaignRow:
    graph = _graph(campaign.graph)
    problems = 0
    if campaign.status == "draft" and graph is not None:
        problems = sum(problem.severity == "error" for problem in check(session, graph, campaign.settings, now))
    running = _graph(published) if campaign.status == "live" else None
    start, words = _next_start(session, campaign.id, running, started, now) if running else (None, None)
    return CampaignRow(campaign, _chain(graph), problems, start, words, going_on, origin, totals.get(campaign.id))


def _graph(raw: dict[str, Any] | None) -> Graph | None:
    try:
        return None if raw is None else read_graph(raw)
    except Refused:
        # A step's type came with a package that is no longer installed.
        return None


def _chain(graph: Graph | None) -> list[Node]:
    if graph is None:
        return []
    return list(graph.nodes.values()) if graph.cycle() else list(graph.in_order())


def _next_start(
    session: Session, campaign_id: int, graph: Graph, started: Started, now: datetime
) -> tuple[datetime | None, str | None]:
    trigger = graph.triggers[0]
    try:
        settings = trigger.type.load(trigger.settings)
    except ValidationError:
        return None, None
    if not isinstance(trigger.type, ClockTrigger):
        return None, trigger.type.summary(session, settings)
    zone = organisation(session).zone
    for horizon in HORIZONS:
        coming = trigger.type.occurrences(session, settings, now, now + horizon)
        if starts := [start for start in coming if (campaign_id, start.key, start.part) not in started]:
            # Zones ahead of ours start earlier; the time that people wrote is the one on our own clock.
            ours = (start.due for start in starts if start.part == zone)
            return next(ours, starts[0].due), None
    return None, None
