"""Writes with an `Idempotency-Key` happen once: the first answer is kept in the same transaction and given again."""

import hashlib
import re
from datetime import datetime, timedelta

from flask import Response, g, request
from sqlalchemy import ColumnElement, Index, String, Text, and_, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from loyalty_core.database import Base, insert_into
from loyalty_core.errors import Conflict, Refused
from loyalty_core.i18n import gettext as _
from web.session import moment

HEADER = "Idempotency-Key"
KEPT = timedelta(days=30)
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


class ApiIdempotency(Base):
    """A keyed write of one caller: the hash of what was asked and, once it has succeeded, what was answered."""

    __tablename__ = "api_idempotency"
    __table_args__ = (Index("ix_api_idempotency_created_at", "created_at"),)

    caller: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    body: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]


def answer_again() -> Response | None:
    """Before a write: the kept answer where the same key has been seen with the same request, else None.

    The row is written first, so that of two equal requests at once the second waits for the first. Raises Conflict
    where the key came with another request, Refused where it is not 1 to 200 visible ASCII characters. Of a request
    that reads first the row is written when it begins to write.
    """
    key = request.headers.get(HEADER)
    if key is None or not (g.writing or g.writes_later):
        return None
    if not _KEY.fullmatch(key):
        raise Refused(HEADER, _("Write 1 to 200 visible ASCII characters."))
    if "request_hash" not in g:
        # A file that has been read cannot be asked for its bytes again.
        g.request_hash = _request_hash()
    if not g.writing:
        g.when_writing = answer_again
        return _kept(key)
    now = moment()
    g.session.execute(delete(ApiIdempotency).where(ApiIdempotency.created_at < now - KEPT))
    row = {"caller": g.caller.mark, "key": key, "request_hash": g.request_hash, "created_at": now}
    first = insert_into(g.session, ApiIdempotency).values(row).on_conflict_do_nothing().returning(ApiIdempotency.key)
    if g.session.scalar(first) is not None:
        g.idempotency_key = key
        return None
    return _kept(key)


def keep(response: Response) -> Response:
    """After a keyed write that succeeded: keep its answer. A failed one leaves nothing behind and may be repeated."""
    key = g.pop("idempotency_key", None)
    if key is not None and response.status_code < 400:
        kept = {"status": response.status_code, "body": response.get_data(as_text=True)}
        g.session.execute(update(ApiIdempotency).where(_of(key)).values(kept))
    return response


def _kept(key: str) -> Response | None:
    kept = g.session.execute(select(ApiIdempotency).where(_of(key))).scalar_one_or_none()
    if kept is None:
        return None
    if kept.request_hash != g.request_hash:
        raise Conflict(HEADER, _("This key has been used for another request. Take a new one."))
    response = Response(kept.body, kept.status, mimetype="application/json")
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _of(key: str) -> ColumnElement[bool]:
    return and_(ApiIdempotency.caller == g.caller.mark, ApiIdempotency.key == key)


def _request_hash() -> str:
    asked = hashlib.sha256(f"{request.method} {request.full_path}\n".encode())
    asked.update(request.get_data(cache=True))
    return asked.hexdigest()
