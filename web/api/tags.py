"""Tags, and which customers bear them."""

from typing import Any

from flask import Response, g
from marshmallow import Schema
from sqlalchemy import delete, select

from loyalty_core.customers import Customer, CustomerTag, Tag
from loyalty_core.database import insert_into
from loyalty_core.errors import Conflict, NotFound
from loyalty_core.i18n import gettext as _
from web.api.blueprint import Blueprint
from web.api.collections import SearchArguments, page_of, read_page
from web.api.fields import Flag, Id, Text

blueprint = Blueprint("Tags", __name__, description="Marks that people and programs put on customers.")


class TagSchema(Schema):
    """A tag."""

    id = Id(required=True, dump_only=True)
    name = Text(100, required=True)
    description = Text(500, load_default="")
    active = Flag(load_default=True)


@blueprint.get("/tags")
@blueprint.arguments(SearchArguments, location="query")
@blueprint.response(200, page_of(TagSchema))
def list_tags(arguments: dict[str, Any]) -> dict[str, Any]:
    """The tags, oldest first"""
    return read_page(g.session, Tag, arguments, Tag.name)


@blueprint.post("/tags")
@blueprint.arguments(TagSchema)
@blueprint.response(201, TagSchema)
def create_tag(data: dict[str, Any]) -> Tag:
    """Add a tag"""
    if g.session.scalar(select(Tag.id).where(Tag.name == data["name"])) is not None:
        raise Conflict("name", _("There is a tag with this name."))
    tag = Tag(**data)
    g.session.add(tag)
    g.session.flush()
    return tag


@blueprint.put("/customers/<id:customer_id>/tags/<id:tag_id>")
@blueprint.response(204)
def put_on(customer_id: int, tag_id: int) -> Response:
    """Put a tag on a customer; a second time changes nothing"""
    _check(customer_id, tag_id)
    pair = {"customer_id": customer_id, "tag_id": tag_id}
    g.session.execute(insert_into(g.session, CustomerTag).values(pair).on_conflict_do_nothing())
    return Response(status=204)


@blueprint.delete("/customers/<id:customer_id>/tags/<id:tag_id>")
@blueprint.response(204)
def take_off(customer_id: int, tag_id: int) -> Response:
    """Take a tag off a customer; a second time changes nothing"""
    _check(customer_id, tag_id)
    g.session.execute(delete(CustomerTag).where(CustomerTag.customer_id == customer_id, CustomerTag.tag_id == tag_id))
    return Response(status=204)


def _check(customer_id: int, tag_id: int) -> None:
    if g.session.get(Customer, customer_id) is None:
        raise NotFound("customer_id", _("There is no customer %(id)s.", id=customer_id))
    if g.session.get(Tag, tag_id) is None:
        raise NotFound("tag_id", _("There is no tag %(id)s.", id=tag_id))
