"""Lists of one’s own: from a file with a preview, or a segment as it is now; who is on them, what asks for them."""

from collections.abc import Mapping
from pathlib import PurePath

from flask import flash, g, redirect, render_template, request
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from campaigns.segment_uses import trees_of_campaigns
from loyalty_core.customers.rows import Customer
from loyalty_core.database import id_set
from loyalty_core.errors import Conflict, Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.i18n import ngettext
from segmenter import lists
from segmenter.chosen import ids_of
from segmenter.compiler import customers
from segmenter.rows import CustomerList, ListFile
from segmenter.segments import segment, segments
from segmenter.spreadsheets.list_files import (
    columns_of,
    files_of,
    keep_file,
    list_file,
    named_by,
    outcomes_of,
    read_file,
    save_as_list,
    take_column,
)
from segmenter.spreadsheets.matching import Outcome, report_on
from web.api.list_files import csv_answer, read_at_most
from web.pages import arguments, typed
from web.pages.blueprint import pages
from web.pages.customer_list import count_customers, find_customers
from web.session import begin_writing, moment, reads_first, stop_writing

ROWS = 50
SEGMENTS_MAX = 200
FOUND_SHOWN = 6


@pages.get("/lists")
def list_lists() -> str:
    """All lists, newest first, with their size and what asks for them."""
    words = arguments.words()
    wanted = select(CustomerList).order_by(CustomerList.id.desc())
    found = list(g.session.scalars(wanted.where(CustomerList.name.icontains(words, autoescape=True))))
    ids = [each.id for each in found]
    return render_template(
        "lists.html",
        lists=found,
        sizes=lists.sizes(g.session, ids),
        uses=lists.uses_of_lists(g.session, ids, trees_of_campaigns),
        words=words,
    )


@pages.get("/lists/new")
def new_list() -> str:
    """The two ways to a list: a file, and a segment as it is now."""
    return _new({"segment": request.args.get("segment", "")})


@pages.post("/lists/new")
@reads_first
def keep_segment() -> Response | tuple[str, int]:
    """Keep who is in a segment now."""
    form = request.form
    try:
        name = typed.name("name", form.get("name", ""))
        segment_id = typed.whole("segment", form.get("segment", ""))
        if segment_id is None:
            raise Refused("segment", _("Choose a segment"))
        tree = segment(g.session, segment_id).tree
        met = ids_of(g.session, customers(g.session, tree, now=moment()))
        begin_writing()
        made = lists.create_list(g.session, name, met, moment())
    except (Refused, Conflict) as refused:
        return _new(form, Refused(refused.where, refused.message)), 400
    return _made(made)


@pages.post("/lists/files")
@reads_first
def send_file() -> Response | tuple[str, int]:
    """Take a file; its preview is the next page."""
    sent = request.files.get("file")
    try:
        file = read_file(g.session, *_read(sent), moment())
    except Refused as refused:
        return _new({}, refused), 400
    begin_writing()
    keep_file(g.session, file, moment())
    return redirect(f"/lists/files/{file.id}")


@pages.get("/lists/files/<id:file_id>")
def preview_file(file_id: int) -> str:
    """Whom a file names: how many, who are the first, and who is not found."""
    return _preview(list_file(g.session, file_id))


@pages.post("/lists/files/<id:file_id>")
@reads_first
def save_file(file_id: int) -> Response | tuple[str, int]:
    """Make a list of whom the file names."""
    try:
        name = typed.name("name", request.form.get("name", ""))
        named = named_by(g.session, file_id)
        begin_writing()
        made = save_as_list(g.session, named, name, moment())
    except (Refused, Conflict) as refused:
        stop_writing()
        return _preview(list_file(g.session, file_id), Refused(refused.where, refused.message)), 400
    return _made(made)


@pages.post("/lists/files/<id:file_id>/column")
@reads_first
def choose_column(file_id: int) -> Response | tuple[str, int]:
    """Look for customers in another column of the file."""
    begin_writing()
    file = list_file(g.session, file_id, lock=True)
    try:
        column = typed.whole("column", request.form.get("column", ""))
        take_column(file, -1 if column is None else column)
    except (Refused, Conflict) as refused:
        stop_writing()
        return _preview(list_file(g.session, file_id), Refused(refused.where, refused.message)), 400
    return redirect(f"/lists/files/{file_id}")


@pages.get("/lists/files/<id:file_id>/report")
def download_report(file_id: int) -> Response:
    """The lines that add nobody, with the reasons, as CSV."""
    file = list_file(g.session, file_id)
    return csv_answer(outcomes_of(g.session, file), file)


@pages.get("/lists/<id:list_id>")
def show_list(list_id: int) -> str:
    """A list, and its customers, newest first."""
    found = lists.customer_list(g.session, list_id)
    words, among = arguments.words(), lists.members(list_id)
    return render_template(
        "list.html",
        list=found,
        page=find_customers(g.session, words, after=arguments.number("after"), limit=ROWS, among=among),
        total=count_customers(g.session, words, among=among),
        words=words,
        uses=lists.uses_of_lists(g.session, [list_id], trees_of_campaigns)[list_id],
        files=files_of(g.session, list_id),
    )


@pages.post("/lists/<id:list_id>/deletion")
def delete_list(list_id: int) -> Response:
    """Delete one that nothing asks for; Conflict names what does."""
    name = lists.customer_list(g.session, list_id).name
    lists.delete_list(g.session, list_id, trees_of_campaigns)
    flash(_("“%(name)s” is deleted", name=name))
    return redirect("/lists")


def _read(sent: FileStorage | None) -> tuple[str, bytes]:
    if sent is None or not sent.filename:
        raise Refused("file", _("Choose a file"))
    return sent.filename, read_at_most(sent)


def _made(made: CustomerList) -> Response:
    size = lists.sizes(g.session, [made.id]).get(made.id, 0)
    told = ngettext("“%(name)s” has %(n)s customer", "“%(name)s” has %(n)s customers", size, name=made.name, n=size)
    flash(told)
    return redirect(f"/lists/{made.id}")


def _new(values: Mapping[str, str], refused: Refused | None = None) -> str:
    return render_template(
        "list_new.html", segments=segments(g.session, limit=SEGMENTS_MAX), values=values, refused=refused
    )


def _preview(file: ListFile, refused: Refused | None = None) -> str:
    report = report_on(outcomes_of(g.session, file))
    shown = report.first_found[:FOUND_SHOWN]
    return render_template(
        "list_file.html",
        file=file,
        columns=columns_of(g.session, file),
        report=report,
        shown=shown,
        names=_names(shown),
        name=request.form.get("name", PurePath(file.name).stem),
        refused=refused,
    )


def _names(shown: list[Outcome]) -> dict[int, str]:
    ids = [each.customer_id for each in shown if each.customer_id]
    named = select(Customer.id, Customer.first_name, Customer.last_name).where(Customer.id.in_(id_set(g.session, ids)))
    return {row.id: f"{row.first_name} {row.last_name}".strip() for row in g.session.execute(named)}
