"""Customers in JSON."""

from marshmallow import Schema, fields, validate

from loyalty_core.customers.editing import CARDS_MAX
from loyalty_core.customers.registration import CHANNELS, SEXES
from web.api.collections import NamedSchema
from web.api.fields import Amount, Flag, Id, Moment, OutletReference, Text

ConsentsSchema = Schema.from_dict({channel: Flag() for channel in CHANNELS}, name="ConsentsSchema")


class InviterSchema(Schema):
    """Who invited: at least one mark, or `code`, whatever a scanner reads of a card."""

    external_id = Text(100)
    phone = Text(100)
    card = Text(100)
    email = Text(200)
    code = Text(100)


class KnownCustomerSchema(Schema):
    """What is told of a customer whose external id is in the address; what is left out, or null, stays as it is."""

    first_name = Text(100, allow_none=True)
    last_name = Text(100, allow_none=True)
    email = Text(200, allow_none=True)
    phone = Text(100, allow_none=True, metadata={"example": "+44 20 7946 0958"})
    card = Text(100, allow_none=True)
    telegram = Text(100, allow_none=True, metadata={"description": "Their id in Telegram", "example": "204417001"})
    push = Text(200, allow_none=True, metadata={"description": "Their device’s token for push messages"})
    birth_date = fields.Date(allow_none=True)
    sex = fields.String(allow_none=True, validate=validate.OneOf(SEXES))
    registered_at = Moment(allow_none=True)
    outlet = OutletReference(allow_none=True)
    invited_by = fields.Nested(InviterSchema, allow_none=True, metadata={"description": "The friend who invited them"})
    consents = fields.Nested(ConsentsSchema, metadata={"description": "Whether they may be written to, by channel"})


class NewCustomerSchema(KnownCustomerSchema):
    """What is told of a customer."""

    external_id = Text(100, required=True, metadata={"description": "The CRM's or the till's number for them"})


class WholeCustomerSchema(Schema):
    """All that is known of a customer, but for their external id and the moment of registration.

    What is left out is not known any more: marks that are not named are taken away. A consent that is not named stays.
    """

    first_name = Text(100, load_default="")
    last_name = Text(100, load_default="")
    email = Text(200, load_default=None, allow_none=True)
    phone = Text(100, load_default=None, allow_none=True)
    cards = fields.List(Text(100), load_default=list, validate=validate.Length(max=CARDS_MAX))
    birth_date = fields.Date(load_default=None, allow_none=True)
    sex = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(SEXES))
    outlet = OutletReference(load_default=None, allow_none=True)
    consents = fields.Nested(ConsentsSchema, load_default=dict)


class CustomerSchema(Schema):
    """A customer."""

    id = Id(required=True)
    external_id = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    first_name = fields.String(required=True)
    last_name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    card = fields.String(required=True, allow_none=True)
    telegram = fields.String(required=True, allow_none=True)
    push = fields.String(required=True, allow_none=True)
    cards = fields.List(fields.String(), required=True)
    birth_date = fields.Date(required=True, allow_none=True)
    sex = fields.String(required=True, allow_none=True)
    registered_at = Moment(required=True)
    activated_at = Moment(
        required=True, allow_none=True, metadata={"description": "null: not activated, no rules of loyalty hold"}
    )
    outlet = fields.Integer(required=True, allow_none=True)
    group = fields.Integer(
        required=True, allow_none=True, metadata={"description": "The customer group whose rules hold for them"}
    )
    programme = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Their own programme, where they are in no group"}
    )
    invited_by = fields.Integer(required=True, allow_none=True, metadata={"description": "The id of who invited them"})
    consents = fields.Dict(required=True, keys=fields.String(), values=fields.Boolean())
    tags = fields.List(fields.Nested(NamedSchema), required=True)
    purchase_count = fields.Integer(required=True)
    visit_count = fields.Integer(required=True)
    purchase_sum = Amount(required=True)
    last_purchase_at = Moment(required=True, allow_none=True)
    active = Amount(required=True, metadata={"description": "Bonuses that can be spent now"})
