"""Checks a chain as a whole and step by step, and computes what its cards and panels say."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from marshmallow import ValidationError
from sqlalchemy.orm import Session

from campaigns.campaign_settings import check_settings
from campaigns.graph import Graph, Node
from campaigns.node_types import ClockTrigger, Fact, Step
from campaigns.problems import Problem
from loyalty_core.i18n import gettext


def check(session: Session, graph: Graph, settings: Mapping[str, Any], now: datetime) -> list[Problem]:
    """Everything that keeps the chain from being published (errors) and what is probably not meant (warnings)."""
    problems = list(_shape(graph))
    for node in graph.nodes.values():
        problems += _node(session, node, now)
    problems += _guards(graph)
    problems += check_settings(settings)
    return problems


def _shape(graph: Graph) -> Iterable[Problem]:
    triggers = graph.triggers
    if not triggers:
        yield Problem("nodes", gettext("Add a trigger: a chain starts with one"))
    for extra in triggers[1:]:
        yield Problem.of_node(extra.id, gettext("Remove this trigger: a chain has one"))
    for edge in graph.edges:
        if graph.nodes[edge.target] in triggers:
            yield Problem.of_node(edge.target, gettext("Remove the line that leads into the trigger"))
    circle = graph.cycle()
    if circle:
        yield Problem.of_node(circle[0], gettext("Remove a line of this circle: a chain only goes forward"))
    if len(triggers) == 1:
        reached = graph.reached_from(triggers[0].id)
        if not reached:
            yield Problem.of_node(triggers[0].id, gettext("Connect a step: nothing happens after the trigger"))
        for node in graph.nodes.values():
            if node.id not in reached and node not in triggers:
                yield Problem.of_node(node.id, gettext("Draw a line to this step: nobody comes here"))


def _node(session: Session, node: Node, now: datetime) -> list[Problem]:
    try:
        settings = node.type.load(node.settings)
    except ValidationError as error:
        return [Problem.of_field(node.id, field, message) for field, message in _messages(error.messages_dict)]
    return list(node.type.problems(session, node.id, settings, now))


def _messages(errors: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    """Flatten marshmallow's nested messages to (dotted field, message)."""
    for field, inner in errors.items():
        place = f"{prefix}{field}"
        if isinstance(inner, Mapping):
            yield from _messages(inner, f"{place}.")
        else:
            yield from ((place, str(message)) for message in inner)


def _guards(graph: Graph) -> Iterable[Problem]:
    """Warn of an action that stands before the filter that was surely meant to guard it (domain.md, e12)."""
    if graph.cycle():
        return
    for node in graph.nodes.values():
        if isinstance(node.type, Step) and node.type.group == "actions":
            late = [graph.nodes[name] for name in graph.reached_from(node.id) if _guards_others(graph.nodes[name])]
            before = [name for name in graph.leading_to(node.id) if _guards_others(graph.nodes[name])]
            if late and not before:
                message = gettext(
                    "It stands before “%(guard)s”, so it acts on everybody. Move it after that step?",
                    guard=late[0].type.title,
                )
                yield Problem.of_node(node.id, message, "warning")


def _guards_others(node: Node) -> bool:
    return isinstance(node.type, Step) and node.type.guards


def summaries(session: Session, graph: Graph) -> dict[str, str]:
    """For each step whose settings are whole, its one line on the canvas."""
    found = {}
    for node in graph.nodes.values():
        try:
            found[node.id] = node.type.summary(session, node.type.load(node.settings))
        except ValidationError:
            continue
    return found


def examples(session: Session, graph: Graph, now: datetime) -> dict[str, list[Fact]]:
    """For each step whose settings are whole, what would happen with these values."""
    found = {}
    for node in graph.nodes.values():
        try:
            found[node.id] = list(node.type.example(session, node.type.load(node.settings), now))
        except ValidationError:
            continue
    return found


def starts(session: Session, graph: Graph) -> str:
    """When the chain starts by itself; the chain is known to have no problems."""
    (trigger,) = graph.triggers
    settings = trigger.type.load(trigger.settings)
    sentence: str = trigger.type.starts(session, settings)  # type: ignore[attr-defined]
    if isinstance(trigger.type, ClockTrigger):
        sentence += " " + gettext("Each customer's outlet decides the time zone.")
    return sentence
