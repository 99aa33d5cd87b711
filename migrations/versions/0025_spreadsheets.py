"""Files that lists of customers are made from, and customers downloaded as a file."""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import BigId, Moment

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "list_file",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("column", sa.Integer(), nullable=False),
        sa.Column("head", sa.Integer(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("list_id", BigId, nullable=True),
        sa.ForeignKeyConstraint(["list_id"], ["customer_list.id"], name=op.f("fk_list_file_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_file")),
    )
    op.create_index("ix_list_file_list_id", "list_file", ["list_id"])
    op.create_index("ix_list_file_created_at", "list_file", ["created_at"])
    op.create_table(
        "customer_download",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("customers", sa.LargeBinary(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("started_at", Moment(), nullable=True),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_download")),
    )
    op.create_index("ix_customer_download_asked_at", "customer_download", ["asked_at"])


def downgrade() -> None:
    op.drop_table("customer_download")
    op.drop_table("list_file")
