"""Tags, and which customers bear them."""

from typing import Any

from flask import Response, g
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from loyalty_core.customers.identities import find_customers
from loyalty_core.customers.merged import check_customer
from loyalty_core.customers.rows import Tag
from loyalty_core.customers.tags import (
    DESCRIPTION_MAX,
    NAME_MAX,
    Selection,
    TagData,
    change_tag,
    create_tag,
    put_on,
    tag,
    take_off,
)
from loyalty_core.errors import NotFound, Refused
from loyalty_core.i18n import gettext as _
from segmenter import segments
from segmenter.compiler import customers
from web.api.blueprint import Blueprint
from web.api.collections import SearchArguments, page_of, read_page
from web.api.fields import ID_MAX, Flag, Id, Text
from web.api.purchase_schemas import CustomerMarksSchema
from web.session import moment

blueprint = Blueprint("Tags", __name__, description="Marks that people and programs put on customers.")

CUSTOMERS_MAX = 10_000


class TagSchema(Schema):
    """A tag; one that is not active stays on who wears it, but cannot be put on anybody."""

    id = Id(required=True, dump_only=True)
    name = Text(NAME_MAX, required=True)
    description = Text(DESCRIPTION_MAX, load_default="")
    active = Flag(load_default=True)


class CustomerNamed(fields.Field["int | dict[str, str]"]):
    """A customer by our id (a number) or by marks (an object)."""

    def __init__(self) -> None:
        super().__init__(metadata={"type": ["integer", "object"], "example": 7})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int | dict[str, str]:
        if isinstance(value, dict):
            marks: dict[str, str] = CustomerMarksSchema().load(value)
            return marks
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= ID_MAX:
            return value
        raise ValidationError(_("Name a customer by their id (a number) or by marks (an object)."))


class SelectionSchema(Schema):
    """Which customers: these, or all who are in a segment now."""

    customers = fields.List(CustomerNamed(), validate=validate.Length(1, CUSTOMERS_MAX))
    segment = Id()

    @validates_schema
    def want_one(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """One of the two, not both."""
        if ("customers" in data) == ("segment" in data):
            raise ValidationError(_("Name either customers or a segment."), "customers")


class TaggedSchema(Schema):
    """What came of it."""

    changed = fields.Integer(required=True, metadata={"description": "How many were not so before"})


@blueprint.get("/tags")
@blueprint.arguments(SearchArguments, location="query")
@blueprint.response(200, page_of(TagSchema))
def list_tags(arguments: dict[str, Any]) -> dict[str, Any]:
    """The tags, oldest first"""
    return read_page(g.session, Tag, arguments, Tag.name)


@blueprint.post("/tags")
@blueprint.arguments(TagSchema)
@blueprint.response(201, TagSchema)
def post_tag(data: dict[str, Any]) -> Tag:
    """Add a tag"""
    return create_tag(g.session, TagData(**data))


@blueprint.get("/tags/<id:tag_id>")
@blueprint.response(200, TagSchema)
def get_tag(tag_id: int) -> Tag:
    """A tag"""
    return tag(g.session, tag_id)


@blueprint.put("/tags/<id:tag_id>")
@blueprint.arguments(TagSchema)
@blueprint.response(200, TagSchema)
def put_tag(data: dict[str, Any], tag_id: int) -> Tag:
    """Change a tag as a whole"""
    return change_tag(g.session, tag_id, TagData(**data))


@blueprint.put("/tags/<id:tag_id>/customers")
@blueprint.arguments(SelectionSchema)
@blueprint.response(200, TaggedSchema)
def put_on_many(data: dict[str, Any], tag_id: int) -> dict[str, int]:
    """Put a tag on customers; who wears it already stays as they are"""
    return {"changed": put_on(g.session, tag_id, _selection(data), moment())}


@blueprint.delete("/tags/<id:tag_id>/customers")
@blueprint.arguments(SelectionSchema)
@blueprint.response(200, TaggedSchema)
def take_off_many(data: dict[str, Any], tag_id: int) -> dict[str, int]:
    """Take a tag off customers"""
    return {"changed": take_off(g.session, tag_id, _selection(data), moment())}


@blueprint.put("/customers/<id:customer_id>/tags/<id:tag_id>")
@blueprint.response(204)
def put_on_one(customer_id: int, tag_id: int) -> Response:
    """Put a tag on a customer; a second time changes nothing"""
    check_customer(g.session, customer_id, "customer_id")
    put_on(g.session, tag_id, [customer_id], moment())
    return Response(status=204)


@blueprint.delete("/customers/<id:customer_id>/tags/<id:tag_id>")
@blueprint.response(204)
def take_off_one(customer_id: int, tag_id: int) -> Response:
    """Take a tag off a customer; a second time changes nothing"""
    check_customer(g.session, customer_id, "customer_id")
    take_off(g.session, tag_id, [customer_id], moment())
    return Response(status=204)


def _selection(data: dict[str, Any]) -> Selection:
    if "customers" in data:
        return find_customers(g.session, data["customers"])
    try:
        return customers(g.session, segments.segment(g.session, data["segment"]).tree, now=moment())
    except NotFound as missing:
        raise Refused("segment", missing.message) from None
