"""Blocked customers: their purchases earn nothing, are not discounted and cannot be paid with bonuses."""

from typing import Any

from flask import Response, g
from marshmallow import Schema

from loyalty_core.customers.blocks import REASON_MAX, block, unblock
from web.api.blueprint import Blueprint
from web.api.fields import Text
from web.session import moment

blueprint = Blueprint("Blocks", __name__, description="Customers whose card does not work for a while.")


class BlockSchema(Schema):
    """Why a customer is blocked."""

    reason = Text(REASON_MAX, required=True)


@blueprint.put("/customers/<id:customer_id>/block")
@blueprint.arguments(BlockSchema)
@blueprint.response(204)
def put_block(data: dict[str, Any], customer_id: int) -> Response:
    """Block a customer; one who is blocked already stays so"""
    block(g.session, customer_id, data["reason"], moment())
    return Response(status=204)


@blueprint.delete("/customers/<id:customer_id>/block")
@blueprint.response(204)
def delete_block(customer_id: int) -> Response:
    """Unblock a customer; a second time changes nothing"""
    unblock(g.session, customer_id, moment())
    return Response(status=204)
