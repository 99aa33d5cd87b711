"""An index of the messages that wait for the operator: failed, or in doubt."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    waiting = sa.text("status IN ('failed', 'in_doubt')")
    op.create_index("ix_message_trouble", "message", ["status", "id"], sqlite_where=waiting, postgresql_where=waiting)


def downgrade() -> None:
    op.drop_index("ix_message_trouble", table_name="message")
