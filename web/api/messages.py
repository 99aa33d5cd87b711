"""Messages that chains have asked for, and what can be done about one that went wrong."""

from dataclasses import asdict
from typing import Any

from flask import g
from marshmallow import Schema, fields, pre_dump, validate

from campaigns.messages import reading, remedies
from campaigns.messages.channels.titles import TITLES
from campaigns.messages.reading import ANSWERS, STATUSES, MessageView
from web.api.balance_schemas import TrySchema
from web.api.blueprint import Blueprint
from web.api.collections import NamedSchema, PageArguments, page, page_of
from web.api.fields import Amount, Id, Moment
from web.session import moment

blueprint = Blueprint("Messages", __name__, description="Messages in the outbox and after it.")


class MessageSummarySchema(Schema):
    """A message in a list."""

    id = Id(required=True)
    customer = fields.Nested(NamedSchema, required=True)
    campaign = fields.Nested(NamedSchema, required=True)
    run = Id(required=True, attribute="run_id")
    node = fields.String(required=True)
    step = fields.String(required=True, metadata={"description": "What the node is called"})
    channel = fields.String(required=True, metadata={"enum": list(TITLES)})
    tried = fields.List(
        fields.Nested(TrySchema), required=True, metadata={"description": "The channels of its cascade before this one"}
    )
    status = fields.String(required=True, metadata={"enum": list(STATUSES)})
    to = fields.String(required=True, allow_none=True, attribute="recipient")
    subject = fields.String(required=True, allow_none=True)
    text = fields.String(
        required=True, allow_none=True, metadata={"description": "As it was sent; of an e-mail see `body_html`"}
    )
    parts = fields.Integer(required=True, allow_none=True, metadata={"description": "Of an SMS"})
    price = Amount(required=True, allow_none=True, metadata={"description": "Of an SMS"})
    reason = fields.String(required=True, allow_none=True)
    at = Moment(required=True, metadata={"description": "When it was sent, else when it was queued"})
    opened_at = Moment(required=True, allow_none=True, metadata={"description": "Of a letter, where that is counted"})
    clicked_at = Moment(required=True, allow_none=True, metadata={"description": "When a link was first followed"})

    @pre_dump
    def name_owners(self, message: MessageView, **_kwargs: Any) -> dict[str, Any]:
        return asdict(message) | {
            "clicks": [click._asdict() for click in message.clicks],
            "customer": {"id": message.customer_id, "name": message.customer_name},
            "campaign": {"id": message.campaign_id, "name": message.campaign_name},
        }


class ClickSchema(Schema):
    """A link of a letter that was followed, and when first."""

    url = fields.String(required=True)
    at = Moment(required=True)


class MessageSchema(MessageSummarySchema):
    """A message as it was sent."""

    body_html = fields.String(required=True, allow_none=True, attribute="body")
    cascade = fields.List(fields.String(), required=True, metadata={"description": "All channels, in order"})
    attempts = fields.Integer(required=True)
    queued_at = Moment(required=True)
    sent_at = Moment(required=True, allow_none=True)
    retry_at = Moment(required=True, allow_none=True)
    clicks = fields.List(fields.Nested(ClickSchema), required=True)


class MessagesArguments(PageArguments):
    """Which page of which messages, newest first."""

    run = Id(strict=False)
    campaign = Id(strict=False)
    customer = Id(strict=False)
    status = fields.String(validate=validate.OneOf([*STATUSES, *ANSWERS]))


@blueprint.get("/messages")
@blueprint.arguments(MessagesArguments, location="query")
@blueprint.response(200, page_of(MessageSummarySchema))
def list_messages(arguments: dict[str, Any]) -> dict[str, Any]:
    """The messages, newest first"""
    (before,) = arguments.get("after", (None,))
    found = reading.messages(
        g.session,
        run_id=arguments.get("run"),
        campaign_id=arguments.get("campaign"),
        customer_id=arguments.get("customer"),
        status=arguments.get("status"),
        before=before,
        limit=arguments["limit"] + 1,
    )
    return page(found, arguments["limit"], lambda message: (message.id,))


@blueprint.get("/messages/<id:message_id>")
@blueprint.response(200, MessageSchema)
def get_message(message_id: int) -> MessageView:
    """A message as it was sent"""
    return reading.message(g.session, message_id)


@blueprint.post("/messages/<id:message_id>/send-again")
@blueprint.response(200, MessageSchema)
def send_again(message_id: int) -> MessageView:
    """Queue a message again that failed, was dropped or is in doubt"""
    remedies.send_again(g.session, message_id)
    return reading.message(g.session, message_id)


@blueprint.post("/messages/<id:message_id>/mark-sent")
@blueprint.response(200, MessageSchema)
def mark_sent(message_id: int) -> MessageView:
    """Settle a message in doubt: it did leave"""
    remedies.mark_sent(g.session, message_id, moment())
    return reading.message(g.session, message_id)
