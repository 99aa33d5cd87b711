"""Campaigns that use a saved segment, and the trees of conditions in them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign, CampaignVersion
from campaigns.runtime.rows import Run
from loyalty_core.customers.attributes import Attribute
from segmenter.nesting import asks_for
from segmenter.trees import check
from segmenter.uses import Use, uses_in_trees


def used_by(session: Session, segment_id: int) -> list[Use]:
    """The campaigns that name this segment in their draft, newest version, or a version with a run going on.

    They keep it from being deleted; notices are campaigns too.
    """
    found = {use for use, settings in _steps(session) if _asks(settings, segment_id)}
    return sorted(found, key=lambda use: (use.name, use.id))


def trees_of_campaigns(session: Session) -> list[tuple[Use, Any]]:
    """The trees of conditions in the same graphs, those that can be read."""
    trees = ((use, settings["tree"]) for use, settings in _steps(session) if "tree" in settings)
    return [(use, tree) for use, tree in trees if not check(tree)]


def attribute_used_by(session: Session, attribute: Attribute) -> list[str]:
    """The names of the segments, promotions and campaigns that ask for an attribute."""
    key = f"attribute_{attribute.kind}"
    found = uses_in_trees(session, [attribute.id], key, trees_of_campaigns, "of")[attribute.id]
    return [use.name for use in found]


def _steps(session: Session) -> Iterator[tuple[Use, dict[str, Any]]]:
    """The settings of every step in drafts, newest versions and versions with a run going on."""
    newest = select(func.max(CampaignVersion.id)).group_by(CampaignVersion.campaign_id)
    going_on = select(Run.version_id).where(Run.status == "going_on")
    published = (
        select(Campaign.id, Campaign.name, CampaignVersion.graph)
        .join(Campaign, Campaign.id == CampaignVersion.campaign_id)
        .where(or_(CampaignVersion.id.in_(newest), CampaignVersion.id.in_(going_on)))
    )
    drafts = select(Campaign.id, Campaign.name, Campaign.graph)
    graphs = [*session.execute(drafts), *session.execute(published)]
    for row in graphs:
        for node in row.graph["nodes"]:
            yield Use("campaign", row.id, row.name), node.get("settings", {})


def _asks(settings: dict[str, Any], segment_id: int) -> bool:
    tree = settings.get("tree")
    return settings.get("segment") == segment_id or (not check(tree) and asks_for(tree, segment_id))
