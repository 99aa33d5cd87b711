"""Campaigns in JSON."""

from typing import Any

from marshmallow import Schema, fields, validate

from web.api.collections import Cursor, SearchArguments
from web.api.errors import ErrorsSchema
from web.api.fields import Id, Moment, Text, Whole

STATUSES = ("draft", "live", "paused", "finished")


def graph_field(**kwargs: Any) -> fields.Dict:
    """A graph; the campaigns floor reads it and says what is wrong where."""
    node = {
        "type": "object",
        "required": ["id", "type"],
        "properties": {
            "id": {"type": "string", "example": "n1"},
            "type": {"type": "string", "description": "A key of `/node-types`", "example": "accrue_bonuses"},
            "settings": {"type": "object"},
            "position": {"type": "object", "properties": {"x": {"type": "number"}, "y": {"type": "number"}}},
        },
    }
    ends = {name: {"type": "string"} for name in ("source", "port", "target")}
    edge = {"type": "object", "required": list(ends), "properties": ends}
    properties = {"nodes": {"type": "array", "items": node}, "edges": {"type": "array", "items": edge}}
    return fields.Dict(metadata={"properties": properties, "additionalProperties": False}, **kwargs)


def settings_field(**kwargs: Any) -> fields.Dict:
    """The campaign's settings."""
    described = (
        "`reentry`: each_time, once or {after_days}; `missed`: run, skip or {within_hours}; "
        "`tracking` of openings and clicks: as_organisation or never"
    )
    return fields.Dict(metadata={"description": described}, **kwargs)


class CampaignDraftSchema(Schema):
    """A new campaign."""

    name = Text(200, required=True)
    graph = graph_field()
    settings = settings_field()


class CampaignChangeSchema(Schema):
    """A change of the draft; what is left out stays."""

    revision = Whole(required=True)
    name = Text(200)
    graph = graph_field()
    settings = settings_field()


class CheckSchema(Schema):
    """A chain to check."""

    graph = graph_field(required=True)
    settings = settings_field(load_default=dict)


class PublicationSchema(Schema):
    """A publication."""

    note = Text(500, load_default="")


class StartSchema(Schema):
    """A start by hand; without a moment, for now."""

    at = Moment(load_default=None, allow_none=True)


class ProblemSchema(Schema):
    """What keeps a chain from being published (error), or is probably not meant (warning)."""

    where = fields.String(required=True, metadata={"example": "nodes.n2.settings.amount"})
    message = fields.String(required=True)
    node = fields.String(required=True, allow_none=True)
    field = fields.String(required=True, allow_none=True)
    severity = fields.String(required=True, metadata={"enum": ["error", "warning"]})


class CampaignSummarySchema(Schema):
    """A campaign in a list."""

    id = Id(required=True)
    name = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": list(STATUSES)})
    revision = fields.Integer(required=True)
    published_version = fields.Integer(required=True, allow_none=True)
    latest_run = fields.Integer(required=True, allow_none=True)
    updated_at = Moment(required=True)


class CampaignSchema(CampaignSummarySchema):
    """A campaign with its draft."""

    graph = graph_field(required=True)
    settings = settings_field(required=True)
    problems = fields.List(fields.Nested(ProblemSchema), required=True)
    summaries = fields.Dict(required=True, keys=fields.String(), values=fields.String())
    changed_since_publication = fields.Boolean(required=True)


class ExampleSchema(Schema):
    """One line of what would happen with these values."""

    label = fields.String(required=True)
    value = fields.String(required=True)
    hint = fields.String(required=True)


class CheckedSchema(Schema):
    """What a check found, by step."""

    problems = fields.List(fields.Nested(ProblemSchema), required=True)
    summaries = fields.Dict(required=True, keys=fields.String(), values=fields.String())
    examples = fields.Dict(required=True, keys=fields.String(), values=fields.List(fields.Nested(ExampleSchema)))


class ReviewFactSchema(Schema):
    """One line of a review."""

    label = fields.String(required=True)
    today = fields.String(required=True)
    in_30_days = fields.String(required=True)
    hint = fields.String(required=True, allow_none=True)


class ReviewSchema(Schema):
    """What publishing would mean."""

    problems = fields.List(fields.Nested(ProblemSchema), required=True)
    facts = fields.List(fields.Nested(ReviewFactSchema), required=True)
    version = fields.Integer(required=True, metadata={"description": "The number that it would get"})
    starts = fields.String(required=True, allow_none=True)


class StaleSchema(ErrorsSchema):
    """The campaign has been changed meanwhile, and this is how it is now."""

    current = fields.Nested(CampaignSchema)


class NotReadySchema(ErrorsSchema):
    """The chain has problems; each is among the errors too."""

    problems = fields.List(fields.Nested(ProblemSchema))


class NewVersionSchema(Schema):
    """A published version."""

    version = fields.Integer(required=True)


class StartedRunSchema(Schema):
    """A run that was started, now or before."""

    id = Id(required=True)
    status = fields.String(required=True)
    already_started = fields.Boolean(required=True)


class CampaignArguments(SearchArguments):
    """Which page of the campaigns, newest first."""

    after = Cursor(int)
    status = fields.String(validate=validate.OneOf(STATUSES))
