"""Attributes of one's own, and the kinds of one's own events."""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import BigId

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_kind",
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_event_kind")),
    )
    op.create_table(
        "customer_attribute",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.CheckConstraint("kind IN ('number', 'text', 'date', 'flag')", name=op.f("ck_customer_attribute_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_attribute")),
        sa.UniqueConstraint("key", name=op.f("uq_customer_attribute_key")),
        sa.UniqueConstraint("name", name=op.f("uq_customer_attribute_name")),
    )
    op.create_table(
        "customer_attribute_value",
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("attribute_id", BigId, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.String(length=200), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "CASE WHEN number IS NULL THEN 0 ELSE 1 END + CASE WHEN text IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN day IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_customer_attribute_value_one_value"),
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_attribute_value_customer_id")),
        sa.ForeignKeyConstraint(
            ["attribute_id"], ["customer_attribute.id"], name=op.f("fk_customer_attribute_value_attribute_id")
        ),
        sa.PrimaryKeyConstraint("customer_id", "attribute_id", name=op.f("pk_customer_attribute_value")),
    )
    op.create_index("ix_customer_attribute_value_attribute_id", "customer_attribute_value", ["attribute_id"])


def downgrade() -> None:
    op.drop_table("customer_attribute_value")
    op.drop_table("customer_attribute")
    op.drop_table("event_kind")
