"""Attributes of one's own, and what is known of customers by them."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask import Response, g
from marshmallow import Schema, fields, validate
from sqlalchemy import select

from campaigns.segment_uses import attribute_used_by
from loyalty_core.customers.attributes import (
    KINDS,
    Attribute,
    AttributeData,
    attributes_of,
    create_attribute,
    delete_attribute,
    rename_attribute,
    set_attributes,
)
from loyalty_core.customers.rows import Customer
from loyalty_core.errors import NotFound, Refused
from loyalty_core.i18n import gettext as _
from web.api.blueprint import Blueprint
from web.api.collections import SearchArguments, page, page_of
from web.api.fields import Id, Text

blueprint = Blueprint("Attributes", __name__, description="What you want to know of customers beside the usual.")


class AttributeSchema(Schema):
    """An attribute; `key` names it for programs."""

    id = Id(required=True, dump_only=True)
    key = fields.String(required=True, metadata={"example": "shoe_size"})
    name = Text(100, required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))


class AttributeNameSchema(Schema):
    """What an attribute is called; its key and kind stay."""

    name = Text(100, required=True)


class ValuesSchema(Schema):
    """Values by the keys of attributes: "42.50", "text", "2026-12-31", or true and false."""

    values = fields.Dict(required=True, keys=fields.String(), metadata={"example": {"shoe_size": "42.50"}})


class AttributesArguments(SearchArguments):
    """Which page of the attributes, of one kind where it is named."""

    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))


@blueprint.get("/customer-attributes")
@blueprint.arguments(AttributesArguments, location="query")
@blueprint.response(200, page_of(AttributeSchema))
def list_attributes(arguments: dict[str, Any]) -> dict[str, Any]:
    """The attributes, oldest first"""
    wanted = select(Attribute).order_by(Attribute.id).limit(arguments["limit"] + 1)
    wanted = wanted.where(Attribute.id > arguments["after"][0]) if "after" in arguments else wanted
    wanted = wanted.where(Attribute.kind == arguments["kind"]) if arguments["kind"] else wanted
    if arguments["q"]:
        wanted = wanted.where(Attribute.name.icontains(arguments["q"], autoescape=True))
    return page(g.session.scalars(wanted).all(), arguments["limit"], lambda found: (found.id,))


@blueprint.post("/customer-attributes")
@blueprint.arguments(AttributeSchema)
@blueprint.response(201, AttributeSchema)
def add_attribute(data: dict[str, Any]) -> Attribute:
    """Add an attribute"""
    return create_attribute(g.session, AttributeData(**data))


@blueprint.put("/customer-attributes/<id:attribute_id>")
@blueprint.arguments(AttributeNameSchema)
@blueprint.response(200, AttributeSchema)
def put_attribute(data: dict[str, str], attribute_id: int) -> Attribute:
    """Give an attribute another name"""
    return rename_attribute(g.session, attribute_id, data["name"])


@blueprint.delete("/customer-attributes/<id:attribute_id>")
@blueprint.response(204)
def remove_attribute(attribute_id: int) -> Response:
    """Delete an attribute that nothing asks for, and what was known by it"""
    delete_attribute(g.session, attribute_id, attribute_used_by)
    return Response(status=204)


@blueprint.get("/customers/<id:customer_id>/attributes")
@blueprint.response(200, ValuesSchema)
def get_attributes(customer_id: int) -> dict[str, Any]:
    """What is known of a customer, by key"""
    return _known(customer_id)


@blueprint.put("/customers/<id:customer_id>/attributes")
@blueprint.arguments(ValuesSchema)
@blueprint.response(200, ValuesSchema)
def put_attributes(data: dict[str, Any], customer_id: int) -> dict[str, Any]:
    """Write what is known of a customer, by key: null forgets it, and what is left out stays"""
    _known(customer_id)
    try:
        set_attributes(g.session, customer_id, data["values"])
    except Refused as refused:
        raise Refused(f"values.{refused.where}", refused.message) from None
    return _known(customer_id)


def _known(customer_id: int) -> dict[str, Any]:
    if g.session.scalar(select(Customer.id).where(Customer.id == customer_id)) is None:
        raise NotFound("customer_id", _("There is no customer %(id)s.", id=customer_id))
    return {"values": {key: _told(value) for key, value in attributes_of(g.session, customer_id).items()}}


def _told(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.2f}" if isinstance(value, Decimal) else value
