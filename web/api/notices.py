"""Notices of programmes and customer groups: what their forms set up, each of which is a chain."""

from typing import Any

from flask import g
from marshmallow import Schema, fields

from campaigns.messages.texts import TEXT_MAX
from campaigns.notices.examples import example_of
from campaigns.notices.kinds import NoticeData
from campaigns.notices.owners import Owner, group_owner, programme_owner
from campaigns.notices.reading import NoticeView, notices
from campaigns.notices.saving import save_notices
from web.api.blueprint import Blueprint
from web.api.collections import NamedSchema
from web.api.fields import Amount, Flag, Id, Text, Whole
from web.api.programmes import Clock
from web.session import moment

blueprint = Blueprint("Notices", __name__, description="Messages that programmes and groups send by themselves.")


class SmsCostSchema(Schema):
    """An SMS as it is paid for."""

    characters = fields.Integer(required=True)
    encoding = fields.String(required=True)
    parts = fields.Integer(required=True)
    price = Amount(required=True)


class NoticeExampleSchema(Schema):
    """What the notice would say, to whom and when."""

    who = fields.String(required=True)
    text = fields.String(required=True)
    nobody = fields.String(required=True, allow_none=True)
    sms = fields.Nested(SmsCostSchema, required=True, allow_none=True)


class NoticeChainSchema(Schema):
    """The chain that sends it, and what has become of its messages."""

    campaign = fields.Nested(NamedSchema, required=True)
    status = fields.String(required=True)
    changed_by_hand = fields.Boolean(required=True, metadata={"description": "On the canvas: the form leaves it alone"})
    sent = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    not_sent = fields.Integer(required=True)


class NoticeSchema(Schema):
    """A notice: its channels are tried in order."""

    channels = fields.List(
        fields.String(), required=True, metadata={"example": ["sms"], "description": "sms, push, telegram, email"}
    )
    text = Text(TEXT_MAX, required=True)
    subject = Text(300, load_default=None, allow_none=True, metadata={"description": "Of the e-mail"})
    anew = Flag(load_only=True, metadata={"description": "Draw a chain again that was changed by hand"})
    chain = fields.Nested(NoticeChainSchema, dump_only=True)
    example = fields.Nested(NoticeExampleSchema, dump_only=True)


class WelcomeWarningSchema(NoticeSchema):
    """A warning some days before bonuses burn, at a time of day on the outlet's clock."""

    days_before = Whole(required=True)
    at = Clock(load_default=None, allow_none=True, metadata={"description": "10:00 where it is not said"})


class BurnWarningSchema(WelcomeWarningSchema):
    """One of the warnings before bonuses burn; its `id` is told to change it."""

    id = Id(load_default=None, allow_none=True)
    least_amount = Amount(
        load_default=None, allow_none=True, metadata={"description": "Nobody is told of less that burns"}
    )


class BlockNoticeSchema(NoticeSchema):
    """The notice of a block, to the customer or to a given phone."""

    to = fields.String(load_default="customer", metadata={"enum": ["customer", "phone"]})
    phone = Text(30, load_default=None, allow_none=True)


class ProgrammeNoticesSchema(Schema):
    """All notices of a programme; what is null or left out is not sent."""

    welcome = fields.Nested(NoticeSchema, load_default=None, allow_none=True)
    welcome_burning = fields.Nested(WelcomeWarningSchema, load_default=None, allow_none=True)
    burning = fields.List(fields.Nested(BurnWarningSchema), load_default=list)
    blocked = fields.Nested(BlockNoticeSchema, load_default=None, allow_none=True)


class GroupNoticesSchema(Schema):
    """All notices of a customer group; what is null or left out is not sent."""

    registered = fields.Nested(NoticeSchema, load_default=None, allow_none=True)
    purchase = fields.Nested(NoticeSchema, load_default=None, allow_none=True)


@blueprint.get("/programmes/<id:programme_id>/notices")
@blueprint.response(200, ProgrammeNoticesSchema)
def get_programme_notices(programme_id: int) -> dict[str, Any]:
    """What a programme tells its customers by itself"""
    return _shown(programme_owner(g.session, programme_id))


@blueprint.put("/programmes/<id:programme_id>/notices")
@blueprint.arguments(ProgrammeNoticesSchema)
@blueprint.response(200, ProgrammeNoticesSchema)
def put_programme_notices(data: dict[str, Any], programme_id: int) -> dict[str, Any]:
    """Set up a programme's notices as a whole: each becomes a chain, which is published"""
    return _put(programme_owner(g.session, programme_id, lock=True), data)


@blueprint.get("/customer-groups/<id:group_id>/notices")
@blueprint.response(200, GroupNoticesSchema)
def get_group_notices(group_id: int) -> dict[str, Any]:
    """What a customer group is told by itself"""
    return _shown(group_owner(g.session, group_id))


@blueprint.put("/customer-groups/<id:group_id>/notices")
@blueprint.arguments(GroupNoticesSchema)
@blueprint.response(200, GroupNoticesSchema)
def put_group_notices(data: dict[str, Any], group_id: int) -> dict[str, Any]:
    """Set up a customer group's notices as a whole: each becomes a chain, which is published"""
    return _put(group_owner(g.session, group_id, lock=True), data)


def _put(owner: Owner, data: dict[str, Any]) -> dict[str, Any]:
    told = []
    for kind in owner.kinds:
        one_or_more = data[kind.key] if kind.several else [data[kind.key]]
        for each in one_or_more:
            if each is not None:
                told.append(NoticeData(kind.key, **each | {"channels": tuple(each["channels"])}))
    save_notices(g.session, owner, told, moment(), g.caller.name)
    return _shown(owner)


def _shown(owner: Owner) -> dict[str, Any]:
    found = notices(g.session, owner)
    shown: dict[str, Any] = {kind.key: [] if kind.several else None for kind in owner.kinds}
    for view in found:
        if isinstance(shown[view.data.kind], list):
            shown[view.data.kind].append(_view(view))
        else:
            shown[view.data.kind] = _view(view)
    return shown


def _view(view: NoticeView) -> dict[str, Any]:
    chain = {name: getattr(view, name) for name in ("status", "changed_by_hand", "sent", "waiting", "not_sent")}
    return vars(view.data) | {
        "chain": chain | {"campaign": {"id": view.campaign_id, "name": view.campaign}},
        "example": example_of(g.session, view.data, moment()),
    }
