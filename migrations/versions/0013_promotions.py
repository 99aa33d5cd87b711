"""Promo codes with their lists and uses, promotions, and what each gave to which line."""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import BigId, Moment

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "promo_code_list",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("reusable", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promo_code_list")),
        sa.UniqueConstraint("name", name=op.f("uq_promo_code_list_name")),
    )
    op.create_table(
        "promo_code",
        sa.Column("id", BigId, nullable=False),
        sa.Column("list_id", BigId, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["promo_code_list.id"], name=op.f("fk_promo_code_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promo_code")),
        sa.UniqueConstraint("code", name=op.f("uq_promo_code_code")),
    )
    op.create_index("ix_promo_code_list_id", "promo_code", ["list_id", "id"])
    op.create_table(
        "promo_code_use",
        sa.Column("id", BigId, nullable=False),
        sa.Column("code_id", BigId, nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("purchase_id", BigId, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("slot IN (0, purchase_id)", name=op.f("ck_promo_code_use_slot")),
        sa.ForeignKeyConstraint(["code_id"], ["promo_code.id"], name=op.f("fk_promo_code_use_code_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_promo_code_use_customer_id")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchase.id"], name=op.f("fk_promo_code_use_purchase_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promo_code_use")),
        sa.UniqueConstraint("code_id", "slot", name=op.f("uq_promo_code_use_code_id_slot")),
    )
    op.create_index("ix_promo_code_use_purchase_id", "promo_code_use", ["purchase_id"])
    op.create_table(
        "promotion",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("adds_up", sa.Boolean(), nullable=False),
        sa.Column("starts_at", Moment(), nullable=True),
        sa.Column("ends_at", Moment(), nullable=True),
        sa.Column("least_sum", sa.BigInteger(), nullable=False),
        sa.Column("least_quantity", sa.BigInteger(), nullable=False),
        sa.Column("products_least", sa.BigInteger(), nullable=False),
        sa.Column("code_list_id", BigId, nullable=True),
        sa.Column("segment_id", sa.BigInteger(), nullable=True),
        sa.Column("of_products", sa.Boolean(), nullable=False),
        sa.Column("bonus_rate", sa.Integer(), nullable=False),
        sa.Column("bonus_amount", sa.BigInteger(), nullable=False),
        sa.Column("bonus_type_id", BigId, nullable=True),
        sa.Column("lifetime_days", sa.Integer(), nullable=True),
        sa.Column("discount_rate", sa.Integer(), nullable=False),
        sa.Column("discount_amount", sa.BigInteger(), nullable=False),
        sa.Column("special_price", sa.BigInteger(), nullable=True),
        sa.Column("forbids_redemption", sa.Boolean(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_promotion_period")),
        sa.CheckConstraint(
            "least_sum >= 0 AND least_quantity >= 0 AND products_least >= 0", name=op.f("ck_promotion_conditions")
        ),
        sa.CheckConstraint(
            "bonus_rate BETWEEN 0 AND 10000 AND discount_rate BETWEEN 0 AND 10000", name=op.f("ck_promotion_rates")
        ),
        sa.CheckConstraint(
            "bonus_amount >= 0 AND discount_amount >= 0 AND special_price >= 0", name=op.f("ck_promotion_amounts")
        ),
        sa.CheckConstraint("discount_rate = 0 OR discount_amount = 0", name=op.f("ck_promotion_discount")),
        sa.CheckConstraint(
            "lifetime_days BETWEEN 1 AND 36500 AND (lifetime_days IS NULL OR bonus_type_id IS NULL)",
            name=op.f("ck_promotion_lifetime"),
        ),
        sa.ForeignKeyConstraint(["code_list_id"], ["promo_code_list.id"], name=op.f("fk_promotion_code_list_id")),
        sa.ForeignKeyConstraint(["bonus_type_id"], ["bonus_type.id"], name=op.f("fk_promotion_bonus_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion")),
        sa.UniqueConstraint("name", name=op.f("uq_promotion_name")),
    )
    op.create_table(
        "promotion_product",
        sa.Column("promotion_id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.CheckConstraint("kind IN ('sku', 'category')", name=op.f("ck_promotion_product_kind")),
        sa.ForeignKeyConstraint(["promotion_id"], ["promotion.id"], name=op.f("fk_promotion_product_promotion_id")),
        sa.PrimaryKeyConstraint("promotion_id", "kind", "value", name=op.f("pk_promotion_product")),
    )
    op.create_table(
        "promotion_outlet",
        sa.Column("promotion_id", BigId, nullable=False),
        sa.Column("outlet_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["promotion_id"], ["promotion.id"], name=op.f("fk_promotion_outlet_promotion_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_promotion_outlet_outlet_id")),
        sa.PrimaryKeyConstraint("promotion_id", "outlet_id", name=op.f("pk_promotion_outlet")),
    )
    op.create_table(
        "line_promotion",
        sa.Column("purchase_id", BigId, nullable=False),
        sa.Column("promotion_id", BigId, nullable=False),
        sa.Column("line_id", BigId, nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("discounted", sa.BigInteger(), nullable=False),
        sa.Column("accrued", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("discounted >= 0 AND accrued >= 0", name=op.f("ck_line_promotion_parts")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchase.id"], name=op.f("fk_line_promotion_purchase_id")),
        sa.ForeignKeyConstraint(["promotion_id"], ["promotion.id"], name=op.f("fk_line_promotion_promotion_id")),
        sa.ForeignKeyConstraint(["line_id"], ["purchase_line.id"], name=op.f("fk_line_promotion_line_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_line_promotion_customer_id")),
        sa.PrimaryKeyConstraint("purchase_id", "promotion_id", "line_id", name=op.f("pk_line_promotion")),
    )


def downgrade() -> None:
    for table in (
        "line_promotion",
        "promotion_outlet",
        "promotion_product",
        "promotion",
        "promo_code_use",
        "promo_code",
        "promo_code_list",
    ):
        op.drop_table(table)
