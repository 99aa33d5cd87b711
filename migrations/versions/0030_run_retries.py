"""Those who failed at a step of a run and are still to try it again."""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import BigId, Moment

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "run_retry",
        sa.Column("run_id", BigId, nullable=False),
        sa.Column("node", sa.String(length=40), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_retry_run_id")),
        sa.PrimaryKeyConstraint("run_id", "node", name=op.f("pk_run_retry")),
    )


def downgrade() -> None:
    op.drop_table("run_retry")
