"""RFM scores: nine customers in one number, instead of a row with values for each."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# A code is 25 × (r − 1) + 5 × (f − 1) + m; customer n stands in block n ÷ 9, 7 × (n mod 9) bits from the lowest.
PACKED = """
    INSERT INTO rfm_scores (calculation_id, block, packed)
    SELECT calculation_id, customer_id / 9,
        CAST(SUM(CAST(r * 25 + f * 5 + m - 30 AS BIGINT) << CAST(7 * (customer_id % 9) AS INTEGER)) AS BIGINT)
    FROM rfm_score GROUP BY calculation_id, customer_id / 9
"""


def upgrade() -> None:
    op.create_table(
        "rfm_scores",
        sa.Column("calculation_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("block", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("packed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("calculation_id", "block", name=op.f("pk_rfm_scores")),
        sqlite_with_rowid=False,
    )
    op.execute(PACKED)
    op.drop_table("rfm_score")


def downgrade() -> None:
    """The scores come with the next calculation: what each of them was made of is not kept."""
    op.drop_table("rfm_scores")
    op.create_table(
        "rfm_score",
        sa.Column("calculation_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("customer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("purchases", sa.Integer(), nullable=False),
        *(sa.Column(each, sa.SmallInteger(), autoincrement=False, nullable=False) for each in "rfm"),
        sa.PrimaryKeyConstraint("calculation_id", "customer_id", name=op.f("pk_rfm_score")),
    )
