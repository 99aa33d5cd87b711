"""Customers as a workbook: asked for once, then fetched as a stream, with the progress beside it."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, current_app, g
from marshmallow import Schema, ValidationError, fields, validates_schema
from sqlalchemy import Select, select

from loyalty_core.customers.rows import Customer
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.organisation import organisation
from segmenter import lists
from segmenter.chosen import ids_of
from segmenter.compiler import customers
from segmenter.rows import NAME_MAX, CustomerDownload
from segmenter.segments import segment
from segmenter.selections.members import selection, ticked
from segmenter.spreadsheets.customer_rows import headings
from segmenter.spreadsheets.downloads import ask_for, download, write
from segmenter.trees import read
from web.api.blueprint import Blueprint
from web.api.fields import Id, Moment, Text
from web.session import begin_writing, moment, reads_first

blueprint = Blueprint("Downloads", __name__, description="Customers as a workbook (xlsx).")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NewDownloadSchema(Schema):
    """Who is to be in the file: a segment, a list, the ticked of a selection, a tree; of these none: everybody."""

    name = Text(NAME_MAX, metadata={"description": "Where it is left out: that of the segment or list"})
    segment = Id()
    list = Id()
    selection = Id()
    tree = fields.Dict(metadata={"description": "As in `/segments/preview`"})

    @validates_schema
    def refuse_several(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """At most one of them says who."""
        if sum(name in data for name in ("segment", "list", "selection", "tree")) > 1:
            raise ValidationError(_("Write one of segment, list, selection and tree."), "segment")


class DownloadSchema(Schema):
    """A download: `done` of `total` customers are written; `finished_at` says that the file was whole."""

    id = Id(required=True)
    name = fields.String(required=True)
    total = fields.Integer(required=True)
    done = fields.Integer(required=True)
    asked_at = Moment(required=True)
    started_at = Moment(required=True, allow_none=True)
    finished_at = Moment(required=True, allow_none=True)


@blueprint.post("/downloads")
@blueprint.arguments(NewDownloadSchema)
@blueprint.response(201, DownloadSchema)
@reads_first
def ask_for_download(data: dict[str, Any]) -> CustomerDownload:
    """Choose who is to be in a file; it can be fetched for a day"""
    name, chosen = _chosen(data)
    ids = ids_of(g.session, chosen)
    begin_writing()
    return ask_for(g.session, data.get("name") or name, ids, moment())


@blueprint.get("/downloads/<id:download_id>")
@blueprint.response(200, DownloadSchema)
def get_download(download_id: int) -> CustomerDownload:
    """How far a download is"""
    return download(g.session, download_id)


@blueprint.get("/downloads/<id:download_id>/customers.xlsx")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type=XLSX)
def fetch_download(download_id: int) -> Response:
    """The file, written while it is fetched"""
    return workbook(download_id)


def workbook(download_id: int) -> Response:
    """A download as a stream; NotFound."""
    found = download(g.session, download_id)
    of = organisation(g.session)
    # The words are chosen now: when the pieces are written, nobody knows any more who asked.
    pieces = write(current_app.extensions["database"], found.id, headings(of.currency), ZoneInfo(of.zone), moment())
    response = Response(pieces, mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=f"{_file_name(found.name)}.xlsx")
    response.headers["Cache-Control"] = "no-store"
    # A proxy that gathered the whole file first would show no progress.
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _chosen(data: dict[str, Any]) -> tuple[str, Select[Any]]:
    if "list" in data:
        return lists.customer_list(g.session, data["list"]).name, lists.members(data["list"])
    if "selection" in data:
        return selection(g.session, data["selection"]).origin, ticked(data["selection"])
    if "segment" in data:
        found = segment(g.session, data["segment"])
        return found.name, customers(g.session, found.tree, now=moment())
    if "tree" in data:
        try:
            read(data["tree"])
        except Refused as refused:
            where = f"tree.{refused.where}" if refused.where else "tree"
            raise Refused(where, refused.message) from None
        return _("Customers"), customers(g.session, data["tree"], now=moment())
    return _("Customers"), select(Customer.id).where(Customer.merged_into_id.is_(None))


def _file_name(name: str) -> str:
    """The name without what file systems refuse; a header of ASCII is made of it by the framework."""
    return "".join(" " if sign in '\\/:*?"<>|' or not sign.isprintable() else sign for sign in name).strip() or "file"
