"""Promotions keep conditions on the customer, of which a saved segment is one."""

import sqlalchemy as sa
from alembic import op

from loyalty_core.database import JsonOrNull

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_PROMOTION = sa.table(
    "promotion",
    sa.column("id", sa.BigInteger),
    sa.column("active", sa.Boolean),
    sa.column("segment_id", sa.BigInteger),
    sa.column("conditions", JsonOrNull),
)


def upgrade() -> None:
    op.add_column("promotion", sa.Column("conditions", JsonOrNull, nullable=True))
    connection, row = op.get_bind(), _PROMOTION.c
    asking = sa.select(row.id, row.segment_id).where(row.segment_id.is_not(None))
    for promotion_id, segment_id in connection.execute(asking).all():
        tree = {"all": [{"condition": "segment", "op": "has", "value": [segment_id]}]}
        connection.execute(sa.update(_PROMOTION).where(row.id == promotion_id).values(conditions=tree))
    op.drop_column("promotion", "segment_id")


def downgrade() -> None:
    op.add_column("promotion", sa.Column("segment_id", sa.BigInteger(), nullable=True))
    connection, row = op.get_bind(), _PROMOTION.c
    asking = sa.select(row.id, row.conditions).where(row.conditions.is_not(None))
    for promotion_id, tree in connection.execute(asking).all():
        match tree:
            case {"all": [{"condition": "segment", "op": "has", "value": [segment_id], **more}]} if not more:
                kept = {"segment_id": segment_id}
            case _:
                # A promotion for some must not become one for everybody.
                kept = {"active": False}
        connection.execute(sa.update(_PROMOTION).where(row.id == promotion_id).values(kept))
    op.drop_column("promotion", "conditions")
