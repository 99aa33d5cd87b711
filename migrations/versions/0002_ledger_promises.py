"""What the database itself promises of the ledger and of versions, as triggers on both databases.

A new lot is whole and writes its own accrue entry; any other entry moves what remains of its lot; what remains is always the sum of
the lot's entries; operations, entries and lots are never deleted, nor changed beyond `remaining`; a published version never changes.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FROZEN = ("operation", "entry", "campaign_version")

SQLITE = [
    """CREATE TRIGGER lot_opens_whole BEFORE INSERT ON lot WHEN NEW.remaining <> NEW.amount
       BEGIN SELECT RAISE(ABORT, 'a new lot has its whole amount remaining'); END""",
    """CREATE TRIGGER lot_writes_its_entry AFTER INSERT ON lot
       BEGIN
         INSERT INTO entry (customer_id, lot_id, operation_id, kind, amount, at)
         VALUES (NEW.customer_id, NEW.id, NEW.operation_id, 'accrue', NEW.amount, NEW.accrued_at);
       END""",
    """CREATE TRIGGER entry_belongs_to_its_lot BEFORE INSERT ON entry
       WHEN EXISTS (SELECT 1 FROM lot WHERE id = NEW.lot_id AND
         (customer_id <> NEW.customer_id OR (NEW.kind = 'accrue' AND operation_id <> NEW.operation_id)))
       BEGIN SELECT RAISE(ABORT, 'an entry is its lot''s customer''s, and only the lot''s own operation accrues'); END""",
    """CREATE TRIGGER entry_moves_its_lot AFTER INSERT ON entry WHEN NEW.kind <> 'accrue'
       BEGIN UPDATE lot SET remaining = remaining + NEW.amount WHERE id = NEW.lot_id; END""",
    """CREATE TRIGGER lot_remaining_is_the_sum_of_entries AFTER UPDATE OF remaining ON lot
       WHEN NEW.remaining <> (SELECT sum(amount) FROM entry WHERE lot_id = NEW.id)
       BEGIN SELECT RAISE(ABORT, 'what remains of a lot is the sum of its entries'); END""",
    """CREATE TRIGGER lot_is_frozen BEFORE UPDATE OF id, customer_id, operation_id, bonus_type_id, legal_entity_id, amount, accrued_at,
         active_at, expires_at ON lot
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
    """CREATE FUNCTION lot_opens() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF EXISTS (SELECT 1 FROM opened WHERE remaining <> amount) THEN
           RAISE EXCEPTION 'a new lot has its whole amount remaining' USING ERRCODE = 'check_violation';
         END IF;
         INSERT INTO entry (customer_id, lot_id, operation_id, kind, amount, at)
         SELECT customer_id, id, operation_id, 'accrue', amount, accrued_at FROM opened;
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER lot_writes_its_entry AFTER INSERT ON lot
       REFERENCING NEW TABLE AS opened FOR EACH STATEMENT EXECUTE FUNCTION lot_opens()""",
    """CREATE FUNCTION entry_moves_lots() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF EXISTS (SELECT 1 FROM written JOIN lot ON lot.id = written.lot_id WHERE lot.customer_id <> written.customer_id
                    OR (written.kind = 'accrue' AND lot.operation_id <> written.operation_id)) THEN
           RAISE EXCEPTION 'an entry is its lot''s customer''s, and only the lot''s own operation accrues'
             USING ERRCODE = 'check_violation';
         END IF;
         UPDATE lot SET remaining = remaining + moved.amount
         FROM (SELECT lot_id, sum(amount) AS amount FROM written WHERE kind <> 'accrue' GROUP BY lot_id) AS moved
         WHERE lot.id = moved.lot_id;
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER entry_moves_its_lot AFTER INSERT ON entry
       REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION entry_moves_lots()""",
    """CREATE FUNCTION lot_remaining_check() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.remaining <> (SELECT sum(amount) FROM entry WHERE lot_id = NEW.id) THEN
           RAISE EXCEPTION 'what remains of a lot is the sum of its entries' USING ERRCODE = 'check_violation';
         END IF;
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER lot_remaining_is_the_sum_of_entries AFTER UPDATE OF remaining ON lot
       FOR EACH ROW EXECUTE FUNCTION lot_remaining_check()""",
    """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         RAISE EXCEPTION '%: nothing is ever changed or deleted', TG_TABLE_NAME USING ERRCODE = 'check_violation';
       END $$""",
    """CREATE TRIGGER lot_is_frozen BEFORE UPDATE OF id, customer_id, operation_id, bonus_type_id, legal_entity_id, amount, accrued_at,
         active_at, expires_at ON lot FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
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
