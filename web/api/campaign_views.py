"""Reads campaigns with what the API tells of them, in a few statements for a page of any length."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign, CampaignVersion
from campaigns.checking import check, summaries
from campaigns.graph import read_graph
from campaigns.publication import newest_version
from campaigns.runtime.reading import latest_run
from campaigns.runtime.rows import Run
from web.api.collections import page

_published = (
    select(func.max(CampaignVersion.number)).where(CampaignVersion.campaign_id == Campaign.id).scalar_subquery()
)
_latest_run = select(func.max(Run.id)).where(Run.campaign_id == Campaign.id).scalar_subquery()


def campaign_page(session: Session, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A page of campaigns, newest first, narrowed by `q` and `status`."""
    columns = (Campaign.id, Campaign.name, Campaign.status, Campaign.revision, Campaign.updated_at)
    query = select(*columns, _published.label("published_version"), _latest_run.label("latest_run"))
    query = query.where(~Campaign.one_off)
    if "after" in arguments:
        query = query.where(Campaign.id < arguments["after"][0])
    if arguments["q"]:
        query = query.where(Campaign.name.icontains(arguments["q"], autoescape=True))
    if "status" in arguments:
        query = query.where(Campaign.status == arguments["status"])
    found = session.execute(query.order_by(Campaign.id.desc()).limit(arguments["limit"] + 1)).all()
    return page(found, arguments["limit"], lambda campaign: (campaign.id,))


def whole(session: Session, campaign: Campaign, now: datetime) -> dict[str, Any]:
    """A campaign with its draft, the draft's problems, and where it stands against its newest version."""
    graph = read_graph(campaign.graph)
    version = newest_version(session, campaign.id)
    return {
        "id": campaign.id,
        "name": campaign.name,
        "status": campaign.status,
        "revision": campaign.revision,
        "graph": campaign.graph,
        "settings": campaign.settings,
        "updated_at": campaign.updated_at,
        "problems": check(session, graph, campaign.settings, now),
        "summaries": summaries(session, graph),
        "published_version": version.number if version else None,
        "changed_since_publication": version is not None
        and (version.graph, version.settings) != (campaign.graph, campaign.settings),
        "latest_run": latest_run(session, campaign.id),
    }
