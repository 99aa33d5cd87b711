"""Selections, what was done to them, and campaigns that were drawn for it."""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import BigId, Json, Moment

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "selection",
        sa.Column("id", BigId, nullable=False),
        sa.Column("origin", sa.String(length=500), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection")),
    )
    op.create_index("ix_selection_created_at", "selection", ["created_at"])
    op.create_table(
        "selection_member",
        sa.Column("selection_id", BigId, nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("ticked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["selection_id"], ["selection.id"], name=op.f("fk_selection_member_selection_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_selection_member_customer_id")),
        sa.PrimaryKeyConstraint("selection_id", "customer_id", name=op.f("pk_selection_member")),
    )
    op.add_column("campaign", sa.Column("one_off", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "selection_action",
        sa.Column("id", BigId, nullable=False),
        sa.Column("selection_id", BigId, nullable=False),
        sa.Column("token", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=True),
        sa.Column("settings", Json, nullable=False),
        sa.Column("campaign_id", BigId, nullable=True),
        sa.Column("run_id", BigId, nullable=True),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["selection_id"], ["selection.id"], name=op.f("fk_selection_action_selection_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_selection_action_campaign_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_selection_action_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_action")),
        sa.UniqueConstraint("token", name=op.f("uq_selection_action_token")),
    )
    op.create_index(op.f("ix_selection_action_selection_id"), "selection_action", ["selection_id"])


def downgrade() -> None:
    op.drop_table("selection_action")
    op.drop_column("campaign", "one_off")
    op.drop_table("selection_member")
    op.drop_table("selection")
