"""Customers whom somebody wants as a file: chosen once, written as a workbook piece by piece, with the progress."""

from array import array
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from loyalty_core.database import Database
from loyalty_core.errors import NotFound
from loyalty_core.i18n import gettext as _
from segmenter.rows import NAME_MAX, CustomerDownload
from segmenter.spreadsheets.customer_rows import Headings, customer_rows
from segmenter.spreadsheets.workbook_writing import Cell, write_workbook

KEPT = timedelta(days=1)
CUSTOMERS_AT_ONCE = 2_000
TOLD_EVERY_S = 1.0


def ask_for(session: Session, name: str, ids: "array[int]", now: datetime) -> CustomerDownload:
    """Ask for a file of these customers, in this order (see `chosen.ids_of`). It can be fetched for a day."""
    session.execute(delete(CustomerDownload).where(CustomerDownload.asked_at < now - KEPT))
    new = CustomerDownload(name=name[:NAME_MAX], customers=_packed(ids), total=len(ids), done=0, asked_at=now)
    session.add(new)
    session.flush()
    return new


def download(session: Session, download_id: int) -> CustomerDownload:
    """The download, or NotFound."""
    found = session.get(CustomerDownload, download_id)
    if found is None:
        raise NotFound("download", _("There is no download %(id)s; downloads are kept for a day", id=download_id))
    return found


def write(database: Database, download_id: int, headings: Headings, zone: ZoneInfo, now: datetime) -> Iterator[bytes]:
    """The workbook in pieces. Each piece is read by a short transaction, so that nothing is held up by a slow reader.

    What stands in a row is as it is when the row is written; who has gone meanwhile is left out.
    """
    with database.begin() as session:
        found = download(session, download_id)
        ids = _unpacked(found.customers)
        found.started_at, found.finished_at, found.done = now, None, 0
    yield from write_workbook(_rows(database, download_id, ids, headings, zone, now))
    with database.begin() as session:
        done = {"done": len(ids), "finished_at": datetime.now(UTC)}
        session.execute(update(CustomerDownload).where(CustomerDownload.id == download_id).values(done))


def _rows(
    database: Database, download_id: int, ids: Sequence[int], headings: Headings, zone: ZoneInfo, now: datetime
) -> Iterator[Sequence[Cell]]:
    yield headings.shown()
    told = monotonic()
    for start in range(0, len(ids), CUSTOMERS_AT_ONCE):
        with database.read() as session:
            rows = customer_rows(session, ids[start : start + CUSTOMERS_AT_ONCE], headings, zone, now)
        yield from rows
        if monotonic() - told > TOLD_EVERY_S:
            told = monotonic()
            with database.begin() as session:
                done = update(CustomerDownload).where(CustomerDownload.id == download_id)
                session.execute(done.values(done=start + CUSTOMERS_AT_ONCE))


def _packed(ids: "array[int]") -> bytes:
    return ids.tobytes()


def _unpacked(content: bytes) -> "array[int]":
    ids = array("q")
    ids.frombytes(content)
    return ids
