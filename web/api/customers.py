"""Customers: who they are, what they have, what they have done."""

from typing import Any

from flask import g
from sqlalchemy import select

from campaigns.activities import activities
from loyalty_core.activities import Place
from loyalty_core.balance import Balance, balance
from loyalty_core.customers import Customer
from loyalty_core.errors import NotFound
from loyalty_core.i18n import gettext as _
from loyalty_core.registration import CustomerData, register_many
from web.api.balance_schemas import ActivityArguments, ActivitySchema, BalanceArguments, BalanceSchema
from web.api.blueprint import Blueprint
from web.api.collections import SearchArguments, page, page_of
from web.api.customer_schemas import CustomerSchema, KnownCustomerSchema, NewCustomerSchema
from web.api.customer_views import customer_page, customers
from web.api.organisation import outlet_id
from web.session import moment

blueprint = Blueprint("Customers", __name__, description="Members of the programme, their balances and activities.")


@blueprint.get("/customers")
@blueprint.arguments(SearchArguments, location="query")
@blueprint.response(200, page_of(CustomerSchema))
def list_customers(arguments: dict[str, Any]) -> dict[str, Any]:
    """The customers, oldest first; `q` finds by name, external id, card, phone and e-mail"""
    return customer_page(g.session, arguments, moment())


@blueprint.post("/customers")
@blueprint.arguments(NewCustomerSchema)
@blueprint.response(201, CustomerSchema)
@blueprint.alt_response(200, schema=CustomerSchema, description="They were known", success=True)
def register_customer(data: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Register a customer, or change the one with this external id

    What is left out stays as it is. A new e-mail or phone takes the old one's place; cards are added.
    """
    return _register(data)


@blueprint.put("/customers/by-external-id/<external_id>")
@blueprint.arguments(KnownCustomerSchema)
@blueprint.response(200, CustomerSchema)
@blueprint.alt_response(201, schema=CustomerSchema, description="They are new", success=True)
def put_customer(data: dict[str, Any], external_id: str) -> tuple[dict[str, Any], int]:
    """Register or change the customer with this external id"""
    return _register({**data, "external_id": external_id})


def _register(data: dict[str, Any]) -> tuple[dict[str, Any], int]:
    outlet = outlet_id(g.session, data.pop("outlet", None))
    registered = register_many(g.session, [CustomerData(**data, outlet_id=outlet)], moment())
    for refusal in registered.refused.values():
        raise refusal
    (customer,) = customers(g.session, [registered.ids[0]], moment())
    return customer, 201 if registered.new else 200


@blueprint.get("/customers/<id:customer_id>")
@blueprint.response(200, CustomerSchema)
def get_customer(customer_id: int) -> dict[str, Any]:
    """A customer"""
    _check(customer_id)
    (customer,) = customers(g.session, [customer_id], moment())
    return customer


@blueprint.get("/customers/<id:customer_id>/balance")
@blueprint.arguments(BalanceArguments, location="query")
@blueprint.response(200, BalanceSchema)
def get_balance(arguments: dict[str, Any], customer_id: int) -> Balance:
    """What a customer has: active, awaiting activation, burning by moment, and the lots that these consist of"""
    _check(customer_id)
    return balance(g.session, customer_id, moment(), spent=arguments["spent"])


@blueprint.get("/customers/<id:customer_id>/activities")
@blueprint.arguments(ActivityArguments, location="query")
@blueprint.response(200, page_of(ActivitySchema))
def list_activities(arguments: dict[str, Any], customer_id: int) -> dict[str, Any]:
    """What a customer has done and what was done for them, newest first"""
    _check(customer_id)
    before = arguments.get("after")
    found = activities(g.session, customer_id, before=before and Place(*before), limit=arguments["limit"] + 1)
    return page(found, arguments["limit"], lambda activity: activity.place)


def _check(customer_id: int) -> None:
    if g.session.scalar(select(Customer.id).where(Customer.id == customer_id)) is None:
        raise NotFound("customer", _("There is no customer %(id)s.", id=customer_id))
