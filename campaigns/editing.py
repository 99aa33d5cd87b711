"""Creating a campaign and changing its draft."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign
from campaigns.graph import read_graph
from loyalty_core.errors import Conflict, NotFound, Refused
from loyalty_core.i18n import gettext

NAME_MAX = 200
FIRST_GRAPH: dict[str, Any] = {
    # As in Loymax: a new campaign opens with "Сделан заказ" on it.
    "nodes": [{"id": "n1", "type": "purchase_made", "settings": {}, "position": {"x": 0, "y": 0}}],
    "edges": [],
}


class Stale(Conflict):
    """The draft has been changed meanwhile; `current` is the campaign as it is now."""

    def __init__(self, current: Campaign) -> None:
        message = gettext("The campaign has been changed meanwhile: it is at revision %(n)s", n=current.revision)
        super().__init__("revision", message)
        self.current = current


def find(session: Session, campaign_id: int, *, lock: bool = False) -> Campaign:
    """The campaign, locked until the end of the transaction where asked; raises NotFound."""
    query = select(Campaign).where(Campaign.id == campaign_id)
    found = session.scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)
    if found is None:
        raise NotFound("campaign", gettext("There is no campaign %(id)s", id=campaign_id))
    return found


def create(
    session: Session,
    name: str,
    now: datetime,
    graph: dict[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Campaign:
    """A new draft; without a graph it has a `purchase_made` trigger on it. Raises Refused for a wrong shape."""
    campaign = Campaign(
        name=_name(name),
        graph=_graph(FIRST_GRAPH if graph is None else graph),
        settings=dict(settings or {}),
        status="draft",
        created_at=now,
        updated_at=now,
    )
    session.add(campaign)
    session.flush()
    return campaign


def change(
    session: Session,
    campaign_id: int,
    revision: int,
    now: datetime,
    name: str | None = None,
    graph: dict[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Campaign:
    """Change the draft that the caller has seen (`revision`); raises Stale when it is another by now.

    A chain with problems may be saved.
    """
    campaign = find(session, campaign_id, lock=True)
    if campaign.one_off:
        raise Conflict("campaign", gettext("This chain was drawn for an action on a selection: it does not change"))
    if campaign.revision != revision:
        raise Stale(campaign)
    if name is not None:
        campaign.name = _name(name)
    if graph is not None:
        campaign.graph = _graph(graph)
    if settings is not None:
        campaign.settings = dict(settings)
    campaign.revision += 1
    campaign.updated_at = now
    session.flush()
    return campaign


def _name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > NAME_MAX or "\x00" in name:
        raise Refused("name", gettext("Write a name of 1 to %(most)s characters", most=NAME_MAX))
    return name


def _graph(graph: dict[str, Any]) -> dict[str, Any]:
    read_graph(graph)
    return graph
