"""Openings of letters and clicks on their links, and the switch that lets them be counted."""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import BigId, Moment

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message_tracking",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_message_tracking_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_tracking")),
    )
    op.create_table(
        "message_opening",
        sa.Column("message_id", BigId, autoincrement=False, nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("run_id", BigId, nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("clicked_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_opening_message_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_message_opening_customer_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_message_opening_run_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message_opening")),
    )
    op.create_index("ix_message_opening_customer", "message_opening", ["customer_id", "opened_at"])
    op.create_index("ix_message_opening_run", "message_opening", ["run_id", "clicked_at"])
    op.create_table(
        "message_click",
        sa.Column("message_id", BigId, autoincrement=False, nullable=False),
        sa.Column("link", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_click_message_id")),
        sa.PrimaryKeyConstraint("message_id", "link", name=op.f("pk_message_click")),
    )


def downgrade() -> None:
    for table in ("message_click", "message_opening", "message_tracking"):
        op.drop_table(table)
