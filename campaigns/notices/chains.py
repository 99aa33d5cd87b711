"""Draws the chain of a notice: its trigger, a filter on whom it concerns, and the message."""

from collections.abc import Mapping
from typing import Any

from campaigns.notices.kinds import AT, KINDS, NoticeData
from loyalty_core.i18n import gettext, ngettext

RANK = 120
# How the fields of steps are called on the form.
FIELDS = {"within_days": "days_before", "amount": "least_amount"}


def draw(data: NoticeData, owner_id: int) -> dict[str, Any]:
    """The graph of a notice of this programme or customer group: trigger → filter → message."""
    followers = {"condition": KINDS[data.kind].owner, "op": "has", "value": [owner_id]}
    steps = [
        _trigger(data),
        ("filter_customers", {"tree": {"all": [followers]}}),
        ("send_message", _message(data)),
    ]
    nodes = [
        {"id": f"n{place}", "type": key, "settings": settings, "position": {"x": 0, "y": RANK * (place - 1)}}
        for place, (key, settings) in enumerate(steps, 1)
    ]
    edges = [
        {"source": "n1", "port": "out", "target": "n2"},
        {"source": "n2", "port": "yes", "target": "n3"},
    ]
    return {"nodes": nodes, "edges": edges}


def name_of(data: NoticeData, owner_name: str) -> str:
    """What the campaign is called."""
    what = str(KINDS[data.kind].title)
    if KINDS[data.kind].several:
        ahead = ngettext("%(num)s day ahead", "%(num)s days ahead", data.days_before or 0)
        what = f"{what}, {ahead}"
    return gettext("%(owner)s: %(notice)s", owner=owner_name, notice=what[:1].lower() + what[1:])


def differs(drawn: Mapping[str, Any], graph: Mapping[str, Any]) -> bool:
    """Whether a graph is another chain than the one that was drawn; where its steps stand does not count."""
    return _bare(drawn) != _bare(graph)


def _trigger(data: NoticeData) -> tuple[str, dict[str, Any]]:
    at = f"{data.at or AT:%H:%M}"
    match data.kind:
        case "welcome":
            return "customer_activated", {}
        case "welcome_burning":
            return "bonuses_about_to_burn", {"within_days": data.days_before, "source": "welcome", "at": at}
        case "burning":
            settings: dict[str, Any] = {"within_days": data.days_before, "at": at}
            if data.least_amount:
                settings["amount"] = f"{data.least_amount // 100}.{data.least_amount % 100:02}"
            return "bonuses_about_to_burn", settings
        case "blocked":
            return "customer_blocked", {}
        case "registered":
            return "customer_registered", {}
    return "purchase_made", {}


def _message(data: NoticeData) -> dict[str, Any]:
    settings = {"channels": list(data.channels), "text": data.text, "to": data.to}
    more = {"subject": data.subject, "phone": data.phone}
    return settings | {name: value for name, value in more.items() if value}


def _bare(graph: Mapping[str, Any]) -> tuple[dict[str, Any], set[tuple[str, str, str]]]:
    steps = {node["id"]: (node["type"], node.get("settings", {})) for node in graph["nodes"]}
    return steps, {(edge["source"], edge["port"], edge["target"]) for edge in graph["edges"]}
