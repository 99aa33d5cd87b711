"""Cashier hints, and the products and outlets that they are limited to."""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import BigId, Moment

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cashier_hint",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("goods_shown", sa.Integer(), nullable=False),
        sa.Column("least_sum", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("goods_shown BETWEEN 1 AND 20", name=op.f("ck_cashier_hint_goods_shown")),
        sa.CheckConstraint("least_sum >= 0", name=op.f("ck_cashier_hint_least_sum")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cashier_hint")),
        sa.UniqueConstraint("name", name=op.f("uq_cashier_hint_name")),
    )
    op.create_table(
        "cashier_hint_product",
        sa.Column("hint_id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.CheckConstraint("kind IN ('sku', 'category')", name=op.f("ck_cashier_hint_product_kind")),
        sa.ForeignKeyConstraint(["hint_id"], ["cashier_hint.id"], name=op.f("fk_cashier_hint_product_hint_id")),
        sa.PrimaryKeyConstraint("hint_id", "kind", "value", name=op.f("pk_cashier_hint_product")),
    )
    op.create_table(
        "cashier_hint_outlet",
        sa.Column("hint_id", BigId, nullable=False),
        sa.Column("outlet_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["hint_id"], ["cashier_hint.id"], name=op.f("fk_cashier_hint_outlet_hint_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_cashier_hint_outlet_outlet_id")),
        sa.PrimaryKeyConstraint("hint_id", "outlet_id", name=op.f("pk_cashier_hint_outlet")),
    )


def downgrade() -> None:
    for table in ("cashier_hint_outlet", "cashier_hint_product", "cashier_hint"):
        op.drop_table(table)
