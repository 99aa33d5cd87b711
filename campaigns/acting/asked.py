"""What somebody asks to be done to a selection: an action of the palette with its settings, or entering a campaign."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign, CampaignVersion
from campaigns.checking import check
from campaigns.graph import read_graph
from campaigns.node_types import NodeType, Step
from campaigns.nodes import NODE_TYPES, customers_of_selection
from campaigns.problems import NotReady, Problem
from campaigns.publication import newest_version
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext

# Trigger and action, as they stand in the chain that is drawn.
TRIGGER, ACTION = "n1", "n2"


@dataclass(frozen=True)
class Asked:
    """Either an `action` (the key of a step type) with its settings as they were entered, or a `campaign_id`."""

    action: str | None = None
    settings: Mapping[str, Any] | None = None
    campaign_id: int | None = None


def actions() -> list[NodeType]:
    """What can be done to a selection: the actions of the palette, in its order."""
    return [each for each in NODE_TYPES.values() if each.group == "actions" and each.on_palette]


def step_of(asked: Asked) -> Step:
    """The step that is asked for; Refused where it is none that can be done to a selection."""
    found = next((each for each in actions() if each.key == asked.action), None)
    if not isinstance(found, Step):
        names = ", ".join(f"“{each.key}”" for each in actions())
        raise Refused("action", gettext("Choose an action: %(names)s", names=names))
    return found


def draw(selection_id: int, asked: Asked) -> dict[str, Any]:
    """The chain that does it once: the selection's customers → the action."""
    return {
        "nodes": [
            _node(TRIGGER, customers_of_selection.node_type.key, {"selection": selection_id}, 0),
            _node(ACTION, step_of(asked).key, dict(asked.settings or {}), 120),
        ],
        "edges": [{"source": TRIGGER, "port": "out", "target": ACTION}],
    }


def check_action(session: Session, selection_id: int, asked: Asked, now: datetime) -> None:
    """Raise NotReady with what is wrong, each at its place in what was asked (`settings.amount`)."""
    found = check(session, read_graph(draw(selection_id, asked)), {}, now)
    start = f"nodes.{ACTION}."
    wrong = [
        Problem(each.where.removeprefix(start), each.message, field=each.field)
        for each in found
        if each.severity == "error" and each.where.startswith(start)
    ]
    if wrong:
        raise NotReady(wrong)


def live_version(session: Session, campaign_id: int) -> CampaignVersion:
    """The version that customers would enter. Refused, at `campaign`, where there is none to enter."""
    campaign = session.get(Campaign, campaign_id)
    version = newest_version(session, campaign_id)
    if campaign is None or campaign.one_off or campaign.status != "live" or version is None:
        raise Refused("campaign", gettext("Choose a campaign that is live"))
    return version


def _node(name: str, key: str, settings: dict[str, Any], y: int) -> dict[str, Any]:
    return {"id": name, "type": key, "settings": settings, "position": {"x": 0, "y": y}}
