"""Publishing a campaign, pausing and resuming it."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign, CampaignVersion
from campaigns.checking import check
from campaigns.editing import find
from campaigns.graph import read_graph
from campaigns.problems import NotReady
from loyalty_core.errors import Conflict
from loyalty_core.i18n import gettext


def newest_version(session: Session, campaign_id: int) -> CampaignVersion | None:
    """The version that new trips take; None before the first publication."""
    newest = select(CampaignVersion).where(CampaignVersion.campaign_id == campaign_id)
    return session.scalar(newest.order_by(CampaignVersion.number.desc()).limit(1))


def publish(session: Session, campaign_id: int, now: datetime, by: str, note: str = "") -> CampaignVersion:
    """Make an immutable version of the draft, which new trips take from now on; raises NotReady with the errors.

    The clock starts what falls due after the first publication, nothing that was due before it.
    """
    campaign = find(session, campaign_id, lock=True)
    if campaign.one_off and campaign.status != "draft":
        raise Conflict("campaign", gettext("This chain was drawn for an action on a selection: it runs once"))
    problems = check(session, read_graph(campaign.graph), campaign.settings, now)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise NotReady(errors)
    number = session.scalar(
        select(func.coalesce(func.max(CampaignVersion.number), 0) + 1).where(CampaignVersion.campaign_id == campaign_id)
    )
    version = CampaignVersion(
        campaign_id=campaign_id,
        number=number,
        graph=campaign.graph,
        settings=campaign.settings,
        note=note,
        published_at=now,
        published_by=by,
    )
    session.add(version)
    if campaign.status in ("draft", "finished"):
        campaign.clock_at = now
        campaign.status = "live"
    campaign.updated_at = now
    session.flush()
    return version


def pause(session: Session, campaign_id: int, now: datetime) -> Campaign:
    """Stop taking customers in and moving them on; those inside keep their places."""
    return _switch(session, campaign_id, "paused", now)


def resume(session: Session, campaign_id: int, now: datetime) -> Campaign:
    """Go on; what the clock missed meanwhile is caught up as the campaign's settings say."""
    return _switch(session, campaign_id, "live", now)


def _switch(session: Session, campaign_id: int, status: str, now: datetime) -> Campaign:
    campaign = find(session, campaign_id, lock=True)
    if campaign.status not in ("live", "paused"):
        raise Conflict("status", gettext("Publish the campaign first: it is not live"))
    campaign.status = status
    campaign.updated_at = now
    session.flush()
    return campaign
