"""Lists of customers, and uses of promo codes found by customer."""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import BigId, Moment

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_list",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_list")),
        sa.UniqueConstraint("name", name=op.f("uq_customer_list_name")),
    )
    op.create_table(
        "customer_list_member",
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("list_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_list_member_customer_id")),
        sa.ForeignKeyConstraint(["list_id"], ["customer_list.id"], name=op.f("fk_customer_list_member_list_id")),
        sa.PrimaryKeyConstraint("customer_id", "list_id", name=op.f("pk_customer_list_member")),
    )
    op.create_index("ix_customer_list_member_list_id", "customer_list_member", ["list_id", "customer_id"])
    op.create_index("ix_promo_code_use_customer_at", "promo_code_use", ["customer_id", "at"])


def downgrade() -> None:
    op.drop_index("ix_promo_code_use_customer_at", table_name="promo_code_use")
    op.drop_table("customer_list_member")
    op.drop_table("customer_list")
