"""The organisation, its legal entities and its outlets."""

from dataclasses import asdict
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel.numbers import list_currencies
from flask import g
from marshmallow import Schema, ValidationError, fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.errors import Conflict, NotFound, Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.ledger.liability import NOTHING, liabilities
from loyalty_core.organisation import LegalEntity, Organisation, Outlet, organisation
from web.api.blueprint import Blueprint
from web.api.collections import SearchArguments, page_of, read_page
from web.api.fields import Amount, Id, Moment, Text
from web.session import moment

blueprint = Blueprint("Organisation", __name__, description="The organisation, its legal entities and its outlets.")


@cache
def zones() -> frozenset[str]:
    """The names of time zones that this machine knows."""
    return frozenset(available_timezones())


def check_zone(name: str) -> None:
    """For marshmallow: a time zone by its IANA name."""
    if name not in zones():
        raise ValidationError(_("Write a time zone such as “Europe/London”."))


def check_currency(code: str) -> None:
    """For marshmallow: a currency by its ISO 4217 code."""
    if code not in list_currencies():
        raise ValidationError(_("Write a currency such as “GBP”."))


class OrganisationSchema(Schema):
    """The settings that hold for everything."""

    name = Text(200, required=True)
    zone = fields.String(required=True, validate=check_zone, metadata={"example": "Europe/London"})
    currency = fields.String(required=True, validate=check_currency, metadata={"example": "GBP"})
    leap_day = fields.String(
        required=True,
        validate=validate.OneOf(["feb28", "mar1"]),
        metadata={"description": "When those born on 29 February have their birthday in other years"},
    )


class LegalEntitySchema(Schema):
    """A company that owes the bonuses granted in its name."""

    id = Id(required=True, dump_only=True)
    name = Text(200, required=True)


class LiabilityArguments(Schema):
    """At which moment; now where none is named."""

    at = Moment(load_default=None)


class LiabilitySchema(Schema):
    """Bonuses that a legal entity owes."""

    at = Moment(required=True)
    active = Amount(required=True)
    awaiting = Amount(required=True)
    total = Amount(required=True, metadata={"description": "Active and awaiting"})
    debt = Amount(required=True, metadata={"description": "What customers owe back; no part of the total"})


class OutletSchema(Schema):
    """A shop; its zone, where it has one, is its customers' zone."""

    id = Id(required=True, dump_only=True)
    external_id = Text(100, allow_none=True, load_default=None)
    name = Text(200, required=True)
    zone = fields.String(allow_none=True, load_default=None, validate=check_zone)
    legal_entity = Id(attribute="legal_entity_id", allow_none=True, load_default=None)


@blueprint.get("/organisation")
@blueprint.response(200, OrganisationSchema)
def get_organisation() -> Organisation:
    """The organisation's settings"""
    return organisation(g.session)


@blueprint.put("/organisation")
@blueprint.arguments(OrganisationSchema)
@blueprint.response(200, OrganisationSchema)
def put_organisation(data: dict[str, Any]) -> Organisation:
    """Change the organisation's settings"""
    changed: Organisation = g.session.merge(Organisation(id=1, **data))
    g.session.flush()
    return changed


@blueprint.get("/legal-entities")
@blueprint.arguments(SearchArguments, location="query")
@blueprint.response(200, page_of(LegalEntitySchema))
def list_legal_entities(arguments: dict[str, Any]) -> dict[str, Any]:
    """The legal entities, oldest first"""
    return read_page(g.session, LegalEntity, arguments, LegalEntity.name)


@blueprint.post("/legal-entities")
@blueprint.arguments(LegalEntitySchema)
@blueprint.response(201, LegalEntitySchema)
def create_legal_entity(data: dict[str, Any]) -> LegalEntity:
    """Add a legal entity"""
    if g.session.scalar(select(LegalEntity.id).where(LegalEntity.name == data["name"])) is not None:
        raise Conflict("name", _("There is a legal entity with this name."))
    entity = LegalEntity(**data)
    g.session.add(entity)
    g.session.flush()
    return entity


@blueprint.get("/legal-entities/<id:entity_id>/liability")
@blueprint.arguments(LiabilityArguments, location="query")
@blueprint.response(200, LiabilitySchema)
def get_liability(arguments: dict[str, Any], entity_id: int) -> dict[str, Any]:
    """What a legal entity owed its customers in bonuses at a moment, recomputed from the ledger's entries"""
    if g.session.get(LegalEntity, entity_id) is None:
        raise NotFound("legal_entity", _("There is no legal entity %(id)s.", id=entity_id))
    at = arguments["at"] or moment()
    found = liabilities(g.session, at).get(entity_id, NOTHING)
    return {"at": at, **asdict(found), "total": found.total}


@blueprint.get("/outlets")
@blueprint.arguments(SearchArguments, location="query")
@blueprint.response(200, page_of(OutletSchema))
def list_outlets(arguments: dict[str, Any]) -> dict[str, Any]:
    """The outlets, oldest first"""
    return read_page(g.session, Outlet, arguments, Outlet.name, Outlet.external_id)


@blueprint.post("/outlets")
@blueprint.arguments(OutletSchema)
@blueprint.response(201, OutletSchema)
def create_outlet(data: dict[str, Any]) -> Outlet:
    """Add an outlet; with an `external_id` that is known, change it"""
    entity = data["legal_entity_id"]
    if entity is not None and g.session.get(LegalEntity, entity) is None:
        raise Refused("legal_entity", _("There is no legal entity %(id)s.", id=entity))
    outlet = _known(g.session, data["external_id"]) or Outlet()
    for name, value in data.items():
        setattr(outlet, name, value)
    g.session.add(outlet)
    g.session.flush()
    return outlet


def _known(session: Session, external_id: str | None) -> Outlet | None:
    if external_id is None:
        return None
    return session.scalar(select(Outlet).where(Outlet.external_id == external_id))


def outlet_id(session: Session, reference: int | str | None, where: str = "outlet") -> int | None:
    """The id of the outlet that a body names by id or external id; raises Refused."""
    if reference is None:
        return None
    named = Outlet.id == reference if isinstance(reference, int) else Outlet.external_id == reference
    found = session.scalar(select(Outlet.id).where(named))
    if found is None:
        raise Refused(where, _("There is no outlet %(reference)s.", reference=reference))
    return found
