"""Loyalty programmes: how purchases earn bonuses and discounts, by tiers of the sum of purchases."""

import re
from datetime import time
from decimal import Decimal
from typing import Any

from flask import g
from marshmallow import Schema, ValidationError, fields

from loyalty_core.i18n import gettext as _
from loyalty_core.programmes.changes import (
    DAYS_MAX,
    DESCRIPTION_MAX,
    NAME_MAX,
    ProgrammeData,
    TierData,
    change_programme,
    create_programme,
    programme,
)
from loyalty_core.programmes.passwords import PASSWORD_MAX
from loyalty_core.programmes.rows import KINDS, Programme
from web.api.blueprint import Blueprint
from web.api.collections import SearchArguments, page_of, read_page
from web.api.fields import Amount, Flag, Id, Text, Whole

blueprint = Blueprint("Programmes", __name__, description="How purchases earn bonuses and discounts.")

_PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


class Percent(fields.Field[int]):
    """A share: "2.5" outside, hundredths of a percent inside."""

    def __init__(self, **kwargs: Any) -> None:
        described = {"pattern": r"^\d{1,3}(\.\d{1,2})?$", "example": "2.5"}
        super().__init__(**{**kwargs, "metadata": {**described, **kwargs.get("metadata", {})}})

    def _serialize(self, value: int | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else f"{(Decimal(value) / 100).normalize():f}"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        match = _PERCENT.fullmatch(value) if isinstance(value, str) else None
        rate = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")) if match else -1
        if not 0 <= rate <= 10_000:
            raise ValidationError(_("Write a percent from 0 to 100 as a string with at most two decimals: “2.5”."))
        return rate


class Clock(fields.Field[time]):
    """A local time of day: "09:00"."""

    def __init__(self, **kwargs: Any) -> None:
        described = {"pattern": r"^([01]\d|2[0-3]):[0-5]\d$", "example": "09:00"}
        super().__init__(**{**kwargs, "metadata": {**described, **kwargs.get("metadata", {})}})

    def _serialize(self, value: time | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.strftime("%H:%M")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> time:
        if not isinstance(value, str) or not _CLOCK.fullmatch(value):
            raise ValidationError(_("Write a time of day such as “09:00”."))
        return time.fromisoformat(value)


class TierSchema(Schema):
    """Percents for those whose purchases sum up to more than `above`; a sum of exactly that stays a tier below."""

    above = Amount(required=True)
    bonus_percent = Percent(attribute="bonus_rate", load_default=0)
    discount_percent = Percent(attribute="discount_rate", load_default=0)


class NewProgrammeSchema(Schema):
    """A programme. What goes together with what is checked by the core, which names the place."""

    name = Text(NAME_MAX, required=True)
    description = Text(DESCRIPTION_MAX, load_default="")
    kind = fields.String(required=True, metadata={"enum": list(KINDS)})
    tiers = fields.List(
        fields.Nested(TierSchema), required=True, metadata={"description": "By rising `above`; the first is above 0"}
    )
    payable_percent = Percent(
        attribute="payable_rate",
        load_default=10_000,
        metadata={"description": "The share of a purchase that bonuses may pay", "example": "50"},
    )
    delay_days = Whole(load_default=0, metadata={"description": f"Spans of 24 hours, at most {DAYS_MAX}"})
    accrual_time = Clock(
        load_default=None,
        allow_none=True,
        metadata={"description": "With a delay: the first such local time at or after it"},
    )
    lifetime_days = Whole(load_default=None, allow_none=True, metadata={"description": "null: bonuses never burn"})
    counts_current = Flag(
        load_default=False, metadata={"description": "Whether a purchase is part of the sum that chooses its own tier"}
    )
    is_default = Flag(
        load_default=False, metadata={"description": "For new customers; the earlier default is none then"}
    )
    shift_starts = Clock(load_default=None, allow_none=True, metadata={"description": "When a day of shifts begins"})
    shift_purchases_max = Whole(
        load_default=None, allow_none=True, metadata={"description": "One purchase more in a shift day blocks"}
    )
    visit_hours = Whole(
        load_default=None,
        allow_none=True,
        metadata={"description": "Purchases within so many hours of a visit's first one are one visit; null: each is"},
    )
    password = Text(
        PASSWORD_MAX,
        load_default=None,
        allow_none=True,
        load_only=True,
        metadata={
            "description": "What tills must tell before a sale; null leaves the one there is, empty takes it away"
        },
    )
    archived = Flag(load_default=False, metadata={"description": "No longer offered; its customers keep it"})


class ProgrammeSchema(NewProgrammeSchema):
    """A programme as it is kept."""

    id = Id(required=True)
    has_password = fields.Boolean(required=True)


@blueprint.get("/programmes")
@blueprint.arguments(SearchArguments, location="query")
@blueprint.response(200, page_of(ProgrammeSchema))
def list_programmes(arguments: dict[str, Any]) -> dict[str, Any]:
    """The programmes, oldest first, the archived ones too"""
    return read_page(g.session, Programme, arguments, Programme.name)


@blueprint.post("/programmes")
@blueprint.arguments(NewProgrammeSchema)
@blueprint.response(201, ProgrammeSchema)
def create(data: dict[str, Any]) -> Programme:
    """Add a programme"""
    return create_programme(g.session, _told(data))


@blueprint.get("/programmes/<id:programme_id>")
@blueprint.response(200, ProgrammeSchema)
def get_programme(programme_id: int) -> Programme:
    """A programme"""
    return programme(g.session, programme_id)


@blueprint.put("/programmes/<id:programme_id>")
@blueprint.arguments(NewProgrammeSchema)
@blueprint.response(200, ProgrammeSchema)
def put_programme(data: dict[str, Any], programme_id: int) -> Programme:
    """Change a programme as a whole: later purchases follow it, what was earned stays"""
    return change_programme(g.session, programme_id, _told(data))


def _told(data: dict[str, Any]) -> ProgrammeData:
    return ProgrammeData(**{**data, "tiers": [TierData(**tier) for tier in data["tiers"]]})
