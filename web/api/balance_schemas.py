"""Balances and activities in JSON."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields, pre_dump, validate

from campaigns.activities import Activity
from loyalty_core.ledger.binding import OUTLETS_MAX
from loyalty_core.ledger.rows import REASON_LENGTH_MAX
from web.api.collections import Cursor, NamedSchema, PageArguments
from web.api.fields import Amount, Id, Moment, Text

KINDS = ("purchase", "return", "accrue", "redeem", "burn", "reverse", "adjust", "repay", "merge", "message")


class BurningSchema(Schema):
    """What burns at a moment unless it is spent before."""

    amount = Amount(required=True)
    at = Moment(required=True)


class LotSchema(Schema):
    """One accrual and what is left of it."""

    id = Id(required=True)
    state = fields.String(required=True, metadata={"enum": ["active", "awaiting", "spent", "burned", "reversed"]})
    bonus_type = fields.String(required=True, allow_none=True)
    legal_entity = fields.String(required=True, allow_none=True)
    amount = Amount(required=True)
    remaining = Amount(required=True)
    accrued_at = Moment(required=True)
    active_at = Moment(required=True)
    expires_at = Moment(required=True, allow_none=True)
    source = fields.String(
        required=True, metadata={"description": "What asked for it: enrollment, purchase, api, page, reversal"}
    )
    reason = fields.String(required=True, allow_none=True)
    outlets = fields.List(
        fields.Nested(NamedSchema),
        required=True,
        metadata={"description": "Where alone it is valid; empty: everywhere"},
    )


class BoundSchema(Schema):
    """What can be spent only at some outlets."""

    amount = Amount(required=True)
    outlets = fields.List(fields.Nested(NamedSchema), required=True)


class BalanceSchema(Schema):
    """What a customer has."""

    active = Amount(required=True)
    awaiting = Amount(required=True)
    debt = Amount(required=True, metadata={"description": "What could not be taken back; the next bonuses pay it"})
    burning = fields.List(fields.Nested(BurningSchema), required=True)
    lots = fields.List(fields.Nested(LotSchema), required=True)
    bound = fields.List(
        fields.Nested(BoundSchema),
        required=True,
        metadata={"description": "What of `active` can be spent only at some outlets"},
    )


class BalanceArguments(Schema):
    """Which lots."""

    spent = fields.Boolean(load_default=False, metadata={"description": "Lots of which nothing is left, too"})


class AdjustmentSchema(Schema):
    """A correction by hand. What is given lives as the bonus type says, or for ever; it is valid at the outlets that
    are listed by id, or everywhere."""

    direction = fields.String(required=True, validate=validate.OneOf(["plus", "minus"]))
    amount = Amount(required=True)
    reason = Text(REASON_LENGTH_MAX, required=True)
    bonus_type = Id(load_default=None, allow_none=True)
    legal_entity = Id(load_default=None, allow_none=True)
    outlets = fields.List(Id(), load_default=list, validate=validate.Length(max=OUTLETS_MAX))


class TrySchema(Schema):
    """A channel that could not carry a message, and why."""

    channel = fields.String(required=True)
    reason = fields.String(required=True)
    at = Moment(required=True)


class ActivitySchema(Schema):
    """One thing that happened to a customer; `amount` is signed, of money or of bonuses as `kind` says."""

    at = Moment(required=True)
    kind = fields.String(required=True, metadata={"enum": list(KINDS)})
    title = fields.String(required=True)
    amount = Amount(required=True)
    campaign = fields.Nested(NamedSchema, required=True, allow_none=True)
    run = fields.Integer(required=True, allow_none=True, attribute="run_id")
    node = fields.String(required=True, allow_none=True, attribute="source_node")
    step = fields.String(required=True, allow_none=True, metadata={"description": "What the node is called"})
    outlet = fields.String(required=True, allow_none=True)
    author = fields.String(required=True, allow_none=True, metadata={"description": "Who corrected the balance"})
    purchase = fields.Integer(required=True, allow_none=True, attribute="purchase_id")
    message = fields.Integer(required=True, allow_none=True, attribute="message_id")
    message_status = fields.String(required=True, allow_none=True)
    channel = fields.String(required=True, allow_none=True, metadata={"description": "The one a message goes by"})
    tried = fields.List(
        fields.Nested(TrySchema), required=True, metadata={"description": "The channels of its cascade before this one"}
    )
    opened_at = Moment(required=True, allow_none=True, metadata={"description": "Of a letter, where that is counted"})
    clicked_at = Moment(required=True, allow_none=True, metadata={"description": "When a link was first followed"})

    @pre_dump
    def name_campaign(self, activity: Activity, **_kwargs: Any) -> dict[str, Any]:
        """The campaign's id and name as one thing."""
        named = {"id": activity.campaign_id, "name": activity.campaign} if activity.campaign_id else None
        return asdict(activity) | {"campaign": named}


class ActivityArguments(PageArguments):
    """Which page of a customer's activities, newest first."""

    after = Cursor(datetime, str, int)
