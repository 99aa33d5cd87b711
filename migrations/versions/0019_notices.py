"""Notices: which form a chain comes from."""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import BigId, Json

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ONCE = sa.text("kind <> 'burning'")


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", BigId, nullable=False),
        sa.Column("programme_id", BigId, nullable=True),
        sa.Column("customer_group_id", BigId, nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("settings", Json, nullable=False),
        sa.Column("graph", Json, nullable=False),
        sa.Column("campaign_id", BigId, nullable=False),
        sa.CheckConstraint("(programme_id IS NULL) <> (customer_group_id IS NULL)", name=op.f("ck_notice_owner")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_notice_programme_id")),
        sa.ForeignKeyConstraint(["customer_group_id"], ["customer_group.id"], name=op.f("fk_notice_customer_group_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_notice_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("campaign_id", name=op.f("uq_notice_campaign_id")),
    )
    op.create_index(
        "ix_notice_programme_kind",
        "notice",
        ["programme_id", "kind"],
        unique=True,
        sqlite_where=_ONCE,
        postgresql_where=_ONCE,
    )
    op.create_index("ix_notice_customer_group_kind", "notice", ["customer_group_id", "kind"], unique=True)


def downgrade() -> None:
    op.drop_table("notice")
