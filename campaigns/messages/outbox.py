"""Puts messages into the outbox, in the transaction of the step that asks for them."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, CursorResult, Integer, Select, cast, column, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from campaigns.messages.rows import Message
from loyalty_core.database import dialect_of, insert_into


def queue(
    session: Session, enrollments: Mapping[int, int], *, run_id: int, node: str, channels: Sequence[str], at: datetime
) -> int:
    """Queue one message to the customer of each enrollment; how many are new.

    It goes by the first of the channels; where that cannot carry it, by the next. `enrollments` maps enrollment id to
    customer id. A message of the same enrollment and node that is there already stays as it is. The rows hold no text:
    a message is composed at the moment of sending.
    """
    if not enrollments:
        return 0
    pairs = _pairs(session, enrollments).subquery()
    source = select(
        pairs.c.customer_id,
        pairs.c.enrollment_id,
        literal(run_id),
        literal(node),
        literal(channels[0]),
        literal(",".join(channels) if len(channels) > 1 else ""),
        literal("queued"),
        literal(0),
        literal(at, Message.created_at.type),
    ).where(pairs.c.enrollment_id.is_not(None))  # SQLite needs a WHERE between SELECT and ON CONFLICT
    columns = [
        "customer_id",
        "enrollment_id",
        "run_id",
        "node",
        "channel",
        "cascade",
        "status",
        "attempts",
        "created_at",
    ]
    insert = insert_into(session, Message).from_select(columns, source).on_conflict_do_nothing()
    result = session.execute(insert, execution_options={"preserve_rowcount": True})
    assert isinstance(result, CursorResult)
    return result.rowcount


def _pairs(session: Session, enrollments: Mapping[int, int]) -> Select[tuple[int, int]]:
    """(enrollment_id, customer_id) rows of one or two bound parameters, however many there are."""
    if dialect_of(session) == "postgresql":
        return select(
            func.unnest(literal(list(enrollments), ARRAY(BigInteger))).label("enrollment_id"),
            func.unnest(literal(list(enrollments.values()), ARRAY(BigInteger))).label("customer_id"),
        )
    each = func.json_each(json.dumps(enrollments)).table_valued(column("key"), column("value", Integer), name="pair")
    return select(cast(each.c.key, Integer).label("enrollment_id"), each.c.value.label("customer_id"))
