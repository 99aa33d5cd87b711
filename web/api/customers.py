"""Customers: who they are, what they have, what they have done."""

from typing import Any
from uuid import uuid4

from flask import g

from campaigns.activities import activities
from loyalty_core.customers.activities import Place
from loyalty_core.customers.editing import Person, edit
from loyalty_core.customers.merged import check_customer
from loyalty_core.customers.registration import CustomerData, register_many
from loyalty_core.database import Base
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.ledger.accrual import Recipient
from loyalty_core.ledger.adjustment import FOREVER, adjust_many
from loyalty_core.ledger.balance import Balance, balance
from loyalty_core.ledger.bonus_types import BonusType
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.organisation import LegalEntity
from web.api.balance_schemas import (
    ActivityArguments,
    ActivitySchema,
    AdjustmentSchema,
    BalanceArguments,
    BalanceSchema,
)
from web.api.blueprint import Blueprint
from web.api.collections import SearchArguments, page, page_of
from web.api.customer_schemas import (
    CustomerSchema,
    KnownCustomerSchema,
    NewCustomerSchema,
    WholeCustomerSchema,
)
from web.api.customer_views import customer_page, customers
from web.api.organisation import outlet_id
from web.api.referral import inviter_id
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

    What is left out stays as it is. A new e-mail or phone takes the old one's place; cards are added. Gifts for an
    invitation come with the activation: at once, where the programme asks for none.
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
    inviter = inviter_id(data.pop("invited_by", None))
    told = CustomerData(**data, outlet_id=outlet, invited_by_id=inviter)
    registered = register_many(g.session, [told], moment())
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


@blueprint.put("/customers/<id:customer_id>")
@blueprint.arguments(WholeCustomerSchema)
@blueprint.response(200, CustomerSchema)
def edit_customer(data: dict[str, Any], customer_id: int) -> dict[str, Any]:
    """Change what is known of a customer as a whole: what is left out is not known any more"""
    outlet = outlet_id(g.session, data.pop("outlet"))
    edit(g.session, customer_id, Person(**data, outlet_id=outlet), moment())
    (customer,) = customers(g.session, [customer_id], moment())
    return customer


@blueprint.get("/customers/<id:customer_id>/balance")
@blueprint.arguments(BalanceArguments, location="query")
@blueprint.response(200, BalanceSchema)
def get_balance(arguments: dict[str, Any], customer_id: int) -> Balance:
    """What a customer has: active, awaiting activation, burning by moment, and the lots that these consist of"""
    _check(customer_id)
    return balance(g.session, customer_id, moment(), spent=arguments["spent"])


@blueprint.post("/customers/<id:customer_id>/adjustments")
@blueprint.arguments(AdjustmentSchema)
@blueprint.response(201, BalanceSchema)
def adjust(data: dict[str, Any], customer_id: int) -> Balance:
    """Correct a balance by hand; answers what the customer has now

    The correction says who made it: the person, or the key. What is given pays a debt first; more than the customer
    holds is never taken.
    """
    _check(customer_id)
    bonus_type = _named(BonusType, "bonus_type", data["bonus_type"])
    _named(LegalEntity, "legal_entity", data["legal_entity"])
    adjusted = adjust_many(
        g.session,
        # The request's own Idempotency-Key keeps it from happening twice.
        [Recipient(customer_id, f"api:{uuid4().hex}")],
        amount=data["amount"] if data["direction"] == "plus" else -data["amount"],
        reason=data["reason"],
        author=g.caller.name,
        lifetime=Lifetime.of(bonus_type) if bonus_type else FOREVER,
        bonus_type_id=data["bonus_type"],
        legal_entity_id=data["legal_entity"],
        source="api",
        at=moment(),
        outlet_ids=data["outlets"] if data["direction"] == "plus" else (),
    )
    if adjusted.short:
        raise Refused("amount", _("The customer has fewer bonuses than that."))
    return balance(g.session, customer_id, moment())


@blueprint.get("/customers/<id:customer_id>/activities")
@blueprint.arguments(ActivityArguments, location="query")
@blueprint.response(200, page_of(ActivitySchema))
def list_activities(arguments: dict[str, Any], customer_id: int) -> dict[str, Any]:
    """What a customer has done and what was done for them, newest first"""
    _check(customer_id)
    before = arguments.get("after")
    found = activities(g.session, customer_id, before=before and Place(*before), limit=arguments["limit"] + 1)
    return page(found, arguments["limit"], lambda activity: activity.place)


def _named(table: type[Base], where: str, row_id: int | None) -> Any:
    found = None if row_id is None else g.session.get(table, row_id)
    if row_id is not None and found is None:
        raise Refused(where, _("There is no such thing as %(id)s.", id=row_id))
    return found


def _check(customer_id: int) -> None:
    check_customer(g.session, customer_id)
