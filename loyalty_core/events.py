"""What happened, written in the transaction in which it happened; the runtime reads it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from loyalty_core.database import Base, BigId


class Event(Base):
    """One occurrence, such as `purchase.placed`; `taken_at` is set once the runtime has handed it on to chains."""

    __tablename__ = "event"
    __table_args__ = (
        Index(
            "ix_event_waiting", "id", sqlite_where=text("taken_at IS NULL"), postgresql_where=text("taken_at IS NULL")
        ),
        Index("ix_event_customer_at", "customer_id", "at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    at: Mapped[datetime]
    properties: Mapped[dict[str, Any]]
    taken_at: Mapped[datetime | None]


def record(session: Session, kind: str, customer_id: int, at: datetime, **properties: Any) -> None:
    """Write down that something happened to a customer at a moment; `properties` are plain JSON values."""
    session.add(Event(kind=kind, customer_id=customer_id, at=at, properties=properties))
