"""Campaigns and their published versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from loyalty_core.database import Base, BigId


class Campaign(Base):
    """A chain in the making and its state.

    `graph` and `settings` are the draft; customers travel along its newest version. `clock_at` is the moment up to
    which the clock has started what was due. Who takes customers in locks this row, so that one at a time does.
    One that is `one_off` was drawn for an action on a selection: it runs once, and stands in no list of campaigns.
    """

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'live', 'paused', 'finished')", name="status"),
        Index("ix_campaign_status", "status"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    graph: Mapped[dict[str, Any]]
    settings: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(String(10), default="draft")
    clock_at: Mapped[datetime | None]
    one_off: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class CampaignVersion(Base):
    """A published snapshot; the database refuses to change it."""

    __tablename__ = "campaign_version"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    number: Mapped[int]
    graph: Mapped[dict[str, Any]]
    settings: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(String(500), default="")
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(200), default="")
