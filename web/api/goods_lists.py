"""The products and outlets that a hint or a promotion names: their fields, and how they are told."""

from typing import Any

from marshmallow import fields, validate

from loyalty_core.promotions.rows import CATEGORY, SKU
from web.api.fields import Id, Text

OUTLETS_MAX = 1000


def names_field(longest: int, most: int, what: str) -> fields.List[str]:
    """A field of at most `most` names (codes, categories) of at most `longest` characters each."""
    listed = Text(longest, required=True)
    limit = validate.Length(0, most)
    return fields.List(listed, load_default=list, validate=limit, metadata={"description": what})


def outlets_field(nothing: str) -> fields.List[int]:
    """A field of outlets by their ids; `nothing` says what an empty one means."""
    limit = validate.Length(0, OUTLETS_MAX)
    return fields.List(Id(), load_default=list, validate=limit, metadata={"description": nothing})


def named_by(found: Any) -> dict[str, Any]:
    """The `skus`, `categories` and `outlets` of what has rows of `products` and of `outlets`."""
    return {
        "skus": [each.value for each in found.products if each.kind == SKU],
        "categories": [each.value for each in found.products if each.kind == CATEGORY],
        "outlets": [each.outlet_id for each in found.outlets],
    }
