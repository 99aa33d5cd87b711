"""Purchases that open a visit, how many each customer made, and the password that a programme asks for at the till."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Written out: SQLite adds a column with its check only in one statement.
    op.execute(
        "ALTER TABLE programme ADD COLUMN visit_hours INTEGER"
        " CONSTRAINT ck_programme_visit_hours CHECK (visit_hours BETWEEN 1 AND 8760)"
    )
    op.add_column("programme", sa.Column("password_hash", sa.String(length=200), nullable=True))
    # Until now every purchase was a visit of its own, but for those that came back as a whole.
    op.add_column("purchase", sa.Column("opens_visit", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute(sa.text("UPDATE purchase SET opens_visit = :no WHERE net_amount = 0").bindparams(no=False))
    opening = sa.text("opens_visit")
    op.create_index("ix_purchase_visit", "purchase", ["customer_id"], sqlite_where=opening, postgresql_where=opening)
    op.add_column("customer_totals", sa.Column("visit_count", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE customer_totals SET visit_count = purchase_count")


def downgrade() -> None:
    with op.batch_alter_table("customer_totals") as table:
        table.drop_column("visit_count")
    op.drop_index("ix_purchase_visit", table_name="purchase")
    with op.batch_alter_table("purchase") as table:
        table.drop_column("opens_visit")
    with op.batch_alter_table("programme") as table:
        table.drop_column("password_hash")
        table.drop_constraint("ck_programme_visit_hours", type_="check")
        table.drop_column("visit_hours")
