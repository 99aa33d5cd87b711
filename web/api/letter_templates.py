"""Letter templates, from which steps of chains choose."""

from typing import Any

from flask import Response, g
from marshmallow import Schema

from campaigns.messages import templates
from campaigns.messages.letters import BODY_MAX, SUBJECT_MAX
from campaigns.messages.rows import LetterTemplate
from web.api.blueprint import Blueprint
from web.api.collections import SearchArguments, page_of, read_page
from web.api.fields import Id, Moment, Text
from web.session import moment

blueprint = Blueprint("Letter templates", __name__, description="Letters with places for a customer's values.")


class LetterTemplateSummarySchema(Schema):
    """A letter template in a list."""

    id = Id(required=True, dump_only=True)
    name = Text(templates.NAME_MAX, required=True)
    subject = Text(SUBJECT_MAX, required=True, metadata={"example": "{{ customer.first_name }}, a gift for you"})
    updated_at = Moment(required=True, dump_only=True)


class LetterTemplateSchema(LetterTemplateSummarySchema):
    """A letter template; the body is text, or MJML where it begins with `<mjml>`."""

    body = Text(BODY_MAX, required=True, metadata={"example": "You have {{ bonuses }} bonuses until {{ burns_on }}."})


class LetterTemplateChangeSchema(LetterTemplateSchema):
    """A change of a letter template; what is left out stays."""

    name = Text(templates.NAME_MAX)
    subject = Text(SUBJECT_MAX)
    body = Text(BODY_MAX)


@blueprint.get("/letter-templates")
@blueprint.arguments(SearchArguments, location="query")
@blueprint.response(200, page_of(LetterTemplateSummarySchema))
def list_letter_templates(arguments: dict[str, Any]) -> dict[str, Any]:
    """The letter templates, oldest first"""
    return read_page(g.session, LetterTemplate, arguments, LetterTemplate.name)


@blueprint.post("/letter-templates")
@blueprint.arguments(LetterTemplateSchema)
@blueprint.response(201, LetterTemplateSchema)
def create_letter_template(data: dict[str, Any]) -> LetterTemplate:
    """Add a letter template; 400 says which of its places for values cannot be filled"""
    return templates.create(g.session, **data, now=moment())


@blueprint.get("/letter-templates/<id:template_id>")
@blueprint.response(200, LetterTemplateSchema)
def get_letter_template(template_id: int) -> LetterTemplate:
    """A letter template"""
    return templates.template(g.session, template_id)


@blueprint.put("/letter-templates/<id:template_id>")
@blueprint.arguments(LetterTemplateChangeSchema)
@blueprint.response(200, LetterTemplateSchema)
def put_letter_template(data: dict[str, Any], template_id: int) -> LetterTemplate:
    """Change a letter template; letters that are sent from now on follow"""
    return templates.change(g.session, template_id, **data, now=moment())


@blueprint.delete("/letter-templates/<id:template_id>")
@blueprint.response(204)
def delete_letter_template(template_id: int) -> Response:
    """Delete a letter template that no chain uses"""
    templates.delete(g.session, template_id)
    return Response(status=204)
