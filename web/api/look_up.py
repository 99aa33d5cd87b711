"""Who stands at the till: a customer by what a scanner reads or a cashier types, and whether the till gets through."""

from typing import Any

from flask import Response, g
from marshmallow import Schema, ValidationError, fields, validates_schema

from loyalty_core.customers.identities import find_customer, find_scanned
from loyalty_core.customers.standing import Standing, standing_of
from loyalty_core.errors import NotFound, Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.till.favourites import hints_for
from web.api.balance_schemas import BurningSchema
from web.api.blueprint import Blueprint
from web.api.cashier_hints import ShownHintSchema, hint_views
from web.api.collections import NamedSchema
from web.api.fields import Amount, Id, Moment, Text
from web.api.organisation import outlet_id
from web.api.programmes import Percent
from web.session import moment

blueprint = Blueprint("Look-up", __name__, description="Who stands at the till, and where they stand.")


class LookUpArguments(Schema):
    """By what the customer is known: one of these."""

    code = Text(100, metadata={"description": "What a scanner reads: a card, or else an external id"})
    phone = Text(100, metadata={"example": "+44 20 7946 0958"})
    card = Text(100)
    outlet = Text(100, metadata={"description": "The till's outlet, by its external id: hints may be for some outlets"})

    @validates_schema
    def one_mark(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Exactly one mark, and not an empty one."""
        marks = [value for name, value in data.items() if name != "outlet"]
        if len(marks) != 1 or not marks[0]:
            raise ValidationError(_("Name the customer by one of code, phone and card"), "code")


class TierReachedSchema(Schema):
    """The percents of a tier."""

    bonus_percent = Percent(required=True)
    discount_percent = Percent(required=True)
    above = Amount(required=True, metadata={"description": "Purchases must come to more than that"})


class NextTierSchema(TierReachedSchema):
    """The tier after that."""

    missing = Amount(required=True, metadata={"description": "The least that must still be bought for it"})


class StandingSchema(Schema):
    """A customer at the till."""

    id = Id(required=True)
    external_id = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    programme = fields.Nested(NamedSchema, required=True, allow_none=True)
    activated = fields.Boolean(required=True, metadata={"description": "false: no rules of loyalty hold yet"})
    blocked = fields.String(required=True, allow_none=True, metadata={"description": "Why they are blocked, or null"})
    purchase_sum = Amount(required=True, metadata={"description": "What chooses the tier"})
    tier = fields.Nested(TierReachedSchema, required=True, allow_none=True)
    next_tier = fields.Nested(NextTierSchema, required=True, allow_none=True)
    payable_percent = Percent(required=True, metadata={"description": "The share that bonuses may pay"})
    active = Amount(required=True, metadata={"description": "Bonuses that can be spent now"})
    spendable = Amount(required=True, metadata={"description": "What of `active` can be spent at the till’s outlet"})
    awaiting = Amount(required=True, metadata={"description": "Bonuses that are not active yet"})
    debt = Amount(required=True)
    burning = fields.Nested(
        BurningSchema, required=True, allow_none=True, metadata={"description": "What burns next, unless it is spent"}
    )
    hints = fields.List(fields.Nested(ShownHintSchema), required=True)
    now = Moment(required=True, metadata={"description": "The moment that this is true of"})


@blueprint.get("/till/customer")
@blueprint.arguments(LookUpArguments, location="query")
@blueprint.response(200, StandingSchema)
def look_up(arguments: dict[str, Any]) -> dict[str, Any]:
    """Look a customer up by a code, a phone or a card: who they are, their tier and what the next one takes, bonuses"""
    outlet = outlet_id(g.session, arguments.pop("outlet", None))
    ((kind, text),) = arguments.items()
    try:
        found = find_scanned(g.session, text) if kind == "code" else find_customer(g.session, **{kind: text})
    except Refused as refused:
        raise Refused(kind, refused.message) from refused
    if found is None:
        raise NotFound(kind, _("Nobody is known by “%(mark)s”", mark=text))
    hints = hints_for(g.session, found, outlet, moment())
    return _view(standing_of(g.session, found, moment(), outlet)) | {"hints": hint_views(hints)}


@blueprint.get("/till/ping")
@blueprint.response(204)
def ping() -> Response:
    """Whether this key gets through; does nothing else"""
    return Response(status=204)


def _view(found: Standing) -> dict[str, Any]:
    terms = found.terms
    tier = terms.programme.tier_of(terms.purchase_sum) if terms.programme and not terms.waiting else None
    following = found.next_tier
    return {
        "id": found.customer.id,
        "external_id": found.customer.external_id,
        "name": found.name,
        "programme": terms.programme,
        "activated": not terms.waiting,
        "blocked": found.blocked,
        "purchase_sum": terms.purchase_sum,
        "tier": tier and _tier(tier.above, tier.bonus_rate, tier.discount_rate),
        "next_tier": following
        and _tier(following.above, following.bonus_rate, following.discount_rate) | {"missing": found.missing},
        "payable_percent": terms.payable_rate,
        "active": found.active,
        "spendable": found.spendable,
        "awaiting": found.awaiting,
        "debt": found.debt,
        "burning": found.burning,
        "now": moment(),
    }


def _tier(above: int, bonus: int, discount: int) -> dict[str, Any]:
    return {"above": above, "bonus_percent": bonus, "discount_percent": discount}
