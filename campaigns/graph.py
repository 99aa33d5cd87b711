"""The graph of a chain: its shape as JSON, and as an acyclic graph to walk."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import networkx as nx

from campaigns.node_types import NodeType, Trigger
from campaigns.nodes import NODE_TYPES
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext

NODES_MAX = 200
EDGES_MAX = 1000
POSITION_MAX = 1_000_000


@dataclass(frozen=True)
class Node:
    """A step: its type, its settings as they were entered, where it stands on the canvas."""

    id: str
    type: NodeType
    settings: dict[str, Any]
    position: dict[str, float]


@dataclass(frozen=True)
class Edge:
    """A line from a way out of one step to another step."""

    source: str
    port: str
    target: str


@dataclass
class Graph:
    """Steps and lines; every line leads from an existing way out to an existing step."""

    nodes: dict[str, Node]
    edges: list[Edge]
    _drawn: "nx.DiGraph[str]" = field(init=False)

    def __post_init__(self) -> None:
        self._drawn = nx.DiGraph()
        self._drawn.add_nodes_from(self.nodes)
        self._drawn.add_edges_from((edge.source, edge.target) for edge in self.edges)

    @property
    def triggers(self) -> list[Node]:
        """The steps where trips begin; a chain that can be published has exactly one."""
        return [node for node in self.nodes.values() if isinstance(node.type, Trigger)]

    def cycle(self) -> list[str]:
        """The steps of one circle, or nothing."""
        try:
            return [source for source, *_ in nx.find_cycle(self._drawn)]
        except nx.NetworkXNoCycle:
            return []

    def in_order(self) -> Iterator[Node]:
        """All steps, each after those that lead to it; the graph has no circle."""
        return (self.nodes[name] for name in nx.topological_sort(self._drawn))

    def after(self, node: str) -> list[Edge]:
        """The lines that leave a step."""
        return [edge for edge in self.edges if edge.source == node]

    def reached_from(self, node: str) -> set[str]:
        """The steps that a trip can come to from this one."""
        return set(nx.descendants(self._drawn, node))

    def leading_to(self, node: str) -> set[str]:
        """The steps that a trip may have passed before this one."""
        return set(nx.ancestors(self._drawn, node))


def read_graph(raw: Any) -> Graph:
    """Read a graph from plain JSON values; raises Refused where the shape is wrong. Settings are not checked here."""
    if not isinstance(raw, dict) or set(raw) != {"nodes", "edges"}:
        raise Refused("graph", gettext("A graph has nodes and edges"))
    nodes = _items(raw, "nodes", NODES_MAX)
    edges = _items(raw, "edges", EDGES_MAX)
    found: dict[str, Node] = {}
    for index, item in enumerate(nodes):
        node = _read_node(item, f"graph.nodes.{index}")
        if node.id in found:
            raise Refused(f"graph.nodes.{index}.id", gettext("Another step has the id %(id)s", id=node.id))
        found[node.id] = node
    lines = [_read_edge(item, f"graph.edges.{index}", found) for index, item in enumerate(edges)]
    return Graph(found, list(dict.fromkeys(lines)))


def _items(raw: dict[str, Any], key: str, most: int) -> list[Any]:
    items = raw[key]
    if not isinstance(items, list):
        raise Refused(f"graph.{key}", gettext("This must be a list"))
    if len(items) > most:
        raise Refused(f"graph.{key}", gettext("At most %(most)s are allowed", most=most))
    return items


def _read_node(raw: Any, where: str) -> Node:
    if not isinstance(raw, dict) or not {"id", "type"} <= set(raw) <= {"id", "type", "settings", "position"}:
        raise Refused(where, gettext("A step has an id, a type, settings and a position"))
    name, key = raw["id"], raw["type"]
    if not isinstance(name, str) or not 1 <= len(name) <= 40 or not name.replace("_", "").replace("-", "").isalnum():
        raise Refused(f"{where}.id", gettext("An id is 1 to 40 letters, digits, - or _"))
    if not isinstance(key, str) or key not in NODE_TYPES:
        raise Refused(f"{where}.type", gettext("There is no step of the type %(type)s", type=key))
    settings = raw.get("settings", {})
    if not isinstance(settings, dict):
        raise Refused(f"{where}.settings", gettext("Settings are an object"))
    return Node(name, NODE_TYPES[key], settings, _read_position(raw.get("position", {"x": 0, "y": 0}), where))


def _read_position(raw: Any, where: str) -> dict[str, float]:
    if not isinstance(raw, dict) or set(raw) != {"x", "y"}:
        raise Refused(f"{where}.position", gettext("A position has x and y"))
    for axis, value in raw.items():
        # Asked this way round, what is no number at all (NaN) is refused too.
        if isinstance(value, bool) or not isinstance(value, int | float) or not -1e6 <= value <= 1e6:
            raise Refused(f"{where}.position.{axis}", gettext("Write a number"))
    return raw


def _read_edge(raw: Any, where: str, nodes: dict[str, Node]) -> Edge:
    if not isinstance(raw, dict) or set(raw) != {"source", "port", "target"}:
        raise Refused(where, gettext("A line has a source, a port and a target"))
    for end in ("source", "target"):
        if not isinstance(raw[end], str) or raw[end] not in nodes:
            raise Refused(f"{where}.{end}", gettext("There is no step %(id)s", id=raw[end]))
    if not isinstance(raw["port"], str) or raw["port"] not in {port.key for port in nodes[raw["source"]].type.ports}:
        raise Refused(f"{where}.port", gettext("The step has no way out %(port)s", port=raw["port"]))
    return Edge(raw["source"], raw["port"], raw["target"])
