"""Lists of customers to segment by: named one by one, or a segment as it is now."""

from typing import Any

from flask import Response, g
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from campaigns.segment_uses import trees_of_campaigns
from loyalty_core.i18n import gettext as _
from segmenter import lists
from segmenter.chosen import ids_of
from segmenter.compiler import customers
from segmenter.rows import NAME_MAX, CustomerList
from segmenter.segments import segment
from segmenter.spreadsheets.list_files import named_by, save_as_list
from web.api.blueprint import Blueprint
from web.api.collections import SearchArguments, page_of, read_page
from web.api.fields import Id, Moment, Text
from web.session import begin_writing, moment, reads_first

blueprint = Blueprint("Customer lists", __name__, description="Lists of customers to segment by.")

MARKS_MAX = 10_000


class CustomerListSchema(Schema):
    """A list."""

    id = Id(required=True)
    name = fields.String(required=True)
    created_at = Moment(required=True)


class WholeCustomerListSchema(CustomerListSchema):
    """A list with how many are on it."""

    size = fields.Integer(required=True)


class NewCustomerListSchema(Schema):
    """Who is to be on a new list."""

    name = Text(NAME_MAX, required=True)
    marks = fields.List(
        Text(200),
        validate=validate.Length(1, MARKS_MAX),
        metadata={"description": "Numbers, cards, phones or e-mail addresses, mixed as you like"},
    )
    segment = Id(metadata={"description": "In place of marks: who is in this segment now"})
    file = Id(metadata={"description": "In place of marks: whom this file (`/list-files`) names"})

    @validates_schema
    def refuse_several(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """One of the three says who."""
        if sum(name in data for name in ("marks", "segment", "file")) != 1:
            raise ValidationError(_("Write either marks, a segment or a file."), "marks")


class MadeCustomerListSchema(WholeCustomerListSchema):
    """A list that was made, and which of the marks named nobody; of a file, its report says it."""

    not_found = fields.List(fields.String(), required=True)


@blueprint.get("/customer-lists")
@blueprint.arguments(SearchArguments, location="query")
@blueprint.response(200, page_of(CustomerListSchema))
def list_customer_lists(arguments: dict[str, Any]) -> dict[str, Any]:
    """The lists, oldest first"""
    return read_page(g.session, CustomerList, arguments, CustomerList.name)


@blueprint.post("/customer-lists")
@blueprint.arguments(NewCustomerListSchema)
@blueprint.response(201, MadeCustomerListSchema)
@reads_first
def create_customer_list(data: dict[str, Any]) -> dict[str, Any]:
    """Keep customers on a list"""
    if "segment" in data:
        tree = segment(g.session, data["segment"]).tree
        met = ids_of(g.session, customers(g.session, tree, now=moment()))
        begin_writing()
        return _whole(lists.create_list(g.session, data["name"], met, moment())) | {"not_found": []}
    if "file" in data:
        named = named_by(g.session, data["file"])
        begin_writing()
        return _whole(save_as_list(g.session, named, data["name"], moment())) | {"not_found": []}
    found = lists.customers_by_marks(g.session, data["marks"])
    begin_writing()
    made = lists.create_list(g.session, data["name"], list(set(found.values())), moment())
    return _whole(made) | {"not_found": [mark for mark in data["marks"] if mark not in found]}


@blueprint.get("/customer-lists/<id:list_id>")
@blueprint.response(200, WholeCustomerListSchema)
def get_customer_list(list_id: int) -> dict[str, Any]:
    """A list, and how many are on it"""
    return _whole(lists.customer_list(g.session, list_id))


@blueprint.delete("/customer-lists/<id:list_id>")
@blueprint.response(204)
def delete_customer_list(list_id: int) -> Response:
    """Delete a list that no segment and no campaign asks for"""
    lists.delete_list(g.session, list_id, trees_of_campaigns)
    return Response(status=204)


def _whole(found: CustomerList) -> dict[str, Any]:
    size = lists.sizes(g.session, [found.id]).get(found.id, 0)
    return {"id": found.id, "name": found.name, "created_at": found.created_at, "size": size}
