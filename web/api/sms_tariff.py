"""What an SMS costs, and a text as it would be sent and paid for."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from campaigns.messages.letters import BadLetter
from campaigns.messages.sms import COUNTINGS, SmsTariff, cost, set_sms_tariff, sms_tariff
from campaigns.messages.texts import TEXT_MAX, preview_text
from loyalty_core.errors import Refused
from web.api.blueprint import Blueprint
from web.api.fields import Amount, Text
from web.session import only_reads

blueprint = Blueprint("SMS", __name__, description="What an SMS costs.")


class SmsTariffSchema(Schema):
    """What a part costs, and how parts are counted."""

    part_price = Amount(required=True, metadata={"example": "1.01", "description": "In the organisation’s currency"})
    counting = fields.String(
        required=True,
        validate=validate.OneOf(COUNTINGS),
        metadata={"description": "By the encoding (GSM-7 160/153, UCS-2 70/67), or every 70 characters"},
    )


class TextToPreviewSchema(Schema):
    """A text with places for values."""

    text = Text(TEXT_MAX, required=True, metadata={"example": "{{ burning }} bonuses burn on {{ burning_on }}"})


class TextPreviewSchema(Schema):
    """The text with example values, as an SMS."""

    text = fields.String(required=True)
    characters = fields.Integer(required=True)
    encoding = fields.String(required=True, metadata={"description": "GSM-7, UCS-2, or empty where it does not count"})
    parts = fields.Integer(required=True)
    price = Amount(required=True)


@blueprint.get("/sms-tariff")
@blueprint.response(200, SmsTariffSchema)
def get_tariff() -> SmsTariff:
    """What an SMS costs"""
    return sms_tariff(g.session)


@blueprint.put("/sms-tariff")
@blueprint.arguments(SmsTariffSchema)
@blueprint.response(200, SmsTariffSchema)
def put_tariff(data: dict[str, Any]) -> SmsTariff:
    """Say what an SMS costs: messages that were sent keep their price"""
    return set_sms_tariff(g.session, **data)


@blueprint.post("/messages/preview")
@blueprint.arguments(TextToPreviewSchema)
@blueprint.response(200, TextPreviewSchema)
@only_reads
def preview(data: dict[str, Any]) -> dict[str, Any]:
    """A text with example values, its parts and its price"""
    try:
        text = preview_text(data["text"])
    except BadLetter as error:
        raise Refused("text", str(error)) from error
    return {"text": text, **cost(text, sms_tariff(g.session))._asdict()}
