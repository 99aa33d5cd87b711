"""Customer groups: whose programme their members follow, and what each group buys."""

from datetime import datetime
from typing import Any

from flask import Response, g
from marshmallow import Schema, ValidationError, fields, validates_schema

from loyalty_core.customers.groups import (
    GroupData,
    GroupFigures,
    change_group,
    create_group,
    customer_group,
    group_figures,
    let_follow,
    move_customers,
)
from loyalty_core.customers.merged import check_customer
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.programmes.changes import DESCRIPTION_MAX, NAME_MAX
from loyalty_core.programmes.rows import CustomerGroup
from web.api.blueprint import Blueprint
from web.api.collections import NamedSchema, SearchArguments, page_of, read_page
from web.api.fields import Amount, Flag, Id, Moment, Text

blueprint = Blueprint("Customer groups", __name__, description="Whose programme customers follow.")


class NewGroupSchema(Schema):
    """A group; without a programme no rules of loyalty hold for its customers."""

    name = Text(NAME_MAX, required=True)
    description = Text(DESCRIPTION_MAX, load_default="")
    programme = Id(attribute="programme_id", load_default=None, allow_none=True)
    is_default = Flag(
        load_default=False, metadata={"description": "For those who register; the earlier default is none then"}
    )


class GroupSchema(NewGroupSchema):
    """A group as it is kept."""

    id = Id(required=True)
    kind = fields.String(required=True, metadata={"enum": ["bonus", "discount", "both", "none"]})


class PeriodArguments(Schema):
    """A period: from its begin until before its end."""

    begin = Moment(required=True)
    end = Moment(required=True)

    @validates_schema
    def refuse_backwards(self, data: dict[str, datetime], **_kwargs: Any) -> None:
        """A period has a length."""
        if data["begin"] >= data["end"]:
            raise ValidationError(_("Let the period end after it begins."), "end")


class FiguresSchema(Schema):
    """A group's customers, and their purchases of the period, net of returns."""

    group = fields.Nested(NamedSchema, required=True, allow_none=True, metadata={"description": "null: in no group"})
    customers = fields.Integer(required=True)
    purchases = fields.Integer(required=True)
    amount = Amount(required=True)
    average_receipt = Amount(required=True, allow_none=True, attribute="average")


class ReportSchema(Schema):
    """The groups by name, and last those in none."""

    items = fields.List(fields.Nested(FiguresSchema), required=True)


class MembershipSchema(Schema):
    """The group that a customer is to be in."""

    group = Id(required=True, allow_none=True)


class LoyaltySchema(Schema):
    """Whose rules are to hold for a customer; both null: those of the default group, or programme."""

    group = Id(load_default=None, allow_none=True)
    programme = Id(load_default=None, allow_none=True, metadata={"description": "Their own; not beside a group"})


@blueprint.get("/customer-groups")
@blueprint.arguments(SearchArguments, location="query")
@blueprint.response(200, page_of(GroupSchema))
def list_groups(arguments: dict[str, Any]) -> dict[str, Any]:
    """The customer groups, oldest first"""
    return read_page(g.session, CustomerGroup, arguments, CustomerGroup.name)


@blueprint.post("/customer-groups")
@blueprint.arguments(NewGroupSchema)
@blueprint.response(201, GroupSchema)
def create(data: dict[str, Any]) -> CustomerGroup:
    """Add a customer group"""
    return create_group(g.session, GroupData(**data))


@blueprint.get("/customer-groups/report")
@blueprint.arguments(PeriodArguments, location="query")
@blueprint.response(200, ReportSchema)
def report(arguments: dict[str, datetime]) -> dict[str, list[GroupFigures]]:
    """How many customers each group has, and their average receipt in a period"""
    return {"items": group_figures(g.session, arguments["begin"], arguments["end"])}


@blueprint.get("/customer-groups/<id:group_id>")
@blueprint.response(200, GroupSchema)
def get_group(group_id: int) -> CustomerGroup:
    """A customer group"""
    return customer_group(g.session, group_id)


@blueprint.put("/customer-groups/<id:group_id>")
@blueprint.arguments(NewGroupSchema)
@blueprint.response(200, GroupSchema)
def put_group(data: dict[str, Any], group_id: int) -> CustomerGroup:
    """Change a customer group as a whole"""
    return change_group(g.session, group_id, GroupData(**data))


@blueprint.put("/customers/<id:customer_id>/loyalty")
@blueprint.arguments(LoyaltySchema)
@blueprint.response(204)
def put_loyalty(data: dict[str, Any], customer_id: int) -> Response:
    """Say whose rules hold for a customer: a group's, those of a programme of their own, or the default ones

    What they earned stays, and so does their activation.
    """
    check_customer(g.session, customer_id, "customer_id")
    let_follow(g.session, [customer_id], group_id=data["group"], programme_id=data["programme"])
    return Response(status=204)


@blueprint.put("/customers/<id:customer_id>/group")
@blueprint.arguments(MembershipSchema)
@blueprint.response(204)
def put_into(data: dict[str, Any], customer_id: int) -> Response:
    """Put a customer into a group, out of the one they were in; null puts them into none"""
    check_customer(g.session, customer_id, "customer_id")
    if data["group"] is not None and g.session.get(CustomerGroup, data["group"]) is None:
        raise Refused("group", _("There is no customer group %(id)s.", id=data["group"]))
    move_customers(g.session, [customer_id], data["group"])
    return Response(status=204)
