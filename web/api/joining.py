"""How customers join a programme: activation and the welcome bonus."""

from typing import Any

from flask import g
from marshmallow import Schema, fields

from loyalty_core.programmes.joining import UNITS, JoiningData, change_joining, joining
from web.api.blueprint import Blueprint
from web.api.fields import Amount, Flag, Whole

blueprint = Blueprint("Joining", __name__, description="How customers join a programme.")


class JoiningSchema(Schema):
    """How a programme is joined. What goes together with what is checked by the core, which names the place."""

    activation_needed = Flag(
        load_default=False,
        metadata={"description": "Whether those who register earn, spend and get discounts only once activated"},
    )
    welcome_amount = Amount(
        load_default=None, allow_none=True, metadata={"description": "Granted at activation; null: no welcome bonus"}
    )
    welcome_delay = Whole(load_default=0, metadata={"description": "How long after activation it becomes active"})
    welcome_delay_unit = fields.String(
        load_default="days", metadata={"enum": list(UNITS), "description": "Days are spans of 24 hours"}
    )
    welcome_lifetime_days = Whole(load_default=None, allow_none=True, metadata={"description": "null: no such limit"})
    welcome_until = fields.Date(
        load_default=None,
        allow_none=True,
        metadata={"description": "The last day of all welcome bonuses; with a lifetime, the earlier end holds"},
    )


@blueprint.get("/programmes/<id:programme_id>/joining")
@blueprint.response(200, JoiningSchema)
def get_joining(programme_id: int) -> JoiningData:
    """How a programme is joined"""
    return joining(g.session, programme_id)


@blueprint.put("/programmes/<id:programme_id>/joining")
@blueprint.arguments(JoiningSchema)
@blueprint.response(200, JoiningSchema)
def put_joining(data: dict[str, Any], programme_id: int) -> JoiningData:
    """Change how a programme is joined, as a whole: later registrations and activations follow it"""
    change_joining(g.session, programme_id, JoiningData(**data))
    return joining(g.session, programme_id)
