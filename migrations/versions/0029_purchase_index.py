"""One index of purchases covers all that conditions and totals ask for, outlets and visits too.

PostgreSQL makes it beside the one that it replaces, while receipts go on being written.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

NAME = "ix_purchase_customer_at"
NEW = f"{NAME}_new"
COLUMNS = ["customer_id", "at", "net_amount", "outlet_id", "opens_visit"]


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        op.drop_index("ix_purchase_visit", table_name="purchase")
        op.drop_index(NAME, table_name="purchase")
        op.create_index(NAME, "purchase", COLUMNS)
        return
    with op.get_context().autocommit_block():
        # What an attempt that was stopped has left is of no use.
        op.drop_index(NEW, table_name="purchase", if_exists=True, postgresql_concurrently=True)
        op.create_index(NEW, "purchase", COLUMNS, postgresql_concurrently=True)
    op.drop_index("ix_purchase_visit", table_name="purchase")
    op.drop_index(NAME, table_name="purchase")
    op.execute(f"ALTER INDEX {NEW} RENAME TO {NAME}")


def downgrade() -> None:
    op.drop_index(NAME, table_name="purchase")
    op.create_index(NAME, "purchase", ["customer_id", "at", "net_amount"])
    opening = sa.text("opens_visit")
    op.create_index("ix_purchase_visit", "purchase", ["customer_id"], sqlite_where=opening, postgresql_where=opening)
