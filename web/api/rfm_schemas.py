"""RFM in JSON: settings, calculations, cells and segments."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from loyalty_core.i18n import gettext as _
from segmenter.rfm.reading import MAPS
from segmenter.rfm.rows import CONVENTIONS, NAME_MAX
from segmenter.rfm.settings import DESCRIPTION_MAX
from web.api.collections import SearchArguments
from web.api.fields import Amount, Id, Moment, Text


class Scores(fields.Field[tuple[int, int]]):
    """An inclusive range of scores: [4, 5]."""

    def __init__(self, **kwargs: Any) -> None:
        described = {
            "type": "array",
            "items": {"type": "integer", "minimum": 1, "maximum": 5},
            "minItems": 2,
            "maxItems": 2,
            "example": [4, 5],
        }
        super().__init__(metadata=described, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> list[int] | None:
        return None if value is None else list(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[int, int]:
        if not isinstance(value, list) or len(value) != 2 or any(type(each) is not int for each in value):
            raise ValidationError(_("Write two scores from 1 to 5, such as [4, 5]."))
        return value[0], value[1]


class RfmRuleSchema(Schema):
    """A segment: the first whose three ranges hold a customer’s scores names them."""

    id = Id(
        load_default=None, allow_none=True, metadata={"description": "Of one that there is; left out for a new one"}
    )
    name = Text(NAME_MAX, required=True)
    description = Text(DESCRIPTION_MAX, load_default="")
    r = Scores(required=True)
    f = Scores(required=True)
    m = Scores(required=True)


class RfmSettingsSchema(Schema):
    """What is calculated."""

    name = Text(NAME_MAX, load_default="", metadata={"description": "Left out: it stays as it is"})
    period = fields.Dict(
        required=True,
        allow_none=True,
        metadata={
            "description": "Which purchases count: a window as in conditions; null for all time",
            "example": {"last_days": 365},
        },
    )
    convention = fields.String(
        required=True,
        metadata={
            "enum": list(CONVENTIONS),
            "description": "`breaks`: equal values share a score; `ranks`: five equal groups, ties by customer number",
        },
    )
    segment = Id(
        attribute="segment_id",
        load_default=None,
        allow_none=True,
        metadata={"description": "Calculate among its customers only"},
    )
    segments = fields.List(fields.Nested(RfmRuleSchema), required=True)


class RfmKeptSettingsSchema(RfmSettingsSchema):
    """A calculation by its name; conditions that name none ask the default one."""

    id = Id(required=True)
    is_default = fields.Boolean(required=True)


class RfmNamedSchema(Schema):
    """A calculation in a list."""

    id = Id(required=True)
    name = fields.String(required=True)
    is_default = fields.Boolean(required=True)


class RfmCalculationSchema(Schema):
    """A calculation; `done` of `customers` are scored so far, of the `base` that was looked at."""

    id = Id(required=True)
    status = fields.String(
        required=True, metadata={"enum": ["waiting", "going_on", "current", "previous", "old", "failed"]}
    )
    requested_at = Moment(required=True)
    started_at = Moment(required=True, allow_none=True)
    finished_at = Moment(required=True, allow_none=True)
    took_ms = fields.Integer(required=True, allow_none=True)
    base = fields.Integer(required=True, allow_none=True)
    customers = fields.Integer(required=True, allow_none=True)
    done = fields.Integer(required=True)
    period = fields.Dict(required=True, allow_none=True)
    convention = fields.String(required=True, allow_none=True)
    segment = Id(attribute="segment_id", required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)


class Range(fields.Field[tuple[int, int]]):
    """The smallest and the greatest, as a list of two."""

    def __init__(self, inner: fields.Field[int], **kwargs: Any) -> None:
        item = {"type": "integer"} if isinstance(inner, fields.Integer) else {"type": "string", "example": "500.00"}
        kind = {"type": ["array", "null"], "items": item, "minItems": 2, "maxItems": 2}
        super().__init__(metadata=kind, **kwargs)
        self.inner = inner

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else [self.inner._serialize(each, attr, obj) for each in value]


class RfmGroupSchema(Schema):
    """Customers who have something in common; ranges are null where there is nobody."""

    customers = fields.Integer(required=True)
    purchases = fields.Integer(required=True)
    amount = Amount(required=True)
    average_receipt = Amount(required=True, allow_none=True)
    days = Range(fields.Integer(), required=True)
    purchases_each = Range(fields.Integer(), required=True)
    amount_each = Range(Amount(), required=True)


class RfmCellSchema(RfmGroupSchema):
    """A square of a map; `segment` is the one that most of its customers are in, "" where no rule names them."""

    x = fields.Integer(required=True)
    y = fields.Integer(required=True)
    segment = fields.String(required=True, allow_none=True)


class RfmMapSchema(Schema):
    """The 25 squares of a map."""

    map = fields.String(required=True)
    calculation = Id(required=True)
    items = fields.List(fields.Nested(RfmCellSchema), required=True)


class ConsentSchema(Schema):
    """How many customers agreed to a channel."""

    channel = fields.String(required=True)
    customers = fields.Integer(required=True)


class RfmSquareSchema(RfmCellSchema):
    """A square with what its customers hold; `tree` finds them as a segment."""

    map = fields.String(required=True)
    calculation = Id(required=True)
    of_customers = fields.Integer(required=True, metadata={"description": "All who have scores"})
    of_amount = Amount(required=True, metadata={"description": "What all of them spent"})
    bonuses = Amount(required=True, metadata={"description": "What they can spend now"})
    consents = fields.List(fields.Nested(ConsentSchema), required=True)
    tree = fields.Dict(required=True)


class RfmSegmentShownSchema(RfmGroupSchema):
    """A segment with its customers and who moved since the calculation before; "" is who fits no rule."""

    id = Id(required=True, allow_none=True)
    name = fields.String(required=True)
    came_in = fields.Integer(required=True)
    left = fields.Integer(required=True)


class RfmStandingSchema(Schema):
    """How RFM stands; `id` is of the settings, null where RFM has not been begun with."""

    id = Id(required=True, allow_none=True)
    is_default = fields.Boolean(required=True)
    settings = fields.Nested(RfmSettingsSchema, required=True)
    current = fields.Nested(RfmCalculationSchema, required=True, allow_none=True)
    open = fields.Nested(RfmCalculationSchema, required=True, allow_none=True)
    failed = fields.Nested(RfmCalculationSchema, required=True, allow_none=True)
    next_at = Moment(required=True, allow_none=True)
    segments = fields.List(fields.Nested(RfmSegmentShownSchema), required=True)


class WhichArguments(Schema):
    """Which calculation."""

    settings = Id(strict=False, load_default=None, metadata={"description": "Its id; left out: the default one"})


class MapArguments(WhichArguments):
    """Which two of the three."""

    map = fields.String(load_default="rf", validate=validate.OneOf(list(MAPS)))


class SquareArguments(MapArguments):
    """Which square of a map."""

    x = fields.Integer(required=True, validate=validate.Range(1, 5))
    y = fields.Integer(required=True, validate=validate.Range(1, 5))


class RfmSegmentArguments(SearchArguments):
    """Which segments."""

    settings = Id(strict=False, metadata={"description": "Of one calculation only"})
