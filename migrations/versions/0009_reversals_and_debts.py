"""Operations that take back, correct and repay; what could not be taken back is a debt with promises of its own.

A reversal names an operation of its customer and goes the other way; all reversals of an operation together are never more
than it was, and what comes back to a lot was taken from it. A debt opens whole, under a reversal that took back less than it
says; payments move what remains of it, and what remains is always the debt less its payments. Neither is ever changed or
deleted. A person's correction has a reason and says who made it.
"""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import BigId, Moment
from migrations.checks import rewrite_check

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KINDS = "kind IN ('accrue', 'redeem', 'burn', 'reverse', 'adjust', 'repay')"
GIVES = "kind = 'accrue' AND amount > 0"
SIGN = (
    f"({GIVES}) OR (kind IN ('redeem', 'burn', 'adjust', 'repay') AND amount < 0) OR (kind = 'reverse' AND amount <> 0)"
)
CHECKS = [
    ("operation", "kind", "kind IN ('accrue', 'redeem', 'burn')", KINDS),
    ("operation", "amount", "amount > 0", "amount > 0 OR (amount < 0 AND kind IN ('reverse', 'adjust'))"),
    ("entry", "sign", f"({GIVES}) OR (kind IN ('redeem', 'burn') AND amount < 0)", SIGN),
    ("entry", "kind", "kind IN ('accrue', 'redeem', 'burn')", KINDS),
]
REVERSES = "(kind = 'reverse') = (reverses_id IS NOT NULL)"
AUTHOR = "kind <> 'adjust' OR (author IS NOT NULL AND reason IS NOT NULL)"

