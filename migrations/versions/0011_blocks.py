"""Customers who are blocked, and how many purchases of a shift day block one."""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import BigId, Moment

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_block",
        sa.Column("customer_id", BigId, autoincrement=False, nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_block_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_customer_block")),
    )
    op.add_column("programme", sa.Column("shift_starts", sa.Time(), nullable=True))
    # Written out: SQLite adds a column with its check only in one statement.
    op.execute(
        "ALTER TABLE programme ADD COLUMN shift_purchases_max INTEGER"
        " CONSTRAINT ck_programme_shift CHECK ("
        "(shift_purchases_max IS NULL) = (shift_starts IS NULL) AND (shift_purchases_max IS NULL OR shift_purchases_max > 0))"
    )


def downgrade() -> None:
    with op.batch_alter_table("programme") as table:
        table.drop_constraint("ck_programme_shift", type_="check")
        table.drop_column("shift_purchases_max")
        table.drop_column("shift_starts")
    op.drop_table("customer_block")
