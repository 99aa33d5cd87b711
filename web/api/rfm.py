"""RFM: maps of who bought lately, often and for much, segments by rules, and their calculation."""

from typing import Any

from flask import g
from sqlalchemy import select

from loyalty_core.errors import NotFound
from loyalty_core.i18n import gettext as _
from segmenter.conditions.rfm_segment import called
from segmenter.rfm.claims import next_due, request
from segmenter.rfm.members import holdings_of, tree_of
from segmenter.rfm.reading import Group, Standing, calculation, cells, draw, segments_shown, standing
from segmenter.rfm.rows import RfmCalculation, RfmSegment, RfmSettings
from segmenter.rfm.settings import begun, data_of, settings_of
from web.api.blueprint import Blueprint
from web.api.collections import NamedSchema, page_of, read_page
from web.api.rfm_schemas import (
    MapArguments,
    RfmCalculationSchema,
    RfmMapSchema,
    RfmSegmentArguments,
    RfmSquareSchema,
    RfmStandingSchema,
    SquareArguments,
    WhichArguments,
)
from web.session import moment

blueprint = Blueprint("RFM", __name__, description="Who bought lately, often and for much.")


@blueprint.get("/rfm")
@blueprint.arguments(WhichArguments, location="query")
@blueprint.response(200, RfmStandingSchema)
def get_rfm(arguments: dict[str, Any]) -> dict[str, Any]:
    """How RFM stands: settings, the calculation that counts, its segments and who moved"""
    stands = standing(g.session, arguments["settings"])
    current, settings = stands.current, stands.settings
    return {
        **vars(stands),
        "id": settings and settings.id,
        "is_default": settings is None or settings.is_default,
        "settings": data_of(g.session, settings),
        "next_at": next_due(g.session, current.started_at) if current and current.started_at else None,
        "segments": segments_shown(g.session, current, cells(g.session, current.id)) if current else [],
    }


@blueprint.get("/rfm/cells")
@blueprint.arguments(MapArguments, location="query")
@blueprint.response(200, RfmMapSchema)
def get_cells(arguments: dict[str, Any]) -> dict[str, Any]:
    """A map of 5 × 5 cells: customers, money, and the ranges of days, purchases and sums"""
    _stands, current = _calculated(arguments["settings"])
    squares = draw(arguments["map"], cells(g.session, current.id))
    return {"map": arguments["map"], "calculation": current.id, "items": list(squares.values())}


@blueprint.get("/rfm/cell")
@blueprint.arguments(SquareArguments, location="query")
@blueprint.response(200, RfmSquareSchema)
def get_cell(arguments: dict[str, Any]) -> dict[str, Any]:
    """One cell of a map: also the bonuses that its customers hold, who agreed to which channel, and their conditions"""
    stands, current = _calculated(arguments["settings"])
    found = cells(g.session, current.id)
    everybody = Group()
    for each in found:
        everybody.add(each)
    square = arguments["map"], arguments["x"], arguments["y"]
    cell = draw(arguments["map"], found)[square[1:]]
    held = holdings_of(g.session, current.id, *square, moment())
    return {
        **vars(cell),
        "segment": cell.segment,
        "average_receipt": cell.average_receipt,
        "map": arguments["map"],
        "calculation": current.id,
        "of_customers": everybody.customers,
        "of_amount": everybody.amount,
        "bonuses": held.bonuses,
        "consents": [{"channel": channel, "customers": n} for channel, n in held.consents.items()],
        "tree": tree_of(stands.settings, *square),
    }


@blueprint.get("/rfm/segments")
@blueprint.arguments(RfmSegmentArguments, location="query")
@blueprint.response(200, page_of(NamedSchema))
def list_rfm_segments(arguments: dict[str, Any]) -> dict[str, Any]:
    """The segments that rules name, for conditions to pick from"""
    chosen = [RfmSegment.settings_id == arguments["settings"]] if "settings" in arguments else []
    found = read_page(g.session, RfmSegment, arguments, RfmSegment.name, where=chosen)
    others = select(RfmSettings.id, RfmSettings.name).where(~RfmSettings.is_default)
    beside: dict[int, str] = dict(g.session.execute(others).all())
    names = {each.id: called(each.name, beside.get(each.settings_id)) for each in found["items"]}
    return found | {"items": [{"id": number, "name": name} for number, name in names.items()]}


@blueprint.post("/rfm/calculations")
@blueprint.arguments(WhichArguments, location="query")
@blueprint.response(202, RfmCalculationSchema)
def create_calculation(arguments: dict[str, Any]) -> RfmCalculation:
    """Ask for a calculation; one that is open already is the answer"""
    chosen = arguments["settings"]
    settings = settings_of(g.session, chosen) if chosen is not None else None
    return request(g.session, settings or begun(g.session), moment())


@blueprint.get("/rfm/calculations/<id:calculation_id>")
@blueprint.response(200, RfmCalculationSchema)
def get_calculation(calculation_id: int) -> RfmCalculation:
    """A calculation, with how far it is"""
    return calculation(g.session, calculation_id)


def _calculated(settings_id: int | None) -> tuple[Standing, RfmCalculation]:
    stands = standing(g.session, settings_id)
    if stands.current is None:
        raise NotFound("rfm", _("RFM has not been calculated yet"))
    return stands, stands.current
