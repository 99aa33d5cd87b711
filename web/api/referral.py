"""Referral: who invited whom, and what a programme gives for it."""

from typing import Any

from flask import g
from marshmallow import Schema, fields
from sqlalchemy import select

from loyalty_core.customers.identities import find_customer, find_scanned
from loyalty_core.customers.merged import check_customer
from loyalty_core.customers.rows import Customer
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.programmes.inviters import set_inviter
from loyalty_core.programmes.referral import ReferralData, change_referral, referral
from web.api.blueprint import Blueprint
from web.api.collections import PageArguments, page, page_of
from web.api.customer_schemas import CustomerSchema, InviterSchema
from web.api.customer_views import customers
from web.api.fields import Amount
from web.api.programmes import Percent
from web.session import moment

blueprint = Blueprint("Referral", __name__, description="Who invited whom, and what a programme gives for it.")


class ReferralSchema(Schema):
    """What a programme gives for invited friends; it lives as long as the programme's bonuses."""

    gift_inviter = Amount(
        load_default=0, metadata={"description": "To who invited, once, when the friend is activated"}
    )
    gift_invited = Amount(load_default=0, metadata={"description": "To the friend, once, when they are activated"})
    percent_1 = Percent(
        load_default=0, attribute="rate_1", metadata={"description": "Of what money pays of a friend's purchase"}
    )
    percent_2 = Percent(load_default=0, attribute="rate_2", metadata={"description": "Of a friend's friend's"})
    percent_3 = Percent(load_default=0, attribute="rate_3", metadata={"description": "Of those whom these invited"})


class InvitationSchema(Schema):
    """Who invited a customer."""

    invited_by = fields.Nested(InviterSchema, required=True, allow_none=True)


@blueprint.get("/programmes/<id:programme_id>/referral")
@blueprint.response(200, ReferralSchema)
def get_referral(programme_id: int) -> ReferralData:
    """What a programme gives for invited friends"""
    return referral(g.session, programme_id)


@blueprint.put("/programmes/<id:programme_id>/referral")
@blueprint.arguments(ReferralSchema)
@blueprint.response(200, ReferralSchema)
def put_referral(data: dict[str, Any], programme_id: int) -> ReferralData:
    """Change what a programme gives, as a whole: later activations and purchases follow it"""
    change_referral(g.session, programme_id, ReferralData(**data))
    return referral(g.session, programme_id)


@blueprint.put("/customers/<id:customer_id>/inviter")
@blueprint.arguments(InvitationSchema)
@blueprint.response(200, CustomerSchema)
def put_inviter(data: dict[str, Any], customer_id: int) -> dict[str, Any]:
    """Say who invited a customer, or (null) that nobody did; a circle is refused"""
    set_inviter(g.session, customer_id, inviter_id(data["invited_by"]))
    (customer,) = customers(g.session, [customer_id], moment())
    return customer


@blueprint.get("/customers/<id:customer_id>/invited")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(CustomerSchema))
def list_invited(arguments: dict[str, Any], customer_id: int) -> dict[str, Any]:
    """Whom a customer has invited, oldest first"""
    check_customer(g.session, customer_id)
    invited = select(Customer.id).where(Customer.invited_by_id == customer_id).order_by(Customer.id)
    if "after" in arguments:
        invited = invited.where(Customer.id > arguments["after"][0])
    found = g.session.scalars(invited.limit(arguments["limit"] + 1)).all()
    shown = page(found, arguments["limit"], lambda each: (each,))
    return {**shown, "items": customers(g.session, shown["items"], moment())}


def inviter_id(named: dict[str, str] | None) -> int | None:
    """The customer whom somebody names as an inviter. Refused where nobody is known by it."""
    if named is None:
        return None
    marks = dict(named)
    code = marks.pop("code", None)
    try:
        found = find_customer(g.session, **marks) if marks or code is None else find_scanned(g.session, code)
    except Refused as refused:
        raise Refused(refused.where.replace("customer", "invited_by", 1), refused.message) from None
    if found is None:
        raise Refused("invited_by", _("Nobody is known by this"))
    return found
