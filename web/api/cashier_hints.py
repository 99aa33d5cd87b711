"""Cashier hints: what a customer likes to buy, told at the till."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import g
from marshmallow import Schema, fields
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from loyalty_core.till.cashier_hints import (
    GOODS_MAX,
    NAME_MAX,
    VALUE_MAX,
    VALUES_MAX,
    CashierHint,
    HintData,
    cashier_hint,
    change_hint,
    create_hint,
)
from loyalty_core.till.favourites import Hint
from web.api.blueprint import Blueprint
from web.api.collections import PageArguments, page, page_of
from web.api.fields import Amount, Flag, Id, Moment, Quantity, Text, Whole
from web.api.goods_lists import named_by, names_field, outlets_field

blueprint = Blueprint("Cashier hints", __name__, description="What a customer likes to buy, told at the till.")


class NewCashierHintSchema(Schema):
    """A hint names the products that a customer has bought on most receipts; a purchase counts an hour after it."""

    name = Text(NAME_MAX, required=True)
    starts_at = Moment(required=True, metadata={"description": "Purchases from this moment on count"})
    outlets = outlets_field("None: shown everywhere")
    skus = names_field(VALUE_MAX, VALUES_MAX, "Only products with these codes; with no codes and no categories, any")
    categories = names_field(VALUE_MAX, VALUES_MAX, "Only products of these categories")
    goods_shown = Whole(load_default=3, metadata={"description": f"1 to {GOODS_MAX}"})
    least_sum = Amount(load_default=0, metadata={"description": "Of a purchase that counts"})
    active = Flag(load_default=True)


class CashierHintSchema(NewCashierHintSchema):
    """A hint as it is kept."""

    id = Id(required=True)


class FavouriteSchema(Schema):
    """A product that the customer buys often; `receipts` is on how many, `quantity` how many pieces."""

    sku = fields.String(required=True)
    name = fields.String(required=True)
    receipts = fields.Integer(required=True)
    quantity = Quantity(required=True)


class ShownHintSchema(Schema):
    """What a cashier is told of a customer."""

    name = fields.String(required=True)
    goods = fields.List(fields.Nested(FavouriteSchema), required=True)


@blueprint.get("/cashier-hints")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(CashierHintSchema))
def list_hints(arguments: dict[str, Any]) -> dict[str, Any]:
    """The cashier hints, oldest first"""
    wanted = select(CashierHint).options(selectinload(CashierHint.products), selectinload(CashierHint.outlets))
    (after,) = arguments.get("after", (0,))
    limit = arguments["limit"]
    found = g.session.scalars(wanted.where(CashierHint.id > after).order_by(CashierHint.id).limit(limit + 1)).all()
    return page([_view(each) for each in found], limit, lambda each: (each["id"],))


@blueprint.post("/cashier-hints")
@blueprint.arguments(NewCashierHintSchema)
@blueprint.response(201, CashierHintSchema)
def create(data: dict[str, Any]) -> dict[str, Any]:
    """Add a cashier hint"""
    return _view(create_hint(g.session, HintData(**data)))


@blueprint.get("/cashier-hints/<id:hint_id>")
@blueprint.response(200, CashierHintSchema)
def get_hint(hint_id: int) -> dict[str, Any]:
    """A cashier hint"""
    return _view(cashier_hint(g.session, hint_id))


@blueprint.put("/cashier-hints/<id:hint_id>")
@blueprint.arguments(NewCashierHintSchema)
@blueprint.response(200, CashierHintSchema)
def put_hint(data: dict[str, Any], hint_id: int) -> dict[str, Any]:
    """Change a cashier hint as a whole"""
    return _view(change_hint(g.session, hint_id, HintData(**data)))


def hint_views(hints: Sequence[Hint]) -> list[dict[str, Any]]:
    """What a cashier is told, in JSON."""
    return [
        {
            "name": hint.name,
            "goods": [each._asdict() | {"quantity": Decimal(each.quantity) / 1000} for each in hint.goods],
        }
        for hint in hints
    ]


def _view(found: CashierHint) -> dict[str, Any]:
    return {
        **{column.key: getattr(found, column.key) for column in CashierHint.__table__.columns},
        **named_by(found),
    }
