"""When a run was stopped by hand."""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import Moment

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("run", sa.Column("stopped_at", Moment(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("run") as table:
        table.drop_column("stopped_at")
