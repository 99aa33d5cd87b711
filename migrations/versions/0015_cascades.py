"""Messages that try several channels, and what an SMS costs."""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import BigId, Moment

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("cascade", sa.String(length=100), server_default="", nullable=False))
    op.add_column("message", sa.Column("parts", sa.Integer(), nullable=True))
    op.add_column("message", sa.Column("price", sa.BigInteger(), nullable=True))
    op.create_table(
        "message_try",
        sa.Column("id", BigId, nullable=False),
        sa.Column("message_id", BigId, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_try_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_try")),
    )
    op.create_index("ix_message_try_message_id", "message_try", ["message_id"])
    op.create_table(
        "sms_tariff",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("part_price", sa.BigInteger(), nullable=False),
        sa.Column("counting", sa.String(length=10), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_sms_tariff_single")),
        sa.CheckConstraint("counting IN ('encoding', 'flat70')", name=op.f("ck_sms_tariff_counting")),
        sa.CheckConstraint("part_price >= 0", name=op.f("ck_sms_tariff_part_price")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_tariff")),
    )


def downgrade() -> None:
    op.drop_table("sms_tariff")
    op.drop_table("message_try")
    with op.batch_alter_table("message") as table:
        table.drop_column("price")
        table.drop_column("parts")
        table.drop_column("cascade")
