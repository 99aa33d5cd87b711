"""Two customers who are one person become one."""

from typing import Any

from flask import g
from marshmallow import Schema, fields

from loyalty_core.customers.identities import find_customer
from loyalty_core.customers.merged import check_customer
from loyalty_core.customers.merging import merge
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from web.api.blueprint import Blueprint
from web.api.customer_schemas import CustomerSchema
from web.api.customer_views import customers
from web.api.fields import Id
from web.api.purchase_schemas import CustomerMarksSchema
from web.session import moment

blueprint = Blueprint("Merges", __name__, description="Two cards of one person: nothing that either had is lost.")


class CustomerReferenceSchema(CustomerMarksSchema):
    """Another customer: by their id, or by at least one mark."""

    id = Id()


class MergeSchema(Schema):
    """Who turned out to be the same person."""

    customer = fields.Nested(CustomerReferenceSchema, required=True)


@blueprint.post("/customers/<id:customer_id>/merge")
@blueprint.arguments(MergeSchema)
@blueprint.response(200, CustomerSchema)
def merge_customers(data: dict[str, Any], customer_id: int) -> dict[str, Any]:
    """Give a customer all that another one has, and keep of the other only the number, which leads here

    Bonuses with their moments, debts, purchases, marks, tags and events move. Of personal data this customer's holds;
    a refusal or a block of either holds. It cannot be taken back; a second time changes nothing.
    """
    check_customer(g.session, customer_id)
    merge(g.session, customer_id, _other(data["customer"]), moment(), g.caller.name)
    (kept,) = customers(g.session, [customer_id], moment())
    return kept


def _other(named: dict[str, Any]) -> int:
    found = named.pop("id", None)
    by_marks = find_customer(g.session, **named) if named or found is None else found
    if by_marks is None or found not in (None, by_marks):
        raise Refused("customer", _("Nobody is known by this"))
    return int(by_marks)
