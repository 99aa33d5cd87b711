"""Customers who turn out to be one person: what one had becomes the other's.

What remains of their bonuses goes by operations of kind merge: out of their lots, and into the other's new ones; a debt is
paid with one and opens with another. Who is merged into somebody who is merged already, holds or owes something, or takes
anything afterwards, is refused; a merge is never taken back.
"""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import BigId, Moment
from migrations.checks import rewrite_check

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KINDS = "kind IN ('accrue', 'redeem', 'burn', 'reverse', 'adjust', 'repay'{more})"
SIGN = (
    "(kind = 'accrue' AND amount > 0) OR (kind IN ('redeem', 'burn', 'adjust', 'repay'{more}) AND amount < 0)"
    " OR (kind = 'reverse' AND amount <> 0)"
)
AMOUNT = "amount > 0 OR (amount < 0 AND kind IN ('reverse', 'adjust'{more}))"
CHECKS = [
    ("operation", "kind", KINDS),
    ("operation", "amount", AMOUNT),
    ("entry", "sign", SIGN),
    ("entry", "kind", KINDS),
]

OWN = """(own.customer_id = NEW.customer_id OR EXISTS (
           SELECT 1 FROM customer WHERE customer.id = own.customer_id AND merged_into_id = NEW.customer_id))"""
UNFIT = """(OLD.merged_into_id IS NOT NULL AND NEW.merged_into_id IS NULL) OR (NEW.merged_into_id IS NOT NULL AND (
           EXISTS (SELECT 1 FROM lot WHERE customer_id = NEW.id AND remaining > 0)
           OR EXISTS (SELECT 1 FROM debt WHERE customer_id = NEW.id AND remaining > 0)
           OR EXISTS (SELECT 1 FROM customer WHERE id = NEW.merged_into_id AND merged_into_id IS NOT NULL)))"""

SQLITE = [
    *(
        f"DROP TRIGGER {trigger}"
        for trigger in (
            *("lot_opens_whole", "reversal_stays_within_its_operation"),
            *("debt_opens_whole", "payment_moves_its_debt"),
        )
    ),
    """CREATE TRIGGER lot_opens_whole BEFORE INSERT ON lot
       WHEN NEW.remaining <> NEW.amount OR NOT EXISTS (SELECT 1 FROM operation WHERE id = NEW.operation_id
         AND customer_id = NEW.customer_id AND kind IN ('accrue', 'adjust', 'merge') AND amount = NEW.amount)
       BEGIN SELECT RAISE(ABORT, 'a new lot has the whole amount of its customer''s accrual remaining'); END""",
    """CREATE TRIGGER reversal_stays_within_its_operation AFTER INSERT ON operation WHEN NEW.kind = 'reverse'
       BEGIN
         SELECT RAISE(ABORT, 'a reversal goes the other way, and no further than its operation') WHERE NOT EXISTS (
           SELECT 1 FROM operation AS own WHERE own.id = NEW.reverses_id AND #OWN
           AND (NEW.amount < 0) = (own.kind = 'accrue' OR (own.kind = 'adjust' AND own.amount > 0))
           AND own.kind IN ('accrue', 'redeem', 'adjust')
           AND abs((SELECT sum(amount) FROM operation WHERE reverses_id = own.id)) <= abs(own.amount));
       END""",
    """CREATE TRIGGER debt_opens_whole AFTER INSERT ON debt
       BEGIN
         SELECT RAISE(ABORT, 'a debt is what its customer''s reversal could not take back') WHERE NEW.remaining <> NEW.amount
           OR NOT EXISTS (SELECT 1 FROM operation WHERE id = NEW.operation_id AND customer_id = NEW.customer_id
             AND kind IN ('reverse', 'merge') AND amount < 0 AND NEW.amount
               - coalesce((SELECT sum(amount) FROM entry WHERE operation_id = NEW.operation_id), 0) <= -operation.amount);
       END""",
    """CREATE TRIGGER payment_moves_its_debt AFTER INSERT ON debt_payment
       BEGIN
         SELECT RAISE(ABORT, 'a payment is of its customer''s debt, under an operation that repays') WHERE NOT EXISTS (
           SELECT 1 FROM debt JOIN operation USING (customer_id) WHERE debt.id = NEW.debt_id
           AND operation.id = NEW.operation_id AND operation.kind IN ('repay', 'merge') AND customer_id = NEW.customer_id
           AND (SELECT sum(amount) FROM debt_payment WHERE operation_id = NEW.operation_id) <= operation.amount);
         UPDATE debt SET remaining = remaining - NEW.amount WHERE id = NEW.debt_id;
       END""",
    """CREATE TRIGGER operation_is_of_a_living_customer BEFORE INSERT ON operation
       WHEN EXISTS (SELECT 1 FROM customer WHERE id = NEW.customer_id AND merged_into_id IS NOT NULL)
       BEGIN SELECT RAISE(ABORT, 'a merged customer''s ledger is closed'); END""",
    """CREATE TRIGGER customer_is_merged_empty AFTER UPDATE OF merged_into_id ON customer
       BEGIN SELECT RAISE(ABORT, 'who is merged has nothing left, and goes to a living customer for ever') WHERE #UNFIT; END""",
]

