"""Promotions: conditions on a receipt, and what they give."""

from decimal import Decimal
from typing import Any

from flask import g
from marshmallow import Schema
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from loyalty_core.programmes.changes import DESCRIPTION_MAX, NAME_MAX
from loyalty_core.promotions.changes import (
    PRODUCTS_MAX,
    VALUE_MAX,
    PromotionData,
    change_promotion,
    create_promotion,
    promotion,
)
from loyalty_core.promotions.rows import Promotion
from web.api.blueprint import Blueprint
from web.api.collections import PageArguments, page, page_of
from web.api.fields import Amount, Flag, Id, Moment, Quantity, Text, Whole
from web.api.goods_lists import named_by, names_field, outlets_field
from web.api.programmes import Percent
from web.api.segment_schemas import tree_field
from web.conditions import check_conditions

blueprint = Blueprint("Promotions", __name__, description="Conditions on a receipt, and what they give.")

# By which names the API calls what the core calls otherwise.
_NAMES = {
    "promo_code_list": "code_list_id",
    "bonus_percent": "bonus_rate",
    "bonus_type": "bonus_type_id",
    "discount_percent": "discount_rate",
}


class NewPromotionSchema(Schema):
    """A promotion. What goes together with what is checked by the core, which names the place.

    It acts where all its conditions hold: the higher priority first, of equal ones the older; one that does not add up
    acts alone. Special prices are taken off first, then the promotions' discounts, then the programme's percent.
    """

    name = Text(NAME_MAX, required=True)
    description = Text(DESCRIPTION_MAX, load_default="")
    active = Flag(load_default=True)
    priority = Whole(load_default=0, metadata={"description": "The highest acts first"})
    adds_up = Flag(load_default=True, metadata={"description": "Acts beside other promotions; else it acts alone"})
    starts_at = Moment(load_default=None, allow_none=True, metadata={"description": "From this moment on"})
    ends_at = Moment(load_default=None, allow_none=True, metadata={"description": "Until before this moment"})
    outlets = outlets_field("None: everywhere")
    least_sum = Amount(load_default=0, metadata={"description": "Of the goods before discounts"})
    least_quantity = Quantity(load_default=None, allow_none=True, metadata={"description": "Of goods, in pieces"})
    skus = names_field(VALUE_MAX, PRODUCTS_MAX, "Its products by their codes")
    categories = names_field(VALUE_MAX, PRODUCTS_MAX, "Its products by their categories")
    products_least = Quantity(load_default=None, allow_none=True, metadata={"description": "Of its products"})
    promo_code_list = Id(load_default=None, allow_none=True, metadata={"description": "Wants a code of this list"})
    conditions = tree_field(
        load_default=None, allow_none=True, description="Acts for customers who meet these; null: for everybody"
    )
    of_products = Flag(
        load_default=False,
        metadata={"description": "Percents and amounts are of its products alone, else of the whole receipt"},
    )
    bonus_percent = Percent(load_default=0, metadata={"description": "Bonuses beside those of the programme"})
    bonus_amount = Amount(load_default=0, metadata={"description": "Bonuses, once a receipt"})
    bonus_type = Id(load_default=None, allow_none=True, metadata={"description": "How long its bonuses live"})
    lifetime_days = Whole(
        load_default=None, allow_none=True, metadata={"description": "Or so many days; null: as the programme says"}
    )
    discount_percent = Percent(load_default=0)
    discount_amount = Amount(load_default=0, metadata={"description": "Once a receipt"})
    special_price = Amount(
        load_default=None, allow_none=True, metadata={"description": "Of one of its products, where it is lower"}
    )
    forbids_redemption = Flag(load_default=False, metadata={"description": "Bonuses may not pay"})


class PromotionSchema(NewPromotionSchema):
    """A promotion as it is kept."""

    id = Id(required=True)


@blueprint.get("/promotions")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(PromotionSchema))
def list_promotions(arguments: dict[str, Any]) -> dict[str, Any]:
    """The promotions, oldest first"""
    wanted = select(Promotion).options(selectinload(Promotion.products), selectinload(Promotion.outlets))
    (after,) = arguments.get("after", (0,))
    limit = arguments["limit"]
    found = g.session.scalars(wanted.where(Promotion.id > after).order_by(Promotion.id).limit(limit + 1)).all()
    return page([_view(each) for each in found], limit, lambda each: (each["id"],))


@blueprint.post("/promotions")
@blueprint.arguments(NewPromotionSchema)
@blueprint.response(201, PromotionSchema)
def create(data: dict[str, Any]) -> dict[str, Any]:
    """Add a promotion"""
    return _view(create_promotion(g.session, _told(data), check_conditions))


@blueprint.get("/promotions/<id:promotion_id>")
@blueprint.response(200, PromotionSchema)
def get_promotion(promotion_id: int) -> dict[str, Any]:
    """A promotion"""
    return _view(promotion(g.session, promotion_id))


@blueprint.put("/promotions/<id:promotion_id>")
@blueprint.arguments(NewPromotionSchema)
@blueprint.response(200, PromotionSchema)
def put_promotion(data: dict[str, Any], promotion_id: int) -> dict[str, Any]:
    """Change a promotion as a whole: later purchases follow it, what it gave stays"""
    return _view(change_promotion(g.session, promotion_id, _told(data), check_conditions))


def _told(data: dict[str, Any]) -> PromotionData:
    named = {_NAMES.get(name, name): value for name, value in data.items()}
    for quantity in ("least_quantity", "products_least"):
        named[quantity] = named[quantity] or Decimal(0)
    return PromotionData(**named)


def _view(found: Promotion) -> dict[str, Any]:
    values = {column.key: getattr(found, column.key) for column in Promotion.__table__.columns}
    return {
        **values,
        **{ours: values[theirs] for ours, theirs in _NAMES.items()},
        **{name: Decimal(values[name]) / 1000 or None for name in ("least_quantity", "products_least")},
        **named_by(found),
    }
