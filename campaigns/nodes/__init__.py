"""The node types, one file each: modules of this package, and of others that name them under `catena.nodes`."""

from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import Any

from campaigns.node_types import NodeType

GROUPS = ("triggers", "conditions", "flow", "actions")


def _collect() -> dict[str, NodeType]:
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    modules += [entry.load() for entry in entry_points(group="catena.nodes")]
    found: dict[str, NodeType] = {}
    for module in modules:
        node_type: NodeType = module.node_type
        if node_type.key in found or node_type.group not in GROUPS:
            raise RuntimeError(
                f"{module.__name__}: the key {node_type.key!r} is taken, or {node_type.group!r} is no group"
            )
        found[node_type.key] = node_type
    return dict(sorted(found.items(), key=lambda item: (GROUPS.index(item[1].group), item[0])))


NODE_TYPES = _collect()


def describe() -> list[dict[str, Any]]:
    """All node types for the palette, in its order."""
    return [node_type.describe() for node_type in NODE_TYPES.values()]
