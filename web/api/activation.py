"""Activates customers: by their id, or at the till by a card or another mark."""

from datetime import UTC, datetime
from typing import Any

from flask import g
from marshmallow import Schema, fields

from loyalty_core.programmes.activation import activate
from web.api.blueprint import Blueprint
from web.api.customer_schemas import CustomerSchema
from web.api.customer_views import customers
from web.api.purchase_schemas import CustomerMarksSchema
from web.api.purchases import buyer
from web.session import moment

blueprint = Blueprint("Activation", __name__, description="From when on customers earn, spend and get discounts.")


class CardSchema(Schema):
    """Whose card it is."""

    customer = fields.Nested(CustomerMarksSchema, required=True)


@blueprint.post("/customers/<id:customer_id>/activation")
@blueprint.response(200, CustomerSchema)
def activate_customer(customer_id: int) -> dict[str, Any]:
    """Activate a customer, with their welcome bonus; a second time changes nothing"""
    activate(g.session, customer_id, moment())
    return _view(customer_id)


@blueprint.post("/till/activation")
@blueprint.arguments(CardSchema)
@blueprint.response(200, CustomerSchema)
def activate_card(data: dict[str, Any]) -> dict[str, Any]:
    """Activate a card at the till, with its welcome bonus; a second time changes nothing"""
    customer_id = buyer(data["customer"])
    activate(g.session, customer_id, moment())
    return _view(customer_id)


def _view(customer_id: int) -> dict[str, Any]:
    # Not the request's own moment: while it waited for another activation, that one granted what becomes active later.
    (customer,) = customers(g.session, [customer_id], datetime.now(UTC))
    return customer
