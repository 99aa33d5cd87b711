"""What a chain can be made of: node types, with the forms of their settings."""

from typing import Any

from marshmallow import Schema, fields

from campaigns.nodes import describe
from web.api.blueprint import Blueprint

blueprint = Blueprint("Node types", __name__, description="The steps that a chain can have.")


class PortSchema(Schema):
    """A way out of a step."""

    key = fields.String(required=True)
    title = fields.String(required=True)
    sign = fields.String(required=True, allow_none=True, metadata={"description": "plus or minus on a filter"})


class NodeTypeSchema(Schema):
    """A step: what the palette shows, and the JSON schema that draws its form."""

    key = fields.String(required=True, metadata={"example": "accrue_bonuses"})
    group = fields.String(required=True, metadata={"enum": ["triggers", "conditions", "flow", "actions"]})
    title = fields.String(required=True)
    help = fields.String(required=True)
    icon = fields.String(required=True)
    trigger = fields.Boolean(required=True)
    on_palette = fields.Boolean(
        required=True, metadata={"description": "Whether people put it onto chains; else only the product draws it"}
    )
    listens = fields.Boolean(required=True, metadata={"description": "A trigger that events start, not the clock"})
    ports = fields.List(fields.Nested(PortSchema), required=True)
    defaults = fields.Dict(required=True)
    schema = fields.Dict(required=True, metadata={"description": "JSON schema of the settings, with hints for a form"})


class NodeTypesSchema(Schema):
    """All node types, in the order of the palette."""

    items = fields.List(fields.Nested(NodeTypeSchema), required=True)


@blueprint.get("/node-types")
@blueprint.response(200, NodeTypesSchema)
def list_node_types() -> dict[str, Any]:
    """The node types, in the order of the palette"""
    return {"items": describe()}
