"""Who invited whom, and what a programme gives for it. PostgreSQL refuses a circle; SQLite's writers stand in line."""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import BigId

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

POSTGRESQL = [
    """CREATE FUNCTION inviter_check() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         -- Of two changes at once, the second waits here and then sees the first.
         PERFORM pg_advisory_xact_lock(hashtext('customer.invited_by_id'));
         IF EXISTS (
           WITH RECURSIVE above (id) AS (
             SELECT NEW.invited_by_id
             UNION
             SELECT customer.invited_by_id FROM customer JOIN above USING (id) WHERE customer.invited_by_id IS NOT NULL
           )
           SELECT 1 FROM above WHERE id = NEW.id
         ) THEN
           RAISE EXCEPTION 'nobody is invited by whom they invited' USING ERRCODE = 'check_violation';
         END IF;
         RETURN NULL;
       END $$""",
    "ALTER FUNCTION inviter_check() SET enable_seqscan = off",
    """CREATE TRIGGER customer_is_not_their_own_inviter AFTER UPDATE OF invited_by_id ON customer FOR EACH ROW
       WHEN (NEW.invited_by_id IS NOT NULL) EXECUTE FUNCTION inviter_check()""",
]


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    # Written out: SQLite adds a column with its reference and its check only in one statement.
    op.execute(
        f"ALTER TABLE customer ADD COLUMN invited_by_id {'BIGINT' if postgresql else 'INTEGER'}"
        " CONSTRAINT fk_customer_invited_by_id REFERENCES customer (id)"
        " CONSTRAINT ck_customer_invited_by_id CHECK (invited_by_id <> id)"
    )
    invited = sa.text("invited_by_id IS NOT NULL")
    op.create_index(
        "ix_customer_invited_by_id", "customer", ["invited_by_id"], sqlite_where=invited, postgresql_where=invited
    )
    op.create_table(
        "programme_referral",
        sa.Column("programme_id", BigId, autoincrement=False, nullable=False),
        sa.Column("gift_inviter", sa.BigInteger(), nullable=False),
        sa.Column("gift_invited", sa.BigInteger(), nullable=False),
        *(sa.Column(f"rate_{level}", sa.Integer(), nullable=False) for level in (1, 2, 3)),
        sa.CheckConstraint("gift_inviter >= 0 AND gift_invited >= 0", name=op.f("ck_programme_referral_gifts")),
        sa.CheckConstraint(
            "rate_1 BETWEEN 0 AND 10000 AND rate_2 BETWEEN 0 AND 10000 AND rate_3 BETWEEN 0 AND 10000",
            name=op.f("ck_programme_referral_rates"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_programme_referral_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", name=op.f("pk_programme_referral")),
    )
    for statement in POSTGRESQL if postgresql else ():
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER customer_is_not_their_own_inviter ON customer")
        op.execute("DROP FUNCTION inviter_check()")
    op.drop_table("programme_referral")
    op.drop_index("ix_customer_invited_by_id", table_name="customer")
    with op.batch_alter_table("customer") as table:
        table.drop_constraint("fk_customer_invited_by_id", type_="foreignkey")
        table.drop_constraint("ck_customer_invited_by_id", type_="check")
        table.drop_column("invited_by_id")
