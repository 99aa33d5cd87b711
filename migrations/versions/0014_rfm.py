"""RFM: its settings and segments, calculations, scores, and what maps and lists are summed up of."""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import BigId, Json, Moment

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _one(name: str, table: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, [column], unique=True, sqlite_where=where, postgresql_where=where)


def _scores() -> list[sa.Column[int]]:
    return [sa.Column(each, sa.SmallInteger(), autoincrement=False, nullable=False) for each in "rfm"]


def upgrade() -> None:
    op.create_table(
        "rfm_settings",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("period", Json, nullable=True),
        sa.Column("convention", sa.String(length=6), nullable=False),
        sa.Column("segment_id", BigId, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("convention IN ('breaks', 'ranks')", name=op.f("ck_rfm_settings_convention")),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name=op.f("fk_rfm_settings_segment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rfm_settings")),
        sa.UniqueConstraint("name", name=op.f("uq_rfm_settings_name")),
    )
    _one("uq_rfm_settings_default", "rfm_settings", "is_default", "is_default")
    op.create_table(
        "rfm_segment",
        sa.Column("id", BigId, nullable=False),
        sa.Column("settings_id", BigId, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("description", sa.String(length=300), nullable=False),
        *(sa.Column(f"{each}_{end}", sa.SmallInteger(), nullable=False) for each in "rfm" for end in ("from", "to")),
        *(
            sa.CheckConstraint(
                f"{each}_from >= 1 AND {each}_from <= {each}_to AND {each}_to <= 5", name=op.f(f"ck_rfm_segment_{each}")
            )
            for each in "rfm"
        ),
        sa.ForeignKeyConstraint(["settings_id"], ["rfm_settings.id"], name=op.f("fk_rfm_segment_settings_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rfm_segment")),
        sa.UniqueConstraint("settings_id", "name", name=op.f("uq_rfm_segment_settings_id_name")),
    )
    op.create_table(
        "rfm_calculation",
        sa.Column("id", BigId, nullable=False),
        sa.Column("settings_id", BigId, nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("period", Json, nullable=True),
        sa.Column("convention", sa.String(length=6), nullable=True),
        sa.Column("segment_id", sa.BigInteger(), nullable=True),
        sa.Column("requested_at", Moment(), nullable=False),
        sa.Column("started_at", Moment(), nullable=True),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("took_ms", sa.Integer(), nullable=True),
        sa.Column("base", sa.Integer(), nullable=True),
        sa.Column("customers", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=1000), nullable=True),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('waiting', 'going_on', 'current', 'previous', 'old', 'failed')",
            name=op.f("ck_rfm_calculation_status"),
        ),
        sa.ForeignKeyConstraint(["settings_id"], ["rfm_settings.id"], name=op.f("fk_rfm_calculation_settings_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rfm_calculation")),
    )
    op.create_index(op.f("ix_rfm_calculation_settings_id"), "rfm_calculation", ["settings_id"])
    _one("uq_rfm_calculation_open", "rfm_calculation", "settings_id", "status IN ('waiting', 'going_on')")
    for status in ("current", "previous"):
        _one(f"uq_rfm_calculation_{status}", "rfm_calculation", "settings_id", f"status = '{status}'")
    op.create_table(
        "rfm_score",
        sa.Column("calculation_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("customer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("purchases", sa.Integer(), nullable=False),
        *_scores(),
        sa.PrimaryKeyConstraint("calculation_id", "customer_id", name=op.f("pk_rfm_score")),
    )
    op.create_table(
        "rfm_cell",
        sa.Column("calculation_id", BigId, autoincrement=False, nullable=False),
        *_scores(),
        sa.Column("segment_id", sa.BigInteger(), nullable=True),
        sa.Column("segment", sa.String(length=60), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("purchases", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        *(
            sa.Column(f"{of}_{end}", sa.BigInteger() if of == "amount" else sa.Integer(), nullable=False)
            for of in ("days", "purchases", "amount")
            for end in ("least", "most")
        ),
        sa.ForeignKeyConstraint(["calculation_id"], ["rfm_calculation.id"], name=op.f("fk_rfm_cell_calculation_id")),
        sa.PrimaryKeyConstraint("calculation_id", "r", "f", "m", name=op.f("pk_rfm_cell")),
    )
    op.create_table(
        "rfm_movement",
        sa.Column("id", BigId, nullable=False),
        sa.Column("calculation_id", BigId, nullable=False),
        sa.Column("came_from", sa.String(length=60), nullable=True),
        sa.Column("went_to", sa.String(length=60), nullable=True),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calculation_id"], ["rfm_calculation.id"], name=op.f("fk_rfm_movement_calculation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rfm_movement")),
    )
    op.create_index(op.f("ix_rfm_movement_calculation_id"), "rfm_movement", ["calculation_id"])


def downgrade() -> None:
    for table in ("rfm_movement", "rfm_cell", "rfm_score", "rfm_calculation", "rfm_segment", "rfm_settings"):
        op.drop_table(table)
