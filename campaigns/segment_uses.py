"""Campaigns and promotions that use a saved segment."""

from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign, CampaignVersion
from campaigns.runtime.rows import Run
from loyalty_core.promotions.changes import promotions_for_segment
from segmenter.nesting import asks_for
from segmenter.trees import check
from segmenter.uses import Use


def used_by(session: Session, segment_id: int) -> list[Use]:
    """What uses a segment above the segmenter, and keeps it from being deleted; notices are campaigns too."""
    promotions = promotions_for_segment(session, segment_id)
    return [*campaigns_with(session, segment_id), *(Use("promotion", *found) for found in promotions)]


def campaigns_with(session: Session, segment_id: int) -> list[Use]:
    """The campaigns that name this segment in their draft, newest version, or a version with a run going on."""
    newest = select(func.max(CampaignVersion.id)).group_by(CampaignVersion.campaign_id)
    going_on = select(Run.version_id).where(Run.status == "going_on")
    published = (
        select(Campaign.id, Campaign.name, CampaignVersion.graph)
        .join(Campaign, Campaign.id == CampaignVersion.campaign_id)
        .where(or_(CampaignVersion.id.in_(newest), CampaignVersion.id.in_(going_on)))
    )
    drafts = select(Campaign.id, Campaign.name, Campaign.graph)
    graphs = [*session.execute(drafts), *session.execute(published)]
    found = {Use("campaign", row.id, row.name) for row in graphs if _names(row.graph, segment_id)}
    return sorted(found, key=lambda use: (use.name, use.id))


def _names(graph: dict[str, Any], segment_id: int) -> bool:
    return any(_asks(node.get("settings", {}), segment_id) for node in graph["nodes"])


def _asks(settings: dict[str, Any], segment_id: int) -> bool:
    tree = settings.get("tree")
    return settings.get("segment") == segment_id or (not check(tree) and asks_for(tree, segment_id))
