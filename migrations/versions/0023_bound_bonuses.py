"""Bonuses that are valid only at chosen outlets.

A lot may be bound to a set of outlets. A set that a lot is bound to names an outlet and never changes; what moves with a
merge stays bound; a redemption takes bound bonuses only where they are valid, and says where that was.
"""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import BigId

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

FROZEN = ("outlet_set", "outlet_set_member", "redemption_outlet")
USED = "EXISTS (SELECT 1 FROM lot WHERE outlet_set_id = NEW.outlet_set_id)"
EMPTY = "NOT EXISTS (SELECT 1 FROM outlet_set_member WHERE outlet_set_id = NEW.outlet_set_id)"
ELSEWHERE = """EXISTS (SELECT 1 FROM lot WHERE id = NEW.lot_id AND outlet_set_id IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM redemption_outlet JOIN outlet_set_member USING (outlet_id)
           WHERE operation_id = NEW.operation_id AND customer_id = NEW.customer_id
             AND outlet_set_member.outlet_set_id = lot.outlet_set_id))"""
LOOSENED = """EXISTS (SELECT 1 FROM lot JOIN lot AS first ON first.id = NEW.first_id WHERE lot.id = NEW.lot_id
           AND coalesce(lot.outlet_set_id, 0) <> coalesce(first.outlet_set_id, 0))"""
# Table, event, when, promise broken where this holds, and what is said of it.
PROMISES = [
    ("lot", "lot_is_bound_to_some_outlet", "NEW.outlet_set_id IS NOT NULL", EMPTY, "a set of outlets names an outlet"),
    (
        "entry",
        "redeemed_where_valid",
        "NEW.kind = 'redeem'",
        ELSEWHERE,
        "bonuses are redeemed only where they are valid",
    ),
    ("outlet_set_member", "used_set_is_kept", None, USED, "what bonuses are bound to never changes"),
    ("moved_lot", "moved_lot_stays_bound", None, LOOSENED, "what moves is bound as it was"),
]
LOT = ("id", "customer_id", "operation_id", "bonus_type_id", "legal_entity_id", "amount", "accrued_at", "active_at")
LOT_COLUMNS = (*LOT, "expires_at", "outlet_set_id")


def _sqlite() -> list[str]:
    new, old = (", ".join(f"{row}.{name}" for name in LOT_COLUMNS) for row in ("NEW", "OLD"))
    return [
        "DROP TRIGGER lot_is_frozen",
        f"""CREATE TRIGGER lot_is_frozen BEFORE UPDATE ON lot WHEN ({new}) IS NOT ({old})
           BEGIN SELECT RAISE(ABORT, 'a lot is never changed: write a new entry'); END""",
        *(
            f"""CREATE TRIGGER {table}_is_{word} BEFORE {verb} ON {table}
                BEGIN SELECT RAISE(ABORT, '{table}: nothing is ever changed or deleted'); END"""
            for table in FROZEN
            for verb, word in (("UPDATE", "frozen"), ("DELETE", "kept"))
        ),
        *(
            f"""CREATE TRIGGER {name} BEFORE INSERT ON {table} {f"WHEN {when}" if when else ""}
                BEGIN SELECT RAISE(ABORT, '{message}') WHERE {broken}; END"""
            for table, name, when, broken, message in PROMISES
        ),
    ]


def _postgresql() -> list[str]:
    statements = [
        "DROP TRIGGER lot_is_frozen ON lot",
        f"""CREATE TRIGGER lot_is_frozen BEFORE UPDATE OF {", ".join(LOT_COLUMNS)} ON lot
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
        *(
            f"""CREATE TRIGGER {table}_is_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"""
            for table in FROZEN
        ),
    ]
    for table, name, when, broken, message in PROMISES:
        statements += [
            f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  IF {broken} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF;
                  RETURN NULL;
                END $$""",
            # For the plans that a connection keeps: see the migration of the ledger's first promises.
            f"ALTER FUNCTION {name}() SET enable_seqscan = off",
            f"""CREATE TRIGGER {name} AFTER INSERT ON {table} FOR EACH ROW {f"WHEN ({when})" if when else ""}
                EXECUTE FUNCTION {name}()""",
        ]
    return statements


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "outlet_set",
        sa.Column("id", BigId, nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_set")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_outlet_set_fingerprint")),
    )
    op.create_table(
        "outlet_set_member",
        sa.Column("outlet_set_id", BigId, autoincrement=False, nullable=False),
        sa.Column("outlet_id", BigId, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["outlet_set_id"], ["outlet_set.id"], name=op.f("fk_outlet_set_member_outlet_set_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_outlet_set_member_outlet_id")),
        sa.PrimaryKeyConstraint("outlet_set_id", "outlet_id", name=op.f("pk_outlet_set_member")),
    )
    op.create_index("ix_outlet_set_member_outlet_id", "outlet_set_member", ["outlet_id"])
    # Written out: SQLite adds a column with its reference only in one statement.
    op.execute(
        f"ALTER TABLE lot ADD COLUMN outlet_set_id {'BIGINT' if postgresql else 'INTEGER'}"
        " CONSTRAINT fk_lot_outlet_set_id REFERENCES outlet_set (id)"
    )
    bound = sa.text("outlet_set_id IS NOT NULL")
    op.create_index("ix_lot_outlet_set_id", "lot", ["outlet_set_id"], sqlite_where=bound, postgresql_where=bound)
    op.create_table(
        "redemption_outlet",
        sa.Column("operation_id", BigId, autoincrement=False, nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("outlet_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_redemption_outlet_operation_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_redemption_outlet_customer_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_redemption_outlet_outlet_id")),
        sa.PrimaryKeyConstraint("operation_id", name=op.f("pk_redemption_outlet")),
    )
    for statement in _postgresql() if postgresql else _sqlite():
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("the ledger's promises are not taken back")
