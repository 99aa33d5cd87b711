"""Customers are activated, and programmes say whether they have to be and what welcomes them."""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import BigId, Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customer", sa.Column("activated_at", Moment(), nullable=True))
    op.execute("UPDATE customer SET activated_at = registered_at")
    waiting = sa.text("activated_at IS NULL")
    op.create_index("ix_customer_waiting", "customer", ["id"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_table(
        "programme_joining",
        sa.Column("programme_id", BigId, autoincrement=False, nullable=False),
        sa.Column("activation_needed", sa.Boolean(), nullable=False),
        sa.Column("welcome_amount", sa.BigInteger(), nullable=True),
        sa.Column("welcome_delay", sa.Integer(), nullable=False),
        sa.Column("welcome_delay_unit", sa.String(length=5), nullable=False),
        sa.Column("welcome_lifetime_days", sa.Integer(), nullable=True),
        sa.Column("welcome_until", sa.Date(), nullable=True),
        sa.CheckConstraint("welcome_amount > 0", name=op.f("ck_programme_joining_welcome_amount")),
        sa.CheckConstraint("welcome_delay BETWEEN 0 AND 36500", name=op.f("ck_programme_joining_welcome_delay")),
        sa.CheckConstraint(
            "welcome_delay_unit IN ('days', 'hours')", name=op.f("ck_programme_joining_welcome_delay_unit")
        ),
        sa.CheckConstraint(
            "welcome_lifetime_days BETWEEN 1 AND 36500", name=op.f("ck_programme_joining_welcome_lifetime_days")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_programme_joining_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", name=op.f("pk_programme_joining")),
    )


def downgrade() -> None:
    op.drop_table("programme_joining")
    op.drop_index("ix_customer_waiting", table_name="customer")
    with op.batch_alter_table("customer") as table:
        table.drop_column("activated_at")
