"""Bonus types that wait for a time of day, count weeks, end with a month, or name dates."""

import sqlalchemy as sa
from alembic import op

from migrations.checks import rewrite_check

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CHECKS = [
    (
        "activation",
        "activation IN ('at_once', 'after_hours', 'after_days')",
        "activation IN ('at_once', 'after_hours', 'after_days', 'on_date')",
    ),
    (
        "burning",
        "burning IN ('never', 'after_days', 'after_months', 'day_of_year')",
        "burning IN ('never', 'after_days', 'after_weeks', 'after_months', 'end_of_month', 'day_of_year', 'on_date')",
    ),
    (
        "activation_amount",
        "(activation = 'at_once') = (activation_amount IS NULL)",
        "(activation IN ('after_hours', 'after_days')) = (activation_amount IS NOT NULL)",
    ),
    (
        "burning_amount",
        "(burning IN ('after_days', 'after_months')) = (burning_amount IS NOT NULL)",
        "(burning IN ('after_days', 'after_weeks', 'after_months', 'end_of_month')) = (burning_amount IS NOT NULL)",
    ),
]


def upgrade() -> None:
    op.add_column("bonus_type", sa.Column("activation_time", sa.Time()))
    for column, verb in (("activation_date", "activation"), ("burning_date", "burning")):
        check = f"({verb} = 'on_date') = ({column} IS NOT NULL)"
        op.execute(f"ALTER TABLE bonus_type ADD COLUMN {column} DATE CONSTRAINT ck_bonus_type_{column} CHECK ({check})")
    for name, before, after in CHECKS:
        rewrite_check("bonus_type", name, before, after)


def downgrade() -> None:
    raise NotImplementedError("bonus types that need it may be in use")
