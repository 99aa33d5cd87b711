"""Promo codes: their lists, and the codes in them."""

from typing import Any

from flask import Response, g
from marshmallow import Schema, fields, validate

from loyalty_core.programmes.changes import DESCRIPTION_MAX, NAME_MAX
from loyalty_core.promotions import promo_code_lists
from loyalty_core.promotions.promo_code_lists import CODES_AT_ONCE_MAX, Added, ListData, ListFigures
from loyalty_core.promotions.promo_codes import PromoCodeList
from web.api.blueprint import Blueprint
from web.api.collections import SearchArguments, page, page_of, read_page
from web.api.fields import Flag, Id, Text

blueprint = Blueprint("Promo codes", __name__, description="Lists of codes by which promotions act at the till.")


class NewListSchema(Schema):
    """A list of promo codes; its name is no code."""

    name = Text(NAME_MAX, required=True)
    description = Text(DESCRIPTION_MAX, load_default="")
    active = Flag(load_default=True, metadata={"description": "Tills accept its codes"})
    reusable = Flag(load_default=False, metadata={"description": "Each code may be used many times, else once"})


class ListSchema(NewListSchema):
    """A list with what became of its codes."""

    id = Id(required=True)
    codes = fields.Integer(required=True)
    used = fields.Integer(required=True, metadata={"description": "Codes that were used"})
    uses = fields.Integer(required=True, metadata={"description": "How often they were used in all"})
    left = fields.Integer(required=True, allow_none=True, metadata={"description": "null: they are reusable"})


class CodeSchema(Schema):
    """A code: capital letters and digits."""

    id = Id(required=True)
    code = fields.String(required=True)
    uses = fields.Integer(required=True)


class NewCodesSchema(Schema):
    """Codes to add. Small letters become capitals; hyphens and spaces do not count."""

    codes = fields.List(fields.String(), required=True, validate=validate.Length(1, CODES_AT_ONCE_MAX))


class KnownCodeSchema(Schema):
    """A code that is there already: its place in the request, from 1, and the list that has it."""

    line = fields.Integer(required=True)
    code = fields.String(required=True)
    list = fields.String(required=True)


class NoCodeSchema(Schema):
    """What is no code, and its place in the request, from 1."""

    line = fields.Integer(required=True)
    text = fields.String(required=True)


class AddedSchema(Schema):
    """What came of codes that were added in one go."""

    added = fields.Integer(required=True)
    known = fields.List(fields.Nested(KnownCodeSchema), required=True)
    refused = fields.List(fields.Nested(NoCodeSchema), required=True)


@blueprint.get("/promo-code-lists")
@blueprint.arguments(SearchArguments, location="query")
@blueprint.response(200, page_of(ListSchema))
def list_lists(arguments: dict[str, Any]) -> dict[str, Any]:
    """The lists, oldest first, with what is left of their codes"""
    found = read_page(g.session, PromoCodeList, arguments, PromoCodeList.name)
    wanted = PromoCodeList.id.in_([each.id for each in found["items"]])
    figures = {each.list.id: each for each in promo_code_lists.lists(g.session, wanted)}
    return found | {"items": [_view(figures[each.id]) for each in found["items"]]}


@blueprint.post("/promo-code-lists")
@blueprint.arguments(NewListSchema)
@blueprint.response(201, ListSchema)
def create_list(data: dict[str, Any]) -> dict[str, Any]:
    """Add a list"""
    return _whole(promo_code_lists.create_list(g.session, ListData(**data)).id)


@blueprint.get("/promo-code-lists/<id:list_id>")
@blueprint.response(200, ListSchema)
def get_list(list_id: int) -> dict[str, Any]:
    """A list with what is left of its codes"""
    return _whole(list_id)


@blueprint.put("/promo-code-lists/<id:list_id>")
@blueprint.arguments(NewListSchema)
@blueprint.response(200, ListSchema)
def put_list(data: dict[str, Any], list_id: int) -> dict[str, Any]:
    """Change a list as a whole"""
    return _whole(promo_code_lists.change_list(g.session, list_id, ListData(**data)).id)


@blueprint.get("/promo-code-lists/<id:list_id>/codes")
@blueprint.arguments(SearchArguments, location="query")
@blueprint.response(200, page_of(CodeSchema))
def list_codes(arguments: dict[str, Any], list_id: int) -> dict[str, Any]:
    """The codes of a list, oldest first; `q` finds those that begin with it"""
    promo_code_lists.code_list(g.session, list_id)
    (after,) = arguments.get("after", (0,))
    limit = arguments["limit"]
    found = promo_code_lists.codes(g.session, list_id, arguments["q"], after=after, limit=limit + 1)
    return page(found, limit, lambda each: (each.id,))


@blueprint.post("/promo-code-lists/<id:list_id>/codes")
@blueprint.arguments(NewCodesSchema)
@blueprint.response(201, AddedSchema)
def add_codes(data: dict[str, Any], list_id: int) -> Added:
    """Add codes, one or thousands in one go

    What is there already, in whichever list, and what is no code is reported with its place; the others are added.
    """
    return promo_code_lists.add_codes(g.session, list_id, data["codes"])


@blueprint.delete("/promo-code-lists/<id:list_id>/codes/<id:code_id>")
@blueprint.response(204)
def remove_code(list_id: int, code_id: int) -> Response:
    """Remove a code that was never used"""
    promo_code_lists.remove_code(g.session, list_id, code_id)
    return Response(status=204)


def _whole(list_id: int) -> dict[str, Any]:
    promo_code_lists.code_list(g.session, list_id)
    (figures,) = promo_code_lists.lists(g.session, PromoCodeList.id == list_id)
    return _view(figures)


def _view(figures: ListFigures) -> dict[str, Any]:
    columns = {column.key: getattr(figures.list, column.key) for column in PromoCodeList.__table__.columns}
    return {**figures._asdict(), **columns, "left": figures.left}
