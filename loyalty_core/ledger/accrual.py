"""Grants bonuses to sets of customers: one operation, one lot and one entry each. What they owe is paid of it first."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    String,
    case,
    column,
    exists,
    func,
    insert,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from loyalty_core.customers.merged import now_known_as
from loyalty_core.customers.rows import Customer
from loyalty_core.database import Moment, dialect_of, id_set, insert_into
from loyalty_core.errors import Conflict
from loyalty_core.i18n import gettext
from loyalty_core.ledger.binding import outlet_set_of
from loyalty_core.ledger.debts import pay_debts
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.rows import Lot, Operation, check_movement, check_repeats, hash_of, known_operations
from loyalty_core.organisation import Outlet, organisation


class Recipient(NamedTuple):
    """A customer, the idempotency key of this grant to them, and the row that asked for it."""

    customer_id: int
    key: str
    source_id: int | None = None


class Accrued(NamedTuple):
    """How many recipients were granted their bonuses now, and how many had been granted them before."""

    new: int
    repeated: int


def accrue_to_many(
    session: Session,
    recipients: Sequence[Recipient],
    *,
    amount: int,
    lifetime: Lifetime,
    bonus_type_id: int | None = None,
    legal_entity_id: int | None = None,
    source: str,
    source_node: str | None = None,
    at: datetime,
    reason: str | None = None,
    outlet_ids: Collection[int] = (),
) -> Accrued:
    """Grant `amount` (minor units) to each recipient, in a handful of statements however many they are.

    Each lot's moments are those of its customer's zone: the outlet's where it has one, else the organisation's. With
    `outlet_ids`, the bonuses can be spent only at these outlets.
    A key that this customer's ledger already has grants nothing more; what is for a customer who has been merged comes
    to the one they are now. Raises Conflict where such a key came with
    another input, and Refused for an amount, lifetime or outlet that cannot be; either way the caller rolls back.
    """
    return grant_to_many(
        session,
        recipients,
        kind="accrue",
        amount=amount,
        lifetime=lifetime,
        bonus_type_id=bonus_type_id,
        legal_entity_id=legal_entity_id,
        source=source,
        source_node=source_node,
        at=at,
        reason=reason,
        outlet_ids=outlet_ids,
    )


def grant_to_many(
    session: Session,
    recipients: Sequence[Recipient],
    *,
    kind: str,
    amount: int,
    lifetime: Lifetime,
    bonus_type_id: int | None = None,
    legal_entity_id: int | None = None,
    source: str,
    source_node: str | None = None,
    at: datetime,
    reason: str | None = None,
    author: str | None = None,
    outlet_ids: Collection[int] = (),
) -> Accrued:
    """What `accrue_to_many` does, for operations of either kind that opens lots: accrue, or adjust, with its author."""
    check_movement(amount, *(recipient.key for recipient in recipients))
    lifetime.check()
    if not recipients:
        return Accrued(0, 0)
    input_hash = hash_of(
        kind,
        amount=amount,
        lifetime=bonus_type_id or lifetime.as_input(),
        legal_entity=legal_entity_id,
        source=[source, source_node, reason, author] if author else [source, source_node, reason],
        # Kept hashes know nothing of outlets.
        **({"outlets": sorted(set(outlet_ids))} if outlet_ids else {}),
    )
    wanted = len(recipients)
    recipients = _living(session, recipients, input_hash)
    if not recipients:
        return Accrued(0, wanted)
    outlet_set_id = outlet_set_of(session, outlet_ids)
    # In one order everywhere: two transactions that share recipients wait for each other instead of deadlocking.
    asked = _table_of(session, sorted(recipients, key=lambda recipient: recipient[:2]))
    operations = _open_operations(
        session,
        asked,
        kind=kind,
        input_hash=input_hash,
        amount=amount,
        at=at,
        source=source,
        source_node=source_node,
        reason=reason,
        author=author,
    )
    _open_lots(session, operations, lifetime, bonus_type_id, legal_entity_id, outlet_set_id, at)
    pay_debts(session, operations, at)
    if len(operations) < len(recipients):
        _refuse_reused_keys(session, asked, input_hash)
    return Accrued(len(operations), wanted - len(operations))


def _living(session: Session, recipients: Sequence[Recipient], input_hash: str) -> Sequence[Recipient]:
    """Who is to be granted something: in place of customers who have been merged, those who they are now.

    What was granted to the former under the same key is left out: it moved with the merge.
    """
    merged = now_known_as(session, {recipient.customer_id for recipient in recipients})
    if not merged:
        return recipients
    theirs = {(each.customer_id, each.key): each for each in recipients if each.customer_id in merged}
    known = known_operations(session, theirs)
    check_repeats(known, dict.fromkeys(known, input_hash))
    return [
        each._replace(customer_id=merged.get(each.customer_id, each.customer_id))
        for each in recipients
        if (each.customer_id, each.key) not in known
    ]


def _open_operations(session: Session, asked: FromClause, **same_for_all: Any) -> Sequence[int]:
    each = {name: asked.c[name] for name in ("customer_id", "idempotency_key", "source_id")}
    same = {name: literal(value, Operation.__table__.c[name].type) for name, value in same_for_all.items()}
    rows = select(*each.values(), *same.values()).where(true())
    opened = insert_into(session, Operation).from_select([*each, *same], rows).on_conflict_do_nothing()
    return session.scalars(opened.returning(Operation.id)).all()


def _open_lots(
    session: Session,
    operations: Sequence[int],
    lifetime: Lifetime,
    bonus_type_id: int | None,
    legal_entity_id: int | None,
    outlet_set_id: int | None,
    at: datetime,
) -> None:
    active_at, expires_at = _moments(session, lifetime, at)
    lots = {
        "customer_id": Operation.customer_id,
        "operation_id": Operation.id,
        "bonus_type_id": literal(bonus_type_id, BigInteger),
        "legal_entity_id": literal(legal_entity_id, BigInteger),
        "outlet_set_id": literal(outlet_set_id, BigInteger),
        "amount": Operation.amount,
        "remaining": Operation.amount,
        "accrued_at": Operation.at,
        "active_at": active_at,
        "expires_at": expires_at,
    }
    rows = select(*lots.values()).where(Operation.id.in_(id_set(session, operations)))
    session.execute(insert(Lot).from_select(list(lots), rows))


def _moments(session: Session, lifetime: Lifetime, at: datetime) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """When an operation's lot is active and burns: computed for each zone, chosen in SQL by the customer's outlet."""

    def in_zone(name: str) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
        zone = ZoneInfo(name)
        active_at = lifetime.active_at(at, zone)
        return literal(active_at, Moment), literal(lifetime.expires_at(active_at, zone), Moment)

    otherwise = in_zone(organisation(session).zone)
    zones = session.scalars(select(Outlet.zone).distinct()).all() if lifetime.depends_on_zone else []
    moments = {zone: in_zone(zone) for zone in zones if zone}
    if not moments:
        return otherwise
    outlets = select(Outlet.zone).join(Customer, Customer.outlet_id == Outlet.id)
    zone = outlets.where(Customer.id == Operation.customer_id).scalar_subquery()

    def chosen(place: int) -> ColumnElement[Any]:
        return case({name: found[place] for name, found in moments.items()}, value=zone, else_=otherwise[place])

    return chosen(0), chosen(1)


def _refuse_reused_keys(session: Session, asked: FromClause, input_hash: str) -> None:
    other = exists().where(
        Operation.customer_id == asked.c.customer_id,
        Operation.idempotency_key == asked.c.idempotency_key,
        (Operation.input_hash != input_hash) | Operation.source_id.is_distinct_from(asked.c.source_id),
    )
    reused = session.scalar(select(asked.c.idempotency_key).where(other).limit(1))
    if reused is not None:
        raise Conflict("key", gettext("The idempotency key “%(key)s” was used with another input", key=reused))


def _table_of(session: Session, recipients: Sequence[Recipient]) -> FromClause:
    """The recipients as a table: one bound parameter (SQLite) or one a column (PostgreSQL), however many they are."""
    if dialect_of(session) == "postgresql":
        customers, keys, sources = (list(values) for values in zip(*recipients, strict=True))
        arrays = (
            literal(customers, ARRAY(BigInteger)),
            literal(keys, ARRAY(String)),
            literal(sources, ARRAY(BigInteger)),
        )
        columns = (
            column("customer_id", BigInteger),
            column("idempotency_key", String),
            column("source_id", BigInteger),
        )
        return func.unnest(*arrays).table_valued(*columns, name="asked").render_derived()
    row = func.json_each(json.dumps(recipients)).table_valued(column("value", String), name="row").c.value
    return select(
        func.json_extract(row, "$[0]", type_=Integer).label("customer_id"),
        func.json_extract(row, "$[1]", type_=String).label("idempotency_key"),
        func.json_extract(row, "$[2]", type_=Integer).label("source_id"),
    ).subquery("asked")
