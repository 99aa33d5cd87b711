"""Events of one's own: what a site, an app or another program tells of customers."""

from typing import Any

from flask import Response, g
from marshmallow import Schema, fields
from sqlalchemy import select

from loyalty_core.own_events import EventKind, tell
from web.api.blueprint import Blueprint
from web.api.collections import Cursor, SearchArguments, page, page_of
from web.api.fields import Moment
from web.api.purchase_schemas import CustomerMarksSchema
from web.api.purchases import buyer
from web.session import moment

blueprint = Blueprint("Events", __name__, description="What happened to customers elsewhere.")


class NewEventSchema(Schema):
    """Something that happened to a customer; now where no moment is told."""

    customer = fields.Nested(CustomerMarksSchema, required=True)
    kind = fields.String(required=True, metadata={"example": "cart.abandoned"})
    at = Moment(load_default=None, allow_none=True)
    properties = fields.Dict(
        load_default=dict, metadata={"description": "Text, whole numbers, true or false by name: `{page: shoes}`"}
    )


class EventKindSchema(Schema):
    """A kind of event that came in."""

    id = fields.String(required=True, metadata={"example": "cart.abandoned"})
    name = fields.String(required=True)


class EventKindsArguments(SearchArguments):
    """Which page of the kinds."""

    after = Cursor(str)


@blueprint.post("/events")
@blueprint.arguments(NewEventSchema)
@blueprint.response(204)
def tell_event(data: dict[str, Any]) -> Response:
    """Tell that something happened to a customer"""
    now = moment()
    tell(g.session, data["kind"], buyer(data["customer"]), data["at"] or now, data["properties"])
    return Response(status=204)


@blueprint.get("/event-kinds")
@blueprint.arguments(EventKindsArguments, location="query")
@blueprint.response(200, page_of(EventKindSchema))
def list_event_kinds(arguments: dict[str, Any]) -> dict[str, Any]:
    """The kinds that came in, by name"""
    (after,) = arguments.get("after", ("",))
    wanted = select(EventKind).where(EventKind.kind > after).order_by(EventKind.kind).limit(arguments["limit"] + 1)
    if arguments["q"]:
        wanted = wanted.where(EventKind.kind.icontains(arguments["q"], autoescape=True))
    kinds = [{"id": found.kind, "name": found.kind} for found in g.session.scalars(wanted)]
    return page(kinds, arguments["limit"], lambda kind: (kind["id"],))