POSTGRESQL = [
    """CREATE OR REPLACE FUNCTION lot_opens() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF EXISTS (
           SELECT 1 FROM opened LEFT JOIN LATERAL (
             SELECT customer_id, kind, amount FROM operation WHERE id = opened.operation_id LIMIT 1) AS asked ON true
           WHERE opened.remaining <> opened.amount OR asked.kind NOT IN ('accrue', 'adjust', 'merge')
             OR (opened.customer_id, opened.amount) IS DISTINCT FROM (asked.customer_id, asked.amount)
         ) THEN
           RAISE EXCEPTION 'a new lot has the whole amount of its customer''s accrual remaining'
             USING ERRCODE = 'check_violation';
         END IF;
         INSERT INTO entry (customer_id, lot_id, operation_id, kind, amount, at)
         SELECT customer_id, id, operation_id, 'accrue', amount, accrued_at FROM opened;
         RETURN NULL;
       END $$""",
    """CREATE OR REPLACE FUNCTION reversal_check() RETURNS trigger LANGUAGE plpgsql AS $$
       DECLARE own record;
       BEGIN
         -- Of two reversals of one operation at once, the second waits here and then sees the first.
         SELECT * INTO own FROM operation WHERE id = NEW.reverses_id
           AND kind IN ('accrue', 'redeem', 'adjust') FOR NO KEY UPDATE;
         IF NOT FOUND OR NOT #OWN
           OR (NEW.amount < 0) <> (own.kind = 'accrue' OR (own.kind = 'adjust' AND own.amount > 0))
           OR abs((SELECT sum(amount) FROM operation WHERE reverses_id = own.id)) > abs(own.amount) THEN
           RAISE EXCEPTION 'a reversal goes the other way, and no further than its operation'
             USING ERRCODE = 'check_violation';
         END IF;
         RETURN NULL;
       END $$""",
    """CREATE OR REPLACE FUNCTION debt_opens() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.remaining <> NEW.amount OR NOT EXISTS (
           SELECT 1 FROM operation WHERE id = NEW.operation_id AND customer_id = NEW.customer_id
             AND kind IN ('reverse', 'merge') AND amount < 0 AND NEW.amount
               - coalesce((SELECT sum(amount) FROM entry WHERE operation_id = NEW.operation_id), 0) <= -operation.amount
         ) THEN
           RAISE EXCEPTION 'a debt is what its customer''s reversal could not take back'
             USING ERRCODE = 'check_violation';
         END IF;
         RETURN NULL;
       END $$""",
    """CREATE OR REPLACE FUNCTION payment_moves() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NOT EXISTS (
           SELECT 1 FROM debt JOIN operation USING (customer_id) WHERE debt.id = NEW.debt_id
           AND operation.id = NEW.operation_id AND operation.kind IN ('repay', 'merge') AND customer_id = NEW.customer_id
           AND (SELECT sum(amount) FROM debt_payment WHERE operation_id = NEW.operation_id) <= operation.amount
         ) THEN
           RAISE EXCEPTION 'a payment is of its customer''s debt, under an operation that repays'
             USING ERRCODE = 'check_violation';
         END IF;
         UPDATE debt SET remaining = remaining - NEW.amount WHERE id = NEW.debt_id;
         RETURN NULL;
       END $$""",
    # Whoever writes while a merge goes on waits for it at the reference to the customer, and then is refused here.
    """CREATE FUNCTION operation_owner() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF EXISTS (
           SELECT 1 FROM written JOIN LATERAL (
             SELECT merged_into_id FROM customer WHERE id = written.customer_id LIMIT 1) AS own ON true
           WHERE own.merged_into_id IS NOT NULL
         ) THEN
           RAISE EXCEPTION 'a merged customer''s ledger is closed' USING ERRCODE = 'check_violation';
         END IF;
         RETURN NULL;
       END $$""",
    """CREATE FUNCTION customer_merged() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF #UNFIT THEN
           RAISE EXCEPTION 'who is merged has nothing left, and goes to a living customer for ever'
             USING ERRCODE = 'check_violation';
         END IF;
         RETURN NULL;
       END $$""",
    # For the plans that a connection keeps: see the migration of the ledger's first promises.
    *(
        f"ALTER FUNCTION {function}() SET enable_seqscan = off"
        for function in (
            *("lot_opens", "reversal_check", "debt_opens", "payment_moves"),
            *("operation_owner", "customer_merged"),
        )
    ),
    """CREATE TRIGGER operation_is_of_a_living_customer AFTER INSERT ON operation
       REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION operation_owner()""",
    """CREATE TRIGGER customer_is_merged_empty AFTER UPDATE OF merged_into_id ON customer
       FOR EACH ROW EXECUTE FUNCTION customer_merged()""",
]


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    # Written out: SQLite adds a column with its reference and its check only in one statement.
    op.execute(
        f"ALTER TABLE customer ADD COLUMN merged_into_id {'BIGINT' if postgresql else 'INTEGER'}"
        " CONSTRAINT fk_customer_merged_into_id REFERENCES customer (id)"
        " CONSTRAINT ck_customer_merged_into_id CHECK (merged_into_id <> id)"
    )
    merged = sa.text("merged_into_id IS NOT NULL")
    op.create_index(
        "ix_customer_merged_into_id", "customer", ["merged_into_id"], sqlite_where=merged, postgresql_where=merged
    )
    op.add_column("identity", sa.Column("additional", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "customer_merge",
        sa.Column("gone_id", BigId, autoincrement=False, nullable=False),
        sa.Column("kept_id", BigId, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("debt", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["gone_id"], ["customer.id"], name=op.f("fk_customer_merge_gone_id")),
        sa.ForeignKeyConstraint(["kept_id"], ["customer.id"], name=op.f("fk_customer_merge_kept_id")),
        sa.PrimaryKeyConstraint("gone_id", name=op.f("pk_customer_merge")),
    )
    op.create_index("ix_customer_merge_kept_id", "customer_merge", ["kept_id"])
    op.create_table(
        "moved_lot",
        sa.Column("lot_id", BigId, autoincrement=False, nullable=False),
        sa.Column("first_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_moved_lot_lot_id")),
        sa.ForeignKeyConstraint(["first_id"], ["lot.id"], name=op.f("fk_moved_lot_first_id")),
        sa.PrimaryKeyConstraint("lot_id", name=op.f("pk_moved_lot")),
    )
    op.create_index("ix_moved_lot_first_id", "moved_lot", ["first_id"])
    for table, name, check in CHECKS:
        rewrite_check(table, name, check.format(more=""), check.format(more=", 'merge'"))
    for statement in POSTGRESQL if postgresql else SQLITE:
        op.execute(statement.replace("#OWN", OWN).replace("#UNFIT", UNFIT))


def downgrade() -> None:
    raise NotImplementedError("the ledger's promises are not taken back")
