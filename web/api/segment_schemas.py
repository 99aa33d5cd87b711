"""Conditions, trees and segments in JSON."""

from typing import Any

from marshmallow import Schema, fields

from segmenter.segments import NAME_MAX
from web.api.collections import Cursor, SearchArguments
from web.api.fields import Amount, Id, Moment, Text


def tree_field(description: str = "", **kwargs: Any) -> fields.Dict:
    """A tree of conditions; the segmenter reads it and says what is wrong where."""
    leaf = {"condition": "purchase_count", "op": "ge", "value": 10, "within": {"last_days": 365}}
    described = "`all`, `any` or `none` of leaves and groups; a leaf's keys are those of `/conditions`"
    metadata = {"description": ". ".join(filter(None, [description, described])), "example": {"all": [leaf]}}
    return fields.Dict(metadata=metadata, **kwargs)


class OperatorSchema(Schema):
    """An operator of a condition."""

    key = fields.String(required=True, metadata={"example": "ge"})
    sign = fields.String(required=True, allow_none=True, metadata={"example": "≥"})
    title = fields.String(required=True)


class ConditionSchema(Schema):
    """What can be asked of a customer."""

    key = fields.String(required=True, metadata={"example": "purchase_count"})
    group = fields.String(required=True, metadata={"description": "Where it stands in the list"})
    title = fields.String(required=True)
    help = fields.String(required=True)
    not_known = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Of whom it is not known, and what holds for them; null: it is known of everybody"},
    )
    operators = fields.List(fields.Nested(OperatorSchema), required=True)
    value = fields.Dict(required=True, metadata={"description": "Type, unit, choices, or the collection to pick from"})
    of = fields.Dict(
        required=True, allow_none=True, metadata={"description": "What `of` takes, as `value`; null: it takes none"}
    )
    by = fields.Dict(
        required=True, allow_none=True, metadata={"description": "The calculations that `by` may name; null: none"}
    )
    windowed = fields.Boolean(required=True, metadata={"description": "Whether it takes `within`"})
    ahead = fields.Boolean(required=True, metadata={"description": "Whether `within` looks ahead: `next_days`"})
    at_outlets = fields.Boolean(required=True, metadata={"description": "Whether it takes `outlets`"})


class LimitsSchema(Schema):
    """How large a tree may be."""

    depth = fields.Integer(required=True, metadata={"description": "Groups in groups"})
    conditions = fields.Integer(required=True)
    groups = fields.Integer(required=True)
    chosen = fields.Integer(required=True, metadata={"description": "Things picked in one condition"})


class ConditionsSchema(Schema):
    """All conditions, in the order of the list that people choose from."""

    items = fields.List(fields.Nested(ConditionSchema), required=True)
    limits = fields.Nested(LimitsSchema, required=True)


class TreeSchema(Schema):
    """A tree to count."""

    tree = tree_field(required=True)


class NewSegmentSchema(TreeSchema):
    """A segment to save."""

    name = Text(NAME_MAX, required=True)


class SegmentChangeSchema(Schema):
    """A change of a segment; what is left out stays."""

    name = Text(NAME_MAX)
    tree = tree_field()


class SegmentSummarySchema(Schema):
    """A segment in a list."""

    id = Id(required=True)
    name = fields.String(required=True)
    tree = tree_field(required=True)
    updated_at = Moment(required=True)


class UseSchema(Schema):
    """Something that uses a segment."""

    kind = fields.String(required=True, metadata={"enum": ["campaign", "promotion", "segment", "rfm"]})
    id = Id(required=True)
    name = fields.String(required=True)


class SegmentSchema(SegmentSummarySchema):
    """A segment with how many are in it now."""

    kind = fields.String(
        required=True,
        metadata={"enum": ["dynamic", "frozen"], "description": "Frozen: it asks for nothing but a list of customers"},
    )
    sentence = fields.String(required=True)
    count = fields.Integer(required=True)
    used_by = fields.List(fields.Nested(UseSchema), required=True)


class SizeSchema(Schema):
    """How many were in a segment on a day of the organisation."""

    day = fields.Date(required=True)
    count = fields.Integer(required=True)


class SizesSchema(Schema):
    """The days on which a segment was counted."""

    items = fields.List(fields.Nested(SizeSchema), required=True)


