"""Files that name customers, to make lists from: who is found, and line by line who is not."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from flask import Response, g
from flask_smorest.fields import Upload
from marshmallow import Schema, fields
from werkzeug.datastructures import FileStorage

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from segmenter.rows import ListFile
from segmenter.spreadsheets.limits import COLUMNS_MAX, FILE_BYTES_MAX
from segmenter.spreadsheets.line_reports import report_table
from segmenter.spreadsheets.list_files import (
    columns_of,
    keep_file,
    list_file,
    outcomes_of,
    read_file,
    take_column,
)
from segmenter.spreadsheets.matching import Outcome, report_on
from web.api.blueprint import Blueprint
from web.api.fields import Id, Moment, Whole
from web.session import begin_writing, moment, reads_first

blueprint = Blueprint(
    "List files",
    __name__,
    description="Files that name customers (xlsx, csv), to make lists from.",
    body_bytes_max=2**24,
)


class SentFileSchema(Schema):
    """A file."""

    file = Upload(required=True, metadata={"description": "xlsx, or CSV in UTF-8, UTF-16 or Windows-1251"})


class ColumnSchema(Schema):
    """A column: `place` 0 is the first; `found` of its first 500 lines name a customer."""

    place = fields.Integer(required=True)
    heading = fields.String(required=True)
    example = fields.String(required=True)
    found = fields.Integer(required=True)


class TakenColumnSchema(Schema):
    """Which column names customers."""

    column = Whole(required=True, metadata={"minimum": 0, "maximum": COLUMNS_MAX - 1})


class ListFileSchema(Schema):
    """A file, and whom its column names: lines = found + doubles + not_found. `list` was made of it."""

    id = Id(required=True)
    name = fields.String(required=True)
    created_at = Moment(required=True)
    column = fields.Integer(required=True)
    columns = fields.List(fields.Nested(ColumnSchema), required=True)
    lines = fields.Integer(required=True)
    found = fields.Integer(required=True)
    doubles = fields.Integer(required=True)
    not_found = fields.Integer(required=True)
    merged = fields.Integer(required=True, metadata={"description": "Found by the number of one who was merged"})
    list = Id(required=True, allow_none=True)


@blueprint.post("/list-files")
@blueprint.arguments(SentFileSchema, location="files")
@blueprint.response(201, ListFileSchema)
@reads_first
def send_list_file(files: dict[str, FileStorage]) -> dict[str, Any]:
    """Send a file; it is kept for seven days"""
    sent = files["file"]
    file = read_file(g.session, sent.filename or "", read_at_most(sent), moment())
    found = _found(file, file.column)
    begin_writing()
    keep_file(g.session, file, moment())
    return _whole(file, found)


@blueprint.get("/list-files/<id:file_id>")
@blueprint.response(200, ListFileSchema)
def get_list_file(file_id: int) -> dict[str, Any]:
    """Whom a file names now"""
    file = list_file(g.session, file_id)
    return _whole(file, _found(file, file.column))


@blueprint.put("/list-files/<id:file_id>")
@blueprint.arguments(TakenColumnSchema)
@blueprint.response(200, ListFileSchema)
@reads_first
def put_list_file(data: dict[str, int], file_id: int) -> dict[str, Any]:
    """Look for customers in another column"""
    found = _found(list_file(g.session, file_id), data["column"])
    begin_writing()
    file = list_file(g.session, file_id, lock=True)
    take_column(file, data["column"])
    return _whole(file, found)


@blueprint.get("/list-files/<id:file_id>/report")
@blueprint.response(200, {"type": "string"}, content_type="text/csv")
def get_list_file_report(file_id: int) -> Response:
    """What became of each line that adds nobody, as CSV: line, cell, outcome, reason"""
    file = list_file(g.session, file_id)
    return csv_answer(outcomes_of(g.session, file), file)


def read_at_most(sent: FileStorage) -> bytes:
    """The bytes of a file that was sent; Refused where they are more than a file may have."""
    with closing(sent):
        content = sent.stream.read(FILE_BYTES_MAX + 1)
    if len(content) > FILE_BYTES_MAX:
        raise Refused("file", _("The file has more than %(most)s MB: divide it", most=FILE_BYTES_MAX // 2**20))
    return content


def csv_answer(told: Iterator[Outcome], file: ListFile) -> Response:
    """The lines that add nobody to the list, with the reasons, for a spreadsheet."""
    response = Response(report_table(told), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"list-{file.id}-report.csv")
    return response


def _found(file: ListFile, column: int) -> dict[str, Any]:
    """Whom a column of a file names."""
    report = report_on(outcomes_of(g.session, file, column))
    return {
        "columns": [each._asdict() for each in columns_of(g.session, file).columns],
        **{name: getattr(report, name) for name in ("lines", "found", "doubles", "not_found", "merged")},
    }


def _whole(file: ListFile, found: dict[str, Any]) -> dict[str, Any]:
    told = {"id": file.id, "name": file.name, "created_at": file.created_at, "list": file.list_id}
    return told | {"column": file.column} | found
