"""One index of purchases covers all that conditions and totals ask for, outlets and visits too."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

NAME = "ix_purchase_customer_at"


def upgrade() -> None:
    op.drop_index("ix_purchase_visit", table_name="purchase")
    op.drop_index(NAME, table_name="purchase")
    op.create_index(NAME, "purchase", ["customer_id", "at", "net_amount", "outlet_id", "opens_visit"])


def downgrade() -> None:
    op.drop_index(NAME, table_name="purchase")
    op.create_index(NAME, "purchase", ["customer_id", "at", "net_amount"])
    opening = sa.text("opens_visit")
    op.create_index("ix_purchase_visit", "purchase", ["customer_id"], sqlite_where=opening, postgresql_where=opening)
