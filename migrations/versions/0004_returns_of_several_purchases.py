"""One return number may bring back goods of several purchases."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("purchase_return") as table:
        table.drop_constraint("uq_purchase_return_external_id_customer_id", type_="unique")
        table.create_unique_constraint(
            "uq_purchase_return_external_id_purchase_id_customer_id", ["external_id", "purchase_id", "customer_id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("purchase_return") as table:
        table.drop_constraint("uq_purchase_return_external_id_purchase_id_customer_id", type_="unique")
        table.create_unique_constraint("uq_purchase_return_external_id_customer_id", ["external_id", "customer_id"])
