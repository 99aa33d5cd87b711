"""Downloads: choosing who is to be in a file, and the page that shows how far it is."""

from flask import g, redirect, render_template, request
from sqlalchemy import Select, select
from werkzeug.wrappers import Response

from loyalty_core.customers.matching import found_by
from loyalty_core.customers.rows import Customer
from loyalty_core.i18n import gettext as _
from segmenter import compiler, lists
from segmenter.chosen import ids_of
from segmenter.segments import segment
from segmenter.spreadsheets.downloads import ask_for, download
from web.api.downloads import workbook
from web.pages import typed
from web.pages.blueprint import pages
from web.session import begin_writing, moment, reads_first


@pages.post("/downloads")
@reads_first
def ask_for_download() -> Response:
    """Choose the customers of a list, of a segment, or those whom a search of all finds; NotFound."""
    name, chosen = _chosen()
    ids = ids_of(g.session, chosen)
    begin_writing()
    asked = ask_for(g.session, name, ids, moment())
    return redirect(f"/downloads/{asked.id}")


@pages.get("/downloads/<id:download_id>")
def show_download(download_id: int) -> str:
    """How far a download is; the file begins to come by itself."""
    return render_template("download.html", download=download(g.session, download_id))


@pages.get("/downloads/<id:download_id>/customers.xlsx")
def fetch_download(download_id: int) -> Response:
    """The file, written while it is fetched."""
    return workbook(download_id)


def _chosen() -> tuple[str, Select[int]]:
    form = request.form
    list_id, segment_id = (typed.whole(name, form.get(name, "")) for name in ("list", "segment"))
    if list_id is not None:
        return lists.customer_list(g.session, list_id).name, lists.members(list_id)
    name, among = _("Customers"), None
    if segment_id is not None:
        found = segment(g.session, segment_id)
        name, among = found.name, compiler.customers(g.session, found.tree, now=moment())
    words = form.get("q", "").replace("\0", "").strip()
    chosen = select(Customer.id).where(*found_by(words, waiting=bool(form.get("waiting")), among=among))
    return name, chosen
