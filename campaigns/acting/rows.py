"""The table of what was done to selections."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from loyalty_core.database import Base, BigId

TOKEN_MAX = 100


class SelectionAction(Base):
    """One action on a selection, and the run that does it.

    `action` is the key of a step type, whose settings are kept as they were entered; without one, the ticked customers
    entered a campaign that was there already. The `token` of who asked is unique: what is clicked twice is done once.
    """

    __tablename__ = "selection_action"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    selection_id: Mapped[int] = mapped_column(ForeignKey("selection.id"), index=True)
    token: Mapped[str] = mapped_column(String(TOKEN_MAX), unique=True)
    action: Mapped[str | None] = mapped_column(String(40))
    settings: Mapped[dict[str, Any]]
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    asked_by: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime]
