"""What the database itself promises of the ledger and of versions, as triggers on both databases.

A new lot is whole, belongs to its operation's customer and writes its own accrue entry; any other entry moves what remains
of its lot, and all of an operation's entries together never more than it says; what remains is always the sum of the lot's
entries; operations, entries and lots are never deleted, nor changed beyond `remaining`; a published version never changes.

PostgreSQL checks all rows of a statement at once. That includes what five foreign keys between these tables would check,
row by row at half the speed: nothing that they point at can be deleted, so a check at the insert is as good as a key.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FROZEN = ("operation", "entry", "campaign_version")

SQLITE = [
    """CREATE TRIGGER lot_opens_whole BEFORE INSERT ON lot
       WHEN NEW.remaining <> NEW.amount OR NOT EXISTS (SELECT 1 FROM operation WHERE id = NEW.operation_id
         AND customer_id = NEW.customer_id AND kind = 'accrue' AND amount = NEW.amount)
       BEGIN SELECT RAISE(ABORT, 'a new lot has the whole amount of its customer''s accrual remaining'); END""",
    """CREATE TRIGGER lot_writes_its_entry AFTER INSERT ON lot
       BEGIN
         INSERT INTO entry (customer_id, lot_id, operation_id, kind, amount, at)
         VALUES (NEW.customer_id, NEW.id, NEW.operation_id, 'accrue', NEW.amount, NEW.accrued_at);
       END""",
    """CREATE TRIGGER lot_accrues_once BEFORE INSERT ON entry
       WHEN NEW.kind = 'accrue' AND NOT EXISTS (SELECT 1 FROM lot WHERE id = NEW.lot_id
         AND customer_id = NEW.customer_id AND operation_id = NEW.operation_id AND amount = NEW.amount)
       BEGIN SELECT RAISE(ABORT, 'only a lot''s own operation accrues it'); END""",
    """CREATE TRIGGER entry_belongs_to_its_customer BEFORE INSERT ON entry
       WHEN NEW.kind <> 'accrue' AND NOT EXISTS (
         SELECT 1 FROM lot JOIN operation USING (customer_id) WHERE lot.id = NEW.lot_id
         AND operation.id = NEW.operation_id AND operation.kind = NEW.kind AND customer_id = NEW.customer_id)
       BEGIN SELECT RAISE(ABORT, 'an entry has its lot''s customer and its operation''s kind'); END""",
    """CREATE TRIGGER entry_moves_its_lot AFTER INSERT ON entry WHEN NEW.kind <> 'accrue'
       BEGIN
         UPDATE lot SET remaining = remaining + NEW.amount WHERE id = NEW.lot_id;
         SELECT RAISE(ABORT, 'the entries of an operation move no more than it says')
         WHERE (SELECT -sum(amount) FROM entry WHERE operation_id = NEW.operation_id)
             > (SELECT amount FROM operation WHERE id = NEW.operation_id);
       END""",
    """CREATE TRIGGER lot_remaining_is_the_sum_of_entries AFTER UPDATE ON lot
       WHEN NEW.remaining IS NOT (SELECT sum(amount) FROM entry WHERE lot_id = NEW.id)
       BEGIN SELECT RAISE(ABORT, 'what remains of a lot is the sum of its entries'); END""",
    """CREATE TRIGGER lot_is_frozen BEFORE UPDATE ON lot
       WHEN (NEW.id, NEW.customer_id, NEW.operation_id, NEW.bonus_type_id, NEW.legal_entity_id, NEW.amount,
             NEW.accrued_at, NEW.active_at, NEW.expires_at)
         IS NOT (OLD.id, OLD.customer_id, OLD.operation_id, OLD.bonus_type_id, OLD.legal_entity_id, OLD.amount,
             OLD.accrued_at, OLD.active_at, OLD.expires_at)
       BEGIN SELECT RAISE(ABORT, 'a lot is never changed: write a new entry'); END""",
    """CREATE TRIGGER lot_is_kept BEFORE DELETE ON lot
       BEGIN SELECT RAISE(ABORT, 'lot: nothing is ever deleted'); END""",
    *(
        f"""CREATE TRIGGER {table}_is_{word} BEFORE {verb} ON {table}
            BEGIN SELECT RAISE(ABORT, '{table}: nothing is ever changed or deleted'); END"""
        for table in FROZEN
        for verb, word in (("UPDATE", "frozen"), ("DELETE", "kept"))
    ),
]

POSTGRESQL = [
    "ALTER TABLE lot DROP CONSTRAINT fk_lot_customer_id, DROP CONSTRAINT fk_lot_operation_id",
    """ALTER TABLE entry DROP CONSTRAINT fk_entry_customer_id, DROP CONSTRAINT fk_entry_lot_id,
       DROP CONSTRAINT fk_entry_operation_id""",
    """CREATE FUNCTION lot_opens() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF EXISTS (
           SELECT 1 FROM opened LEFT JOIN LATERAL (
             SELECT customer_id, kind, amount FROM operation WHERE id = opened.operation_id LIMIT 1) AS asked ON true
           WHERE opened.remaining <> opened.amount
             OR (opened.customer_id, 'accrue', opened.amount) IS DISTINCT FROM (asked.customer_id, asked.kind, asked.amount)
         ) THEN
           RAISE EXCEPTION 'a new lot has the whole amount of its customer''s accrual remaining'
             USING ERRCODE = 'check_violation';
         END IF;
         INSERT INTO entry (customer_id, lot_id, operation_id, kind, amount, at)
         SELECT customer_id, id, operation_id, 'accrue', amount, accrued_at FROM opened;
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER lot_writes_its_entry AFTER INSERT ON lot
       REFERENCING NEW TABLE AS opened FOR EACH STATEMENT EXECUTE FUNCTION lot_opens()""",
    """CREATE FUNCTION entry_moves_lots() RETURNS trigger LANGUAGE plpgsql AS $$
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
             SELECT customer_id, kind FROM operation WHERE id = written.operation_id LIMIT 1) AS asked ON true
           WHERE written.kind <> 'accrue' AND (written.customer_id, written.customer_id, written.kind)
             IS DISTINCT FROM (own.customer_id, asked.customer_id, asked.kind)
         ) THEN
           RAISE EXCEPTION 'an entry has its lot''s customer and its operation''s kind'
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
           WHERE asked.amount < (SELECT -sum(amount) FROM entry WHERE entry.operation_id = moving.operation_id)
         ) THEN
           RAISE EXCEPTION 'the entries of an operation move no more than it says' USING ERRCODE = 'check_violation';
         END IF;
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER entry_moves_its_lot AFTER INSERT ON entry
       REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION entry_moves_lots()""",
    """CREATE FUNCTION lot_remaining_check() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.remaining IS DISTINCT FROM (SELECT sum(amount) FROM entry WHERE lot_id = NEW.id) THEN
           RAISE EXCEPTION 'what remains of a lot is the sum of its entries' USING ERRCODE = 'check_violation';
         END IF;
         RETURN NULL;
       END $$""",
    # A function's plans are kept for the life of a connection, which may begin while the tables are empty. LIMIT 1 in
    # the look-ups above is for the same reason: whatever is believed of the tables, a row is found by its key.
    *(
        f"ALTER FUNCTION {function}() SET enable_seqscan = off"
        for function in ("lot_opens", "entry_moves_lots", "lot_remaining_check")
    ),
    """CREATE TRIGGER lot_remaining_is_the_sum_of_entries AFTER UPDATE OF remaining ON lot
       FOR EACH ROW EXECUTE FUNCTION lot_remaining_check()""",
    """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         RAISE EXCEPTION '%: nothing is ever changed or deleted', TG_TABLE_NAME USING ERRCODE = 'check_violation';
       END $$""",
    """CREATE TRIGGER lot_is_frozen BEFORE UPDATE OF id, customer_id, operation_id, bonus_type_id, legal_entity_id, amount,
         accrued_at, active_at, expires_at ON lot FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    "CREATE TRIGGER lot_is_kept BEFORE DELETE OR TRUNCATE ON lot FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    *(
        f"""CREATE TRIGGER {table}_is_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"""
        for table in FROZEN
    ),
]


def upgrade() -> None:
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("the ledger's promises are not taken back")
