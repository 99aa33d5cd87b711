"""The tables of selections."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from loyalty_core.database import Base, BigId

ORIGIN_MAX = 500


class Selection(Base):
    """Who was found at a moment; `origin` says in words by what, `created_by` by whom."""

    __tablename__ = "selection"
    __table_args__ = (Index("ix_selection_created_at", "created_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    origin: Mapped[str] = mapped_column(String(ORIGIN_MAX))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))


class SelectionMember(Base):
    """A customer of a selection; who is not ticked stays in it, but nothing is done to them."""

    __tablename__ = "selection_member"

    selection_id: Mapped[int] = mapped_column(ForeignKey(Selection.id), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    ticked: Mapped[bool] = mapped_column(default=True)
