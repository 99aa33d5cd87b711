"""Selections and what is done to them in JSON."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from campaigns.acting.rows import TOKEN_MAX
from loyalty_core.i18n import gettext as _
from web.api.fields import Amount, Flag, Id, Moment, Text
from web.api.segment_schemas import tree_field
from web.api.tags import CUSTOMERS_MAX, CustomerNamed


class NewSelectionSchema(Schema):
    """Whom to freeze: who meets a tree, who is in a segment, or who is named."""

    tree = tree_field()
    segment = Id()
    customers = fields.List(CustomerNamed(), validate=validate.Length(1, CUSTOMERS_MAX))

    @validates_schema
    def want_one(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """One of the three, not more."""
        if len(data) != 1:
            raise ValidationError(_("Name a tree, or a segment, or customers."), "tree")


class NarrowingSchema(Schema):
    """What those who stay must also meet."""

    tree = tree_field(required=True)


class OpenedSelectionSchema(Schema):
    """A selection: how many are in it, and how many of them are ticked."""

    id = Id(required=True)
    origin = fields.String(required=True, metadata={"description": "In words, what found these customers"})
    created_at = Moment(required=True)
    created_by = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": ["filling", "open", "failed"]})
    expected = fields.Integer(
        required=True, allow_none=True, metadata={"description": "While it is filling: how many there will be"}
    )
    error = fields.String(required=True, allow_none=True, metadata={"description": "Why it could not be opened"})
    members = fields.Integer(required=True)
    ticked = fields.Integer(required=True)


class SelectionSizesSchema(Schema):
    """How many are in a selection, and how many of them are ticked."""

    members = fields.Integer(required=True)
    ticked = fields.Integer(required=True)


class SelectionMemberSchema(Schema):
    """A customer of a selection."""

    id = Id(required=True)
    name = fields.String(required=True)
    ticked = fields.Boolean(required=True)


class TicksSchema(Schema):
    """Whom to tick or untick; without customers, everybody in the selection."""

    ticked = Flag(required=True)
    customers = fields.List(Id(), validate=validate.Length(1, CUSTOMERS_MAX))


class AskedSchema(Schema):
    """What to do: an action of the palette with its settings, or a campaign to enter."""

    action = Text(40, metadata={"description": "The key of a node type of the group `actions`", "example": "add_tag"})
    settings = fields.Dict(load_default=dict, metadata={"description": "As in a chain", "example": {"tag": 3}})
    campaign = Id(metadata={"description": "In place of an action: a live campaign that they enter"})

    @validates_schema
    def want_one(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """An action or a campaign; a campaign takes no settings."""
        if ("action" in data) == ("campaign" in data):
            raise ValidationError(_("Name either an action or a campaign."), "action")
        if "campaign" in data and data["settings"]:
            raise ValidationError(_("A campaign has its settings already: leave these out."), "settings")


class NewActionSchema(AskedSchema):
    """What to do; the same token again does nothing more."""

    token = Text(TOKEN_MAX, required=True, metadata={"description": "Yours, such as a UUID: each token is done once"})


class FactSchema(Schema):
    """A line of what it comes to."""

    label = fields.String(required=True)
    value = fields.String(required=True)
    hint = fields.String(required=True)


class WrongSettingSchema(Schema):
    """What keeps an action from being done, at its place (`settings.amount`)."""

    where = fields.String(required=True)
    message = fields.String(required=True)


class CostSchema(Schema):
    """What an action would come to now; with problems, nothing can be said of that yet."""

    members = fields.Integer(required=True)
    ticked = fields.Integer(required=True)
    example = fields.List(fields.Nested(FactSchema), required=True)
    facts = fields.List(fields.Nested(FactSchema), required=True)
    problems = fields.List(fields.Nested(WrongSettingSchema), required=True)


class ActionSchema(Schema):
    """What was done, and how far its run is."""

    id = Id(required=True)
    action = fields.String(required=True, allow_none=True)
    settings = fields.Dict(required=True)
    title = fields.String(required=True)
    campaign = Id(required=True)
    run = Id(required=True)
    asked_by = fields.String(required=True)
    asked_at = Moment(required=True)
    status = fields.String(required=True, metadata={"enum": ["going_on", "finished", "paused"]})
    expected = fields.Integer(
        required=True, allow_none=True, metadata={"description": "How many enter in all, until all have"}
    )
    entered = fields.Integer(required=True)
    finished = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    granted = Amount(required=True)


class ActionsSchema(Schema):
    """All that was done to a selection, newest first."""

    items = fields.List(fields.Nested(ActionSchema), required=True)


class ListedSelectionSchema(OpenedSelectionSchema):
    """A selection in a list, with what was done to it."""

    actions = fields.List(fields.Nested(ActionSchema), required=True)


class BegunActionSchema(ActionSchema):
    """What was begun; `already_done`: this token had begun it before."""

    already_done = fields.Boolean(required=True)
