"""Bonus types: when a bonus becomes active and when it burns."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, pre_dump

from loyalty_core.errors import NotFound
from loyalty_core.i18n import gettext as _
from loyalty_core.ledger.bonus_types import NAME_LENGTH_MAX, BonusType, change_bonus_type, create_bonus_type
from loyalty_core.ledger.lifetime import ACTIVATIONS, BURNINGS, Lifetime
from web.api.blueprint import Blueprint
from web.api.collections import SearchArguments, page_of, read_page
from web.api.fields import Flag, Id, Text, Whole
from web.api.programmes import Clock

blueprint = Blueprint("Bonus types", __name__, description="When bonuses become active and when they burn.")


class NewBonusTypeSchema(Schema):
    """A bonus type. What goes together with what is checked by the core, which names the place."""

    name = Text(NAME_LENGTH_MAX, required=True)
    activation = fields.String(load_default="at_once", metadata={"enum": list(ACTIVATIONS)})
    activation_amount = Whole(load_default=None, allow_none=True)
    activation_time = Clock(
        load_default=None, allow_none=True, metadata={"description": "Then, the next such local time"}
    )
    activation_date = fields.Date(load_default=None, allow_none=True)
    burning = fields.String(load_default="never", metadata={"enum": list(BURNINGS)})
    burning_amount = Whole(load_default=None, allow_none=True)
    burning_month = Whole(load_default=None, allow_none=True)
    burning_date = fields.Date(load_default=None, allow_none=True)
    burning_day = Whole(load_default=None, allow_none=True, metadata={"description": "0 is the month's last day"})
    to_the_second = Flag(load_default=False, metadata={"description": "Not at 23:59:59 of the day, but to the second"})


class BonusTypeSchema(NewBonusTypeSchema):
    """A bonus type as it is kept."""

    id = Id(required=True)
    hint = fields.String(required=True, metadata={"description": "Both moments in words"})

    @pre_dump
    def say_lifetime(self, bonus_type: BonusType, **_kwargs: Any) -> dict[str, Any]:
        """Add the lifetime in words."""
        values = {column.key: getattr(bonus_type, column.key) for column in BonusType.__table__.columns}
        return values | {"hint": Lifetime.of(bonus_type).sentence()}


@blueprint.get("/bonus-types")
@blueprint.arguments(SearchArguments, location="query")
@blueprint.response(200, page_of(BonusTypeSchema))
def list_bonus_types(arguments: dict[str, Any]) -> dict[str, Any]:
    """The bonus types, oldest first"""
    return read_page(g.session, BonusType, arguments, BonusType.name)


@blueprint.post("/bonus-types")
@blueprint.arguments(NewBonusTypeSchema)
@blueprint.response(201, BonusTypeSchema)
def create(data: dict[str, Any]) -> BonusType:
    """Add a bonus type"""
    return create_bonus_type(g.session, data.pop("name"), Lifetime(**data))


@blueprint.put("/bonus-types/<id:type_id>")
@blueprint.arguments(NewBonusTypeSchema)
@blueprint.response(200, BonusTypeSchema)
def change(data: dict[str, Any], type_id: int) -> BonusType:
    """Change a bonus type: what is accrued from now on; lots that there are keep their moments"""
    bonus_type: BonusType | None = g.session.get(BonusType, type_id)
    if bonus_type is None:
        raise NotFound("bonus_type", _("There is no bonus type %(id)s.", id=type_id))
    change_bonus_type(g.session, bonus_type, data.pop("name"), Lifetime(**data))
    return bonus_type
