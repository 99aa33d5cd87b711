"""The tables of saved segments and of lists of customers."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
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
