"""What is sold, to be picked for conditions: whole categories and single products."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate
from sqlalchemy import String, cast, func, literal, select, union_all

from loyalty_core.i18n import gettext
from loyalty_core.till.purchases import Product
from web.api.blueprint import Blueprint
from web.api.collections import LIMIT_MAX, Cursor, page, page_of

blueprint = Blueprint("Goods", __name__, description="Categories and products, as purchases brought them.")


class GoodsArguments(Schema):
    """Which page of the goods, narrowed by words."""

    after = Cursor(str)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, LIMIT_MAX))
    q = fields.String(load_default="", validate=validate.Length(0, 200), metadata={"description": "Words to find"})


class GoodsSchema(Schema):
    """A category or a product, as conditions name it."""

    id = fields.String(required=True, metadata={"example": "category:Coffee"})
    name = fields.String(required=True)
    hint = fields.String(required=True, metadata={"description": "Which of the two it is, or the product’s code"})


@blueprint.get("/goods")
@blueprint.arguments(GoodsArguments, location="query")
@blueprint.response(200, page_of(GoodsSchema))
def list_goods(arguments: dict[str, Any]) -> dict[str, Any]:
    """Categories, then products"""
    words = arguments["q"]
    category, product = literal("category:") + Product.category, literal("product:") + cast(Product.id, String)
    title = func.coalesce(func.nullif(Product.name, ""), Product.sku)
    categories = select(category.label("id"), Product.category.label("name"), literal("").label("sku")).distinct()
    products = select(product.label("id"), title.label("name"), Product.sku.label("sku"))
    goods = union_all(
        categories.where(Product.category != "", Product.category.icontains(words, autoescape=True)),
        products.where(title.icontains(words, autoescape=True) | Product.sku.icontains(words, autoescape=True)),
    ).subquery("goods")
    (after,) = arguments.get("after", ("",))
    wanted = select(goods).where(goods.c.id > after).order_by(goods.c.id).limit(arguments["limit"] + 1)
    found = [
        {"id": row.id, "name": row.name, "hint": row.sku or gettext("category")} for row in g.session.execute(wanted)
    ]
    return page(found, arguments["limit"], lambda item: (item["id"],))
