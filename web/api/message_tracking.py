"""Whether openings of letters and clicks on their links are counted."""

from typing import Any

from flask import current_app, g
from marshmallow import Schema, fields

from campaigns.messages.tracking import MessageTracking, set_tracking, tracking
from web.api.blueprint import Blueprint

blueprint = Blueprint("Tracking", __name__, description="Whether openings of letters and clicks are counted.")


class TrackingSchema(Schema):
    """The switch, off until it is turned on; it acts on letters that leave from then on."""

    is_on = fields.Boolean(required=True, data_key="on")
    public_url = fields.String(
        dump_only=True,
        allow_none=True,
        metadata={"description": "PUBLIC_URL, where letters lead; while there is none, nothing is counted"},
    )


@blueprint.get("/message-tracking")
@blueprint.response(200, TrackingSchema)
def get_tracking() -> dict[str, Any]:
    """Whether openings and clicks are counted"""
    return _view(tracking(g.session))


@blueprint.put("/message-tracking")
@blueprint.arguments(TrackingSchema)
@blueprint.response(200, TrackingSchema)
def put_tracking(data: dict[str, Any]) -> dict[str, Any]:
    """Turn counting on or off: links of letters that were sent lead on in any case"""
    return _view(set_tracking(g.session, is_on=data["is_on"]))


def _view(switch: MessageTracking) -> dict[str, Any]:
    return {"is_on": switch.is_on, "public_url": current_app.extensions["catena_settings"].public_url or None}
