"""An index of the messages that are claimed, to find lapsed leases among millions that wait."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    claimed = sa.text("lease_until IS NOT NULL")
    op.create_index("ix_message_lease", "message", ["lease_until"], sqlite_where=claimed, postgresql_where=claimed)


def downgrade() -> None:
    op.drop_index("ix_message_lease", table_name="message")
