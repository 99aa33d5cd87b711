"""RFM's settings: the default calculation and others by name."""

from typing import Any

from flask import Response, g

from campaigns.segment_uses import trees_of_campaigns
from segmenter.rfm.claims import request
from segmenter.rfm.deleting import delete_settings
from segmenter.rfm.rows import RfmSettings
from segmenter.rfm.settings import SegmentData, SettingsData, change, create, data_of, make_default, settings_of
from web.api.blueprint import Blueprint
from web.api.collections import SearchArguments, page_of, read_page
from web.api.rfm_schemas import RfmKeptSettingsSchema, RfmNamedSchema, RfmSettingsSchema
from web.session import moment

blueprint = Blueprint("RFM settings", __name__, description="What RFM calculates, under which names.")


@blueprint.get("/rfm/settings")
@blueprint.arguments(SearchArguments, location="query")
@blueprint.response(200, page_of(RfmNamedSchema))
def list_rfm_settings(arguments: dict[str, Any]) -> dict[str, Any]:
    """The calculations, the default one and those beside it"""
    return read_page(g.session, RfmSettings, arguments, RfmSettings.name)


@blueprint.post("/rfm/settings")
@blueprint.arguments(RfmSettingsSchema)
@blueprint.response(201, RfmKeptSettingsSchema)
def create_rfm_settings(data: dict[str, Any]) -> dict[str, Any]:
    """Calculate something else beside the default, under a name of its own; a calculation is asked for"""
    return _asked(create(g.session, _told(data)))


@blueprint.put("/rfm/settings")
@blueprint.arguments(RfmSettingsSchema)
@blueprint.response(200, RfmSettingsSchema)
def put_settings(data: dict[str, Any]) -> dict[str, Any]:
    """Change what is calculated by default, as a whole; a new calculation is asked for"""
    return _asked(change(g.session, _told(data)))


@blueprint.get("/rfm/settings/<id:settings_id>")
@blueprint.response(200, RfmKeptSettingsSchema)
def get_rfm_settings(settings_id: int) -> dict[str, Any]:
    """What one of them calculates"""
    found = settings_of(g.session, settings_id)
    assert found is not None, "there are settings of this id"
    return _shown(found)


@blueprint.put("/rfm/settings/<id:settings_id>")
@blueprint.arguments(RfmSettingsSchema)
@blueprint.response(200, RfmKeptSettingsSchema)
def put_rfm_settings(data: dict[str, Any], settings_id: int) -> dict[str, Any]:
    """Change what one of them calculates, as a whole; a new calculation is asked for"""
    return _asked(change(g.session, _told(data), settings_id))


@blueprint.delete("/rfm/settings/<id:settings_id>")
@blueprint.response(204)
def delete_rfm_settings(settings_id: int) -> Response:
    """Delete one that is not the default; 409 while segments or campaigns ask for it"""
    delete_settings(g.session, settings_id, trees_of_campaigns)
    return Response(status=204)


@blueprint.post("/rfm/settings/<id:settings_id>/default")
@blueprint.response(200, RfmKeptSettingsSchema)
def make_rfm_settings_default(settings_id: int) -> dict[str, Any]:
    """Make one the default: conditions that name no calculation ask this one from now on"""
    return _shown(make_default(g.session, settings_id))


def _told(data: dict[str, Any]) -> SettingsData:
    return SettingsData(**{**data, "segments": [SegmentData(**rule) for rule in data["segments"]]})


def _asked(settings: RfmSettings) -> dict[str, Any]:
    request(g.session, settings, moment())
    return _shown(settings)


def _shown(settings: RfmSettings) -> dict[str, Any]:
    return {**vars(data_of(g.session, settings)), "id": settings.id, "is_default": settings.is_default}
