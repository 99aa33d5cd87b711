"""A graph of the wrong shape is refused at its place."""

from typing import Any

import pytest

from campaigns.graph import read_graph
from loyalty_core.errors import Refused
from tests.campaigns.town import birthday, chain

TRIGGER = {"id": "n1", "type": "purchase_made", "settings": {}, "position": {"x": 0, "y": 0}}
STEP = {"id": "n2", "type": "send_letter", "settings": {}, "position": {"x": 0, "y": 100}}


@pytest.mark.parametrize(
    ("graph", "where"),
    [
        (None, "graph"),
        ([], "graph"),
        ({"nodes": []}, "graph"),
        ({"nodes": {}, "edges": []}, "graph.nodes"),
        ({"nodes": [TRIGGER] * 201, "edges": []}, "graph.nodes"),
        ({"nodes": [{"id": "n1"}], "edges": []}, "graph.nodes.0"),
        ({"nodes": [TRIGGER | {"more": 1}], "edges": []}, "graph.nodes.0"),
        ({"nodes": [TRIGGER | {"id": 7}], "edges": []}, "graph.nodes.0.id"),
        ({"nodes": [TRIGGER | {"id": "n 1"}], "edges": []}, "graph.nodes.0.id"),
        ({"nodes": [TRIGGER, TRIGGER], "edges": []}, "graph.nodes.1.id"),
        ({"nodes": [TRIGGER | {"type": "nothing"}], "edges": []}, "graph.nodes.0.type"),
        ({"nodes": [TRIGGER | {"settings": []}], "edges": []}, "graph.nodes.0.settings"),
        ({"nodes": [TRIGGER | {"position": {"x": "0", "y": 0}}], "edges": []}, "graph.nodes.0.position.x"),
        ({"nodes": [TRIGGER | {"position": {"x": float("nan"), "y": 0}}], "edges": []}, "graph.nodes.0.position.x"),
        ({"nodes": [TRIGGER | {"position": {"x": 10**400, "y": 0}}], "edges": []}, "graph.nodes.0.position.x"),
        ({"nodes": [TRIGGER], "edges": [{"source": "n1"}]}, "graph.edges.0"),
        (
            {"nodes": [TRIGGER, STEP], "edges": [{"source": "n1", "port": ["out"], "target": "n2"}]},
            "graph.edges.0.port",
        ),
        ({"nodes": [TRIGGER], "edges": [{"source": "n1", "port": "out", "target": "n9"}]}, "graph.edges.0.target"),
        (
            {"nodes": [TRIGGER, STEP], "edges": [{"source": "n1", "port": "yes", "target": "n2"}]},
            "graph.edges.0.port",
        ),
    ],
)
def test_a_wrong_shape_is_refused_at_its_place(graph: Any, where: str) -> None:
    with pytest.raises(Refused) as refused:
        read_graph(graph)
    assert refused.value.where == where


def test_steps_come_after_those_that_lead_to_them() -> None:
    steps = chain(birthday(), {"type": "filter_customers"}, {"type": "accrue_bonuses"}, {"type": "send_letter"})
    steps["nodes"].reverse()
    assert [node.id for node in read_graph(steps).in_order()] == ["n1", "n2", "n3", "n4"]


def test_a_line_drawn_twice_is_one_line() -> None:
    line = {"source": "n1", "port": "out", "target": "n2"}
    assert len(read_graph({"nodes": [TRIGGER, STEP], "edges": [line, dict(line)]}).edges) == 1
