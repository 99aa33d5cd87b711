"""Programmes with their tiers, customer groups, and what a receipt was discounted, paid in bonuses and earned."""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import BigId

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "programme",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("payable_rate", sa.Integer(), nullable=False),
        sa.Column("delay_days", sa.Integer(), nullable=False),
        sa.Column("accrual_time", sa.Time(), nullable=True),
        sa.Column("lifetime_days", sa.Integer(), nullable=True),
        sa.Column("counts_current", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('bonus', 'discount', 'both')", name=op.f("ck_programme_kind")),
        sa.CheckConstraint("payable_rate BETWEEN 0 AND 10000", name=op.f("ck_programme_payable_rate")),
        sa.CheckConstraint("delay_days BETWEEN 0 AND 36500", name=op.f("ck_programme_delay_days")),
        sa.CheckConstraint("accrual_time IS NULL OR delay_days > 0", name=op.f("ck_programme_accrual_time")),
        sa.CheckConstraint("lifetime_days BETWEEN 1 AND 36500", name=op.f("ck_programme_lifetime_days")),
        sa.CheckConstraint("NOT (is_default AND archived)", name=op.f("ck_programme_default_in_use")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("name", name=op.f("uq_programme_name")),
    )
    op.create_index(
        "ix_programme_default",
        "programme",
        ["is_default"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )
    op.create_table(
        "programme_tier",
        sa.Column("programme_id", BigId, nullable=False),
        sa.Column("above", sa.BigInteger(), nullable=False),
        sa.Column("bonus_rate", sa.Integer(), nullable=False),
        sa.Column("discount_rate", sa.Integer(), nullable=False),
        sa.CheckConstraint("above >= 0", name=op.f("ck_programme_tier_above")),
        sa.CheckConstraint(
            "bonus_rate BETWEEN 0 AND 10000 AND discount_rate BETWEEN 0 AND 10000", name=op.f("ck_programme_tier_rates")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_programme_tier_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "above", name=op.f("pk_programme_tier")),
    )
    op.create_table(
        "customer_group",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("programme_id", BigId, nullable=True),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_customer_group_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_group")),
        sa.UniqueConstraint("name", name=op.f("uq_customer_group_name")),
    )
    op.create_index(
        "ix_customer_group_default",
        "customer_group",
        ["is_default"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )
    # Written out: SQLite adds a column with its reference and its check only in one statement.
    kind = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    for column, table in (("programme_id", "programme"), ("customer_group_id", "customer_group")):
        op.execute(
            f"ALTER TABLE customer ADD COLUMN {column} {kind} CONSTRAINT fk_customer_{column} REFERENCES {table} (id)"
        )
    op.create_index("ix_customer_customer_group_id", "customer", ["customer_group_id"])
    for table in ("purchase", "purchase_line"):
        for column in ("discounted", "redeemed", "accrued"):
            op.execute(
                f"ALTER TABLE {table} ADD COLUMN {column} BIGINT DEFAULT 0 NOT NULL"
                f" CONSTRAINT ck_{table}_{column} CHECK ({column} >= 0)"
            )
    _share_out_redeemed(op.get_bind())


def _share_out_redeemed(connection: sa.Connection) -> None:
    """Write down on receipts and their lines what the ledger says was paid with bonuses, in proportion to amounts."""
    spent = "SELECT source_id, amount FROM operation WHERE source = 'purchase' AND kind = 'redeem'"
    of_purchase = sa.text("UPDATE purchase SET redeemed = :redeemed WHERE id = :id")
    of_line = sa.text("UPDATE purchase_line SET redeemed = :redeemed WHERE id = :id")
    for purchase_id, redeemed in connection.execute(sa.text(spent)).all():
        connection.execute(of_purchase, {"redeemed": redeemed, "id": purchase_id})
        lines = sa.text("SELECT id, amount FROM purchase_line WHERE purchase_id = :id ORDER BY id")
        rows = connection.execute(lines, {"id": purchase_id}).all()
        whole, reached, shared = sum(amount for _id, amount in rows), 0, 0
        for line_id, amount in rows:
            reached += amount
            until_here = (2 * redeemed * reached + whole) // (2 * whole)
            connection.execute(of_line, {"redeemed": until_here - shared, "id": line_id})
            shared = until_here


def downgrade() -> None:
    for table in ("purchase", "purchase_line"):
        with op.batch_alter_table(table) as batch:
            for column in ("discounted", "redeemed", "accrued"):
                batch.drop_constraint(f"ck_{table}_{column}", type_="check")
                batch.drop_column(column)
    op.drop_index("ix_customer_customer_group_id", table_name="customer")
    with op.batch_alter_table("customer") as batch:
        for column in ("programme_id", "customer_group_id"):
            batch.drop_constraint(f"fk_customer_{column}", type_="foreignkey")
            batch.drop_column(column)
    op.drop_table("customer_group")
    op.drop_table("programme_tier")
    op.drop_table("programme")
