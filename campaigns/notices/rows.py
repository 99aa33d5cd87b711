"""The table of notices: which form a chain comes from, and what the form said."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from loyalty_core.database import Base, BigId

_ONCE = text("kind <> 'burning'")


class Notice(Base):
    """One notice of a programme or of a customer group, and the campaign that sends it.

    `settings` are what the form said, `graph` is the chain as it was drawn from them: where the campaign's differs,
    somebody has changed it on the canvas. Of every kind there is one, but any number of warnings before bonuses burn.
    """

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("(programme_id IS NULL) <> (customer_group_id IS NULL)", name="owner"),
        Index(
            "ix_notice_programme_kind",
            "programme_id",
            "kind",
            unique=True,
            sqlite_where=_ONCE,
            postgresql_where=_ONCE,
        ),
        Index("ix_notice_customer_group_kind", "customer_group_id", "kind", unique=True),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    customer_group_id: Mapped[int | None] = mapped_column(ForeignKey("customer_group.id"))
    kind: Mapped[str] = mapped_column(String(20))
    settings: Mapped[dict[str, Any]]
    graph: Mapped[dict[str, Any]]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), unique=True)