SQLITE = [
    "DROP TRIGGER lot_opens_whole",
    "DROP TRIGGER entry_belongs_to_its_customer",
    "DROP TRIGGER entry_moves_its_lot",
    """CREATE TRIGGER lot_opens_whole BEFORE INSERT ON lot
       WHEN NEW.remaining <> NEW.amount OR NOT EXISTS (SELECT 1 FROM operation WHERE id = NEW.operation_id
         AND customer_id = NEW.customer_id AND kind IN ('accrue', 'adjust') AND amount = NEW.amount)
       BEGIN SELECT RAISE(ABORT, 'a new lot has the whole amount of its customer''s accrual remaining'); END""",
    """CREATE TRIGGER entry_belongs_to_its_customer BEFORE INSERT ON entry
       WHEN NEW.kind <> 'accrue' AND NOT EXISTS (
         SELECT 1 FROM lot JOIN operation USING (customer_id) WHERE lot.id = NEW.lot_id
         AND operation.id = NEW.operation_id AND operation.kind = NEW.kind AND customer_id = NEW.customer_id
         AND (NEW.kind NOT IN ('reverse', 'adjust') OR (operation.amount > 0) = (NEW.amount > 0)))
       BEGIN SELECT RAISE(ABORT, 'an entry has its lot''s customer and its operation''s kind and direction'); END""",
    """CREATE TRIGGER entry_moves_its_lot AFTER INSERT ON entry WHEN NEW.kind <> 'accrue'
       BEGIN
         UPDATE lot SET remaining = remaining + NEW.amount WHERE id = NEW.lot_id;
         SELECT RAISE(ABORT, 'the entries of an operation move no more than it says')
         WHERE abs((SELECT sum(amount) FROM entry WHERE operation_id = NEW.operation_id))
             + coalesce((SELECT sum(amount) FROM debt WHERE operation_id = NEW.operation_id), 0)
             > abs((SELECT amount FROM operation WHERE id = NEW.operation_id));
       END""",
    """CREATE TRIGGER entry_gives_back_what_was_taken AFTER INSERT ON entry WHEN NEW.kind = 'reverse' AND NEW.amount > 0
       BEGIN
         SELECT RAISE(ABORT, 'what comes back to a lot was taken from it') WHERE (
           SELECT sum(entry.amount) FROM operation AS own
           JOIN operation AS other ON other.id = own.reverses_id OR other.reverses_id = own.reverses_id
           JOIN entry ON entry.operation_id = other.id AND entry.lot_id = NEW.lot_id
           WHERE own.id = NEW.operation_id) > 0;
       END""",
    """CREATE TRIGGER reversal_stays_within_its_operation AFTER INSERT ON operation WHEN NEW.kind = 'reverse'
       BEGIN
         SELECT RAISE(ABORT, 'a reversal goes the other way, and no further than its operation') WHERE NOT EXISTS (
           SELECT 1 FROM operation AS own WHERE own.id = NEW.reverses_id AND own.customer_id = NEW.customer_id
           AND (NEW.amount < 0) = (own.kind = 'accrue' OR (own.kind = 'adjust' AND own.amount > 0))
           AND own.kind IN ('accrue', 'redeem', 'adjust')
           AND abs((SELECT sum(amount) FROM operation WHERE reverses_id = own.id)) <= abs(own.amount));
       END""",
    """CREATE TRIGGER debt_opens_whole AFTER INSERT ON debt
       BEGIN
         SELECT RAISE(ABORT, 'a debt is what its customer''s reversal could not take back') WHERE NEW.remaining <> NEW.amount
           OR NOT EXISTS (SELECT 1 FROM operation WHERE id = NEW.operation_id AND customer_id = NEW.customer_id
             AND kind = 'reverse' AND amount < 0 AND NEW.amount
               - coalesce((SELECT sum(amount) FROM entry WHERE operation_id = NEW.operation_id), 0) <= -operation.amount);
       END""",
    """CREATE TRIGGER payment_moves_its_debt AFTER INSERT ON debt_payment
       BEGIN
         SELECT RAISE(ABORT, 'a payment is of its customer''s debt, under an operation that repays') WHERE NOT EXISTS (
           SELECT 1 FROM debt JOIN operation USING (customer_id) WHERE debt.id = NEW.debt_id
           AND operation.id = NEW.operation_id AND operation.kind = 'repay' AND customer_id = NEW.customer_id
           AND (SELECT sum(amount) FROM debt_payment WHERE operation_id = NEW.operation_id) <= operation.amount);
         UPDATE debt SET remaining = remaining - NEW.amount WHERE id = NEW.debt_id;
       END""",
    """CREATE TRIGGER debt_remaining_is_what_is_not_paid AFTER UPDATE ON debt
       WHEN NEW.remaining IS NOT NEW.amount
         - coalesce((SELECT sum(amount) FROM debt_payment WHERE debt_id = NEW.id), 0)
       BEGIN SELECT RAISE(ABORT, 'what remains of a debt is what is not paid'); END""",
    """CREATE TRIGGER debt_is_frozen BEFORE UPDATE ON debt
       WHEN (NEW.id, NEW.customer_id, NEW.operation_id, NEW.legal_entity_id, NEW.amount, NEW.at)
         IS NOT (OLD.id, OLD.customer_id, OLD.operation_id, OLD.legal_entity_id, OLD.amount, OLD.at)
       BEGIN SELECT RAISE(ABORT, 'a debt is never changed: write a payment'); END""",
    """CREATE TRIGGER debt_is_kept BEFORE DELETE ON debt
       BEGIN SELECT RAISE(ABORT, 'debt: nothing is ever deleted'); END""",
    *(
        f"""CREATE TRIGGER debt_payment_is_{word} BEFORE {verb} ON debt_payment
            BEGIN SELECT RAISE(ABORT, 'debt_payment: nothing is ever changed or deleted'); END"""
        for verb, word in (("UPDATE", "frozen"), ("DELETE", "kept"))
    ),
]