class InSegmentSchema(Schema):
    """Whether a customer is in a segment now."""

    id = Id(required=True)
    name = fields.String(required=True)
    inside = fields.Boolean(required=True)


class MemberSchema(Schema):
    """A customer of a segment; amounts are sums of all time."""

    id = Id(required=True)
    name = fields.String(required=True)
    card = fields.String(required=True, allow_none=True)
    purchase_count = fields.Integer(required=True)
    purchase_sum = Amount(required=True)
    average_receipt = Amount(required=True, allow_none=True)
    last_purchase_at = Moment(required=True, allow_none=True)
    active = Amount(required=True)


class SentencePartSchema(Schema):
    """A stretch of a sentence."""

    text = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": ["plain", "value", "joint"]})


class LineCountSchema(Schema):
    """How many customers meet one leaf alone."""

    path = fields.String(required=True, metadata={"example": "all.0"})
    count = fields.Integer(required=True)


class BoughtSchema(Schema):
    """What customers bought in all time, net of returns."""

    purchases = fields.Integer(required=True)
    sum = Amount(required=True)
    average_receipt = Amount(required=True, allow_none=True)


class PreviewSchema(Schema):
    """What a tree would give now."""

    count = fields.Integer(required=True)
    total = fields.Integer(required=True, metadata={"description": "How many customers there are"})
    margin = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Of an estimate: how far its count may be off, 19 times of 20; null: it is exact"},
    )
    bought = fields.Nested(BoughtSchema, required=True)
    base = fields.Nested(BoughtSchema, required=True, metadata={"description": "The same of all customers"})
    without = fields.List(
        fields.Nested(LineCountSchema),
        required=True,
        metadata={"description": "Where nobody meets the tree: how many would without this member of its root"},
    )
    sentence = fields.String(required=True)
    sentence_parts = fields.List(
        fields.Nested(SentencePartSchema),
        required=True,
        metadata={"description": "The sentence once more, in stretches: which of them are values, which words join"},
    )
    lines = fields.List(fields.Nested(LineCountSchema), required=True)
    sample = fields.List(fields.Nested(MemberSchema), required=True)
    names = fields.Dict(
        required=True,
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.String()),
        metadata={"description": "What the things are called that the tree names: by collection and id"},
    )
    took_ms = fields.Integer(required=True)


class HoldingsSchema(Schema):
    """What the customers of a tree hold now."""

    count = fields.Integer(required=True, metadata={"description": "How many they are"})
    bonuses = Amount(required=True, metadata={"description": "What they can spend, all together"})
    average_bonuses = Amount(required=True, allow_none=True, metadata={"description": "For one of them, in the mean"})
    reached_by = fields.Dict(
        required=True,
        attribute="yes",
        keys=fields.String(),
        values=fields.Integer(),
        metadata={
            "description": "How many a message would reach, by channel: they have an address and did not refuse",
            "example": {"email": 2620, "sms": 2697, "push": 1004, "telegram": 12},
        },
    )
    estimated = fields.Boolean(required=True, metadata={"description": "The numbers are brought up from a sample"})
    took_ms = fields.Integer(required=True)


class VerdictSchema(Schema):
    """One leaf's answer."""

    path = fields.String(required=True)
    met = fields.Boolean(required=True)
    actual = fields.String(required=True)
    text = fields.String(required=True, metadata={"example": "average receipt 4 812.50 ≥ 5 000.00: no"})


class GroupVerdictSchema(Schema):
    """One group's answer."""

    path = fields.String(required=True, metadata={"example": "all.2", "description": "Empty for the root"})
    kind = fields.String(required=True, metadata={"enum": ["all", "any", "none"]})
    met = fields.Boolean(required=True)


class ExplanationSchema(Schema):
    """Why a customer is in a segment or out of it."""

    met = fields.Boolean(required=True)
    groups = fields.List(fields.Nested(GroupVerdictSchema), required=True)
    lines = fields.List(fields.Nested(VerdictSchema), required=True)


class QuestionSchema(TreeSchema):
    """Whose answer is asked for, and of which tree."""

    customer = Id(required=True)


class SegmentsArguments(SearchArguments):
    """Which page of the segments, by name."""

    after = Cursor(str)


class ExplanationArguments(Schema):
    """Whose answer is asked for."""

    customer = Id(strict=False, required=True)
