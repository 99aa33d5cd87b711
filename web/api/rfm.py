"""RFM: maps of who bought lately, often and for much, segments by rules, and their calculation."""

from typing import Any

from flask import g

from loyalty_core.errors import NotFound
from loyalty_core.i18n import gettext as _
from segmenter.rfm.claims import next_due, request
from segmenter.rfm.reading import calculation, cells, draw, segments_shown, standing
from segmenter.rfm.rows import RfmCalculation, RfmSegment
from segmenter.rfm.settings import SegmentData, SettingsData, begun, change, data_of
from web.api.blueprint import Blueprint
from web.api.collections import NamedSchema, SearchArguments, page_of, read_page
from web.api.rfm_schemas import MapArguments, RfmCalculationSchema, RfmMapSchema, RfmSettingsSchema, RfmStandingSchema
from web.session import moment

blueprint = Blueprint("RFM", __name__, description="Who bought lately, often and for much.")


@blueprint.get("/rfm")
@blueprint.response(200, RfmStandingSchema)
def get_rfm() -> dict[str, Any]:
    """How RFM stands: settings, the calculation that counts, its segments and who moved"""
    stands = standing(g.session)
    current = stands.current
    return {
        **vars(stands),
        "settings": data_of(g.session, stands.settings),
        "next_at": next_due(g.session, current.started_at) if current and current.started_at else None,
        "segments": segments_shown(g.session, current, cells(g.session, current.id)) if current else [],
    }


@blueprint.get("/rfm/cells")
@blueprint.arguments(MapArguments, location="query")
@blueprint.response(200, RfmMapSchema)
def get_cells(arguments: dict[str, Any]) -> dict[str, Any]:
    """A map of 5 × 5 cells: customers, money, and the ranges of days, purchases and sums"""
    current = standing(g.session).current
    if current is None:
        raise NotFound("rfm", _("RFM has not been calculated yet"))
    squares = draw(arguments["map"], cells(g.session, current.id))
    return {"map": arguments["map"], "calculation": current.id, "items": list(squares.values())}


@blueprint.get("/rfm/segments")
@blueprint.arguments(SearchArguments, location="query")
@blueprint.response(200, page_of(NamedSchema))
def list_rfm_segments(arguments: dict[str, Any]) -> dict[str, Any]:
    """The segments that rules name, for conditions to pick from"""
    return read_page(g.session, RfmSegment, arguments, RfmSegment.name)


@blueprint.put("/rfm/settings")
@blueprint.arguments(RfmSettingsSchema)
@blueprint.response(200, RfmSettingsSchema)
def put_settings(data: dict[str, Any]) -> SettingsData:
    """Change what is calculated, as a whole; a new calculation is asked for"""
    told = SettingsData(**{**data, "segments": [SegmentData(**rule) for rule in data["segments"]]})
    settings = change(g.session, told)
    request(g.session, settings, moment())
    return data_of(g.session, settings)


@blueprint.post("/rfm/calculations")
@blueprint.response(202, RfmCalculationSchema)
def create_calculation() -> RfmCalculation:
    """Ask for a calculation; one that is open already is the answer"""
    return request(g.session, begun(g.session), moment())


@blueprint.get("/rfm/calculations/<id:calculation_id>")
@blueprint.response(200, RfmCalculationSchema)
def get_calculation(calculation_id: int) -> RfmCalculation:
    """A calculation, with how far it is"""
    return calculation(g.session, calculation_id)