POSTGRESQL = [
    """CREATE OR REPLACE FUNCTION lot_opens() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF EXISTS (
           SELECT 1 FROM opened LEFT JOIN LATERAL (
             SELECT customer_id, kind, amount FROM operation WHERE id = opened.operation_id LIMIT 1) AS asked ON true
           WHERE opened.remaining <> opened.amount OR asked.kind NOT IN ('accrue', 'adjust')
             OR (opened.customer_id, opened.amount) IS DISTINCT FROM (asked.customer_id, asked.amount)
         ) THEN
           RAISE EXCEPTION 'a new lot has the whole amount of its customer''s accrual remaining'
             USING ERRCODE = 'check_violation';
         END IF;
         INSERT INTO entry (customer_id, lot_id, operation_id, kind, amount, at)
         SELECT customer_id, id, operation_id, 'accrue', amount, accrued_at FROM opened;
         RETURN NULL;
       END $$""",
    """CREATE OR REPLACE FUNCTION entry_moves_lots() RETURNS trigger LANGUAGE plpgsql AS $$
       DECLARE moved record;
       BEGIN
         IF EXISTS (
           SELECT 1 FROM written LEFT JOIN LATERAL (
             SELECT customer_id, operation_id, amount FROM lot WHERE id = written.lot_id LIMIT 1) AS own ON true
           WHERE written.kind = 'accrue' AND (written.customer_id, written.operation_id, written.amount)
             IS DISTINCT FROM (own.customer_id, own.operation_id, own.amount)
         ) THEN
           RAISE EXCEPTION 'only a lot''s own operation accrues it' USING ERRCODE = 'check_violation';
         END IF;
         IF NOT EXISTS (SELECT 1 FROM written WHERE kind <> 'accrue') THEN
           RETURN NULL;
         END IF;
         IF EXISTS (
           SELECT 1 FROM written
           LEFT JOIN LATERAL (SELECT customer_id FROM lot WHERE id = written.lot_id LIMIT 1) AS own ON true
           LEFT JOIN LATERAL (
             SELECT customer_id, kind, amount FROM operation WHERE id = written.operation_id LIMIT 1) AS asked ON true
           WHERE written.kind <> 'accrue' AND (
             (written.customer_id, written.customer_id, written.kind)
               IS DISTINCT FROM (own.customer_id, asked.customer_id, asked.kind)
             OR (written.kind IN ('reverse', 'adjust') AND (written.amount > 0) <> (asked.amount > 0)))
         ) THEN
           RAISE EXCEPTION 'an entry has its lot''s customer and its operation''s kind and direction'
             USING ERRCODE = 'check_violation';
         END IF;
         FOR moved IN
           SELECT lot_id, sum(amount) AS amount FROM written WHERE kind <> 'accrue' GROUP BY lot_id ORDER BY lot_id
         LOOP
           UPDATE lot SET remaining = remaining + moved.amount WHERE id = moved.lot_id;
         END LOOP;
         IF EXISTS (
           SELECT 1 FROM (SELECT DISTINCT operation_id FROM written WHERE kind <> 'accrue') AS moving
           LEFT JOIN LATERAL (SELECT amount FROM operation WHERE id = moving.operation_id LIMIT 1) AS asked ON true
           WHERE abs(asked.amount) < abs((SELECT sum(amount) FROM entry WHERE entry.operation_id = moving.operation_id))
             + coalesce((SELECT sum(amount) FROM debt WHERE debt.operation_id = moving.operation_id), 0)
         ) THEN
           RAISE EXCEPTION 'the entries of an operation move no more than it says' USING ERRCODE = 'check_violation';
         END IF;
         RETURN NULL;
       END $$""",
    """CREATE FUNCTION entry_gives_back() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF (SELECT sum(entry.amount) FROM operation AS own
             JOIN operation AS other ON other.id = own.reverses_id OR other.reverses_id = own.reverses_id
             JOIN entry ON entry.operation_id = other.id AND entry.lot_id = NEW.lot_id
             WHERE own.id = NEW.operation_id) > 0 THEN
           RAISE EXCEPTION 'what comes back to a lot was taken from it' USING ERRCODE = 'check_violation';
         END IF;
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER entry_gives_back_what_was_taken AFTER INSERT ON entry FOR EACH ROW
       WHEN (NEW.kind = 'reverse' AND NEW.amount > 0) EXECUTE FUNCTION entry_gives_back()""",
    """CREATE FUNCTION reversal_check() RETURNS trigger LANGUAGE plpgsql AS $$
       DECLARE own record;
       BEGIN
         -- Of two reversals of one operation at once, the second waits here and then sees the first.
         SELECT * INTO own FROM operation WHERE id = NEW.reverses_id AND customer_id = NEW.customer_id
           AND kind IN ('accrue', 'redeem', 'adjust') FOR NO KEY UPDATE;
         IF NOT FOUND OR (NEW.amount < 0) <> (own.kind = 'accrue' OR (own.kind = 'adjust' AND own.amount > 0))
           OR abs((SELECT sum(amount) FROM operation WHERE reverses_id = own.id)) > abs(own.amount) THEN
           RAISE EXCEPTION 'a reversal goes the other way, and no further than its operation'
             USING ERRCODE = 'check_violation';
         END IF;
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER reversal_stays_within_its_operation AFTER INSERT ON operation FOR EACH ROW
       WHEN (NEW.kind = 'reverse') EXECUTE FUNCTION reversal_check()""",
    """CREATE FUNCTION debt_opens() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.remaining <> NEW.amount OR NOT EXISTS (
           SELECT 1 FROM operation WHERE id = NEW.operation_id AND customer_id = NEW.customer_id
             AND kind = 'reverse' AND amount < 0 AND NEW.amount
               - coalesce((SELECT sum(amount) FROM entry WHERE operation_id = NEW.operation_id), 0) <= -operation.amount
         ) THEN
           RAISE EXCEPTION 'a debt is what its customer''s reversal could not take back'
             USING ERRCODE = 'check_violation';
         END IF;
         RETURN NULL;
       END $$""",
    "CREATE TRIGGER debt_opens_whole AFTER INSERT ON debt FOR EACH ROW EXECUTE FUNCTION debt_opens()",
    """CREATE FUNCTION payment_moves() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NOT EXISTS (
           SELECT 1 FROM debt JOIN operation USING (customer_id) WHERE debt.id = NEW.debt_id
           AND operation.id = NEW.operation_id AND operation.kind = 'repay' AND customer_id = NEW.customer_id
           AND (SELECT sum(amount) FROM debt_payment WHERE operation_id = NEW.operation_id) <= operation.amount
         ) THEN
           RAISE EXCEPTION 'a payment is of its customer''s debt, under an operation that repays'
             USING ERRCODE = 'check_violation';
         END IF;
         UPDATE debt SET remaining = remaining - NEW.amount WHERE id = NEW.debt_id;
         RETURN NULL;
       END $$""",
    "CREATE TRIGGER payment_moves_its_debt AFTER INSERT ON debt_payment FOR EACH ROW EXECUTE FUNCTION payment_moves()",
    """CREATE FUNCTION debt_remaining_check() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.remaining IS DISTINCT FROM NEW.amount
           - coalesce((SELECT sum(amount) FROM debt_payment WHERE debt_id = NEW.id), 0) THEN
           RAISE EXCEPTION 'what remains of a debt is what is not paid' USING ERRCODE = 'check_violation';
         END IF;
         RETURN NULL;
       END $$""",
    # For the plans that a connection keeps: see the migration of the ledger's first promises.
    *(
        f"ALTER FUNCTION {function}() SET enable_seqscan = off"
        for function in (
            *("lot_opens", "entry_moves_lots", "entry_gives_back", "reversal_check"),
            *("debt_opens", "payment_moves", "debt_remaining_check"),
        )
    ),
    """CREATE TRIGGER debt_remaining_is_what_is_not_paid AFTER UPDATE OF remaining ON debt
       FOR EACH ROW EXECUTE FUNCTION debt_remaining_check()""",
    """CREATE TRIGGER debt_is_frozen BEFORE UPDATE OF id, customer_id, operation_id, legal_entity_id, amount, at ON debt
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    "CREATE TRIGGER debt_is_kept BEFORE DELETE OR TRUNCATE ON debt FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    """CREATE TRIGGER debt_payment_is_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON debt_payment
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
]


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for column, kind, name, check in (
        ("reverses_id", "BIGINT" if postgresql else "INTEGER", "reverses", REVERSES),
        ("author", "VARCHAR(200)", "author", AUTHOR),
    ):
        op.execute(f"ALTER TABLE operation ADD COLUMN {column} {kind} CONSTRAINT ck_operation_{name} CHECK ({check})")
    reversing = sa.text("reverses_id IS NOT NULL")
    op.create_index(
        "ix_operation_reverses_id", "operation", ["reverses_id"], sqlite_where=reversing, postgresql_where=reversing
    )
    for check in CHECKS:
        rewrite_check(*check)
    op.create_table(
        "debt",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("customer_id", BigId, sa.ForeignKey("customer.id"), nullable=False),
        sa.Column("operation_id", BigId, sa.ForeignKey("operation.id"), nullable=False),
        sa.Column("legal_entity_id", BigId, sa.ForeignKey("legal_entity.id")),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("remaining", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.UniqueConstraint("operation_id", "customer_id"),
        sa.CheckConstraint("amount > 0 AND remaining >= 0 AND remaining <= amount", name="remaining"),
    )
    owed = sa.text("remaining > 0")
    op.create_index("ix_debt_customer_id", "debt", ["customer_id"], sqlite_where=owed, postgresql_where=owed)
    op.create_table(
        "debt_payment",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("customer_id", BigId, sa.ForeignKey("customer.id"), nullable=False),
        sa.Column("debt_id", BigId, sa.ForeignKey("debt.id"), nullable=False),
        sa.Column("operation_id", BigId, sa.ForeignKey("operation.id"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("debt_id", "operation_id", "customer_id"),
        sa.CheckConstraint("amount > 0", name="amount"),
    )
    op.create_index("ix_debt_payment_operation_id", "debt_payment", ["operation_id"])
    for statement in POSTGRESQL if postgresql else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("the ledger's promises are not taken back")
