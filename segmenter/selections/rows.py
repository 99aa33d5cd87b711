"""The tables of selections."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text, true
from sqlalchemy.orm import Mapped, mapped_column

from loyalty_core.database import Base, BigId

ORIGIN_MAX = 500
_DIFFERS = text("ticked IS NOT NULL")


class Selection(Base):
    """Who was found at a moment; `origin` says in words by what, `created_by` by whom.

    `size` is how many rows it has, `all_ticked` what holds for those that say nothing of their own.
    """

    __tablename__ = "selection"
    __table_args__ = (Index("ix_selection_created_at", "created_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    origin: Mapped[str] = mapped_column(String(ORIGIN_MAX))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(default=0, server_default="0")
    all_ticked: Mapped[bool] = mapped_column(default=True, server_default=true())


class SelectionMember(Base):
    """A customer of a selection; who is not ticked stays in it, but nothing is done to them.

    `ticked` is NULL as long as nobody has ticked or unticked this very customer: so all are ticked by one row.
    """

    __tablename__ = "selection_member"
    __table_args__ = (
        Index("ix_selection_member_ticked", "selection_id", sqlite_where=_DIFFERS, postgresql_where=_DIFFERS),
    )

    selection_id: Mapped[int] = mapped_column(ForeignKey(Selection.id), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    ticked: Mapped[bool | None]


class SelectionFilling(Base):
    """A selection that workers are still to fill; once it is whole, this row is gone.

    `wanted` is who is to be in it (`Wanted`); as soon as they are chosen, `customers` are their ids (8 bytes each),
    and `done` of `total` are written. A claim gives it a token and a lease. A selection that was `cancelled` is never
    shown again; in `failed` ones `error` says why.
    """

    __tablename__ = "selection_filling"
    __table_args__ = (CheckConstraint("status IN ('waiting', 'failed', 'cancelled')", name="status"),)

    selection_id: Mapped[int] = mapped_column(ForeignKey(Selection.id), primary_key=True)
    wanted: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(10), default="waiting")
    customers: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    total: Mapped[int | None]
    done: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    claims: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(1000))
