"""Selections of a million: who is still to be filled in, and ticks that only say what differs."""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import BigId, Json, Moment

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

DIFFERS = sa.text("ticked IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "selection_filling",
        sa.Column("selection_id", BigId, nullable=False),
        sa.Column("wanted", Json, nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("customers", sa.LargeBinary(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=1000), nullable=True),
        sa.CheckConstraint("status IN ('waiting', 'failed', 'cancelled')", name=op.f("ck_selection_filling_status")),
        sa.ForeignKeyConstraint(["selection_id"], ["selection.id"], name=op.f("fk_selection_filling_selection_id")),
        sa.PrimaryKeyConstraint("selection_id", name=op.f("pk_selection_filling")),
    )
    op.add_column("selection", sa.Column("size", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("selection", sa.Column("all_ticked", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute("UPDATE selection SET size = (SELECT count(*) FROM selection_member WHERE selection_id = selection.id)")
    with op.batch_alter_table("selection_member") as table:
        table.alter_column("ticked", existing_type=sa.Boolean(), nullable=True)
    op.execute(
        "UPDATE selection SET all_ticked = size = 0"
        " OR EXISTS (SELECT 1 FROM selection_member WHERE selection_id = selection.id AND ticked)"
    )
    op.execute(
        "UPDATE selection_member SET ticked = NULL"
        " WHERE ticked = (SELECT all_ticked FROM selection WHERE id = selection_id)"
    )
    op.create_index(
        "ix_selection_member_ticked",
        "selection_member",
        ["selection_id"],
        sqlite_where=DIFFERS,
        postgresql_where=DIFFERS,
    )
    op.create_table(
        "run_entering",
        sa.Column("run_id", BigId, nullable=False),
        sa.Column("selection_id", BigId, nullable=False),
        sa.Column("entry_key", sa.String(length=60), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_entering_run_id")),
        sa.ForeignKeyConstraint(["selection_id"], ["selection.id"], name=op.f("fk_run_entering_selection_id")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_entering")),
    )
    op.create_index(op.f("ix_run_entering_selection_id"), "run_entering", ["selection_id"])


def downgrade() -> None:
    op.drop_table("run_entering")
    op.drop_index("ix_selection_member_ticked", "selection_member")
    op.execute(
        "UPDATE selection_member SET ticked = (SELECT all_ticked FROM selection WHERE id = selection_id)"
        " WHERE ticked IS NULL"
    )
    with op.batch_alter_table("selection_member") as table:
        table.alter_column("ticked", existing_type=sa.Boolean(), nullable=False)
    with op.batch_alter_table("selection") as table:
        table.drop_column("all_ticked")
        table.drop_column("size")
    op.drop_table("selection_filling")
