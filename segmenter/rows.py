"""The tables of saved segments, of lists of customers, and of files: what lists are made from, and downloads."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from loyalty_core.database import Base, BigId

NAME_MAX = 200


class Segment(Base):
    """A saved tree; who is in it is asked of the data each time."""

    __tablename__ = "segment"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_MAX), unique=True)
    tree: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class SegmentSize(Base):
    """How many customers a segment had on a day of the organisation; without a `count` where that took too long."""

    __tablename__ = "segment_size"

    segment_id: Mapped[int] = mapped_column(ForeignKey(Segment.id, ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int | None]
    counted_at: Mapped[datetime]


class CustomerList(Base):
    """A list of one's own: customers who were named, or who were in a segment at a moment. It does not change."""

    __tablename__ = "customer_list"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_MAX), unique=True)
    created_at: Mapped[datetime]


class CustomerListMember(Base):
    """A customer of a list."""

    __tablename__ = "customer_list_member"
    __table_args__ = (Index("ix_customer_list_member_list_id", "list_id", "customer_id"),)

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey(CustomerList.id), primary_key=True)


class ListFile(Base):
    """A file that names customers, kept for some days: `list_id` is the list that was made of it.

    `column` is the place of the column that names them, `head` the line of the headings.
    """

    __tablename__ = "list_file"
    __table_args__ = (Index("ix_list_file_list_id", "list_id"), Index("ix_list_file_created_at", "created_at"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_MAX))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    column: Mapped[int]
    head: Mapped[int | None]
    created_at: Mapped[datetime]
    list_id: Mapped[int | None] = mapped_column(ForeignKey(CustomerList.id))


class CustomerDownload(Base):
    """Customers whom somebody wants as a file: ids of 8 bytes, little end first; `done` of `total` are written."""

    __tablename__ = "customer_download"
    __table_args__ = (Index("ix_customer_download_asked_at", "asked_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_MAX))
    customers: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    total: Mapped[int]
    done: Mapped[int]
    asked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
