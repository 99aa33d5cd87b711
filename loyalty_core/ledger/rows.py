"""The ledger's tables: operations, lots, entries, and where lots are valid. Each verb is a module, from `accrual` on.

The database holds the promises (see the migration `ledger_promises`): a new lot writes its own accrue entry, an entry
moves what remains of its lot, what remains is always the sum of the entries and never negative, and nothing here is
ever updated or deleted.
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from loyalty_core.database import Base, BigId, id_set, text_set
from loyalty_core.errors import Conflict, Refused
from loyalty_core.i18n import gettext

# One movement is at most ten milliards of bonuses, so that no sum of them can overflow a column.
AMOUNT_MAX = 10**12
KEY_LENGTH_MAX = 200
REASON_LENGTH_MAX = 300
_KINDS = "kind IN ('accrue', 'redeem', 'burn', 'reverse', 'adjust', 'repay', 'merge')"
_REVERSING = text("reverses_id IS NOT NULL")
_LEFT, _BOUND = text("remaining > 0"), text("outlet_set_id IS NOT NULL")


class Operation(Base):
    """One movement of bonuses as its caller asked for it: unique by customer and idempotency key.

    `kind` is accrue, redeem, burn, reverse, adjust, repay (a debt) or merge (what moves to another customer, who is the
    same person). `amount` is in minor units, above 0 whichever way it goes, but signed where the kind goes both ways:
    reverse, adjust and merge.
    `source` says what asked: `enrollment`, `purchase`, `api`, `page`, `clock`, `welcome`, `invitation` (a gift for it),
    `referral` (a percent of a friend's purchase), `reversal`, `debt`, `merged`; `source_id` is that row's id (for the
    clock: the lot's; for a welcome: the programme's; for an invitation: the invited customer's; for a referral: the
    purchase's; for a reversal or a debt: the operation's; for one merged: the other customer's) and `source_node` the
    step of the chain, where there is one. What comes with a merge keeps the source that it had. A reversal names the
    operation that it reverses, an adjustment its author and reason. `input_hash` is the hash of the input.
    """

    __tablename__ = "operation"
    __table_args__ = (
        UniqueConstraint("customer_id", "idempotency_key"),
        CheckConstraint(_KINDS, name="kind"),
        CheckConstraint("amount > 0 OR (amount < 0 AND kind IN ('reverse', 'adjust', 'merge'))", name="amount"),
        CheckConstraint("(kind = 'reverse') = (reverses_id IS NOT NULL)", name="reverses"),
        CheckConstraint("kind <> 'adjust' OR (author IS NOT NULL AND reason IS NOT NULL)", name="author"),
        Index("ix_operation_customer_at", "customer_id", "at"),
        Index("ix_operation_source", "source", "source_id"),
        Index("ix_operation_reverses_id", "reverses_id", sqlite_where=_REVERSING, postgresql_where=_REVERSING),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    idempotency_key: Mapped[str] = mapped_column(String(200))
    input_hash: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[int | None] = mapped_column(BigInteger)
    source_node: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(REASON_LENGTH_MAX))
    reverses_id: Mapped[int | None] = mapped_column(BigId)
    author: Mapped[str | None] = mapped_column(String(200))


class Lot(Base):
    """One accrual: usable while active_at ≤ now < expires_at; `remaining` of `amount` is left. Minor units.

    Where it names a set of outlets (see `binding`), it is valid only there.
    """

    __tablename__ = "lot"
    __table_args__ = (
        UniqueConstraint("operation_id", "customer_id"),
        CheckConstraint("amount > 0 AND remaining >= 0 AND remaining <= amount", name="remaining"),
        CheckConstraint("expires_at IS NULL OR expires_at > active_at", name="expires_after_activation"),
        Index("ix_lot_customer_expires", "customer_id", "expires_at"),
        Index("ix_lot_burning", "expires_at", sqlite_where=_LEFT, postgresql_where=_LEFT),
        Index("ix_lot_outlet_set_id", "outlet_set_id", sqlite_where=_BOUND, postgresql_where=_BOUND),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    bonus_type_id: Mapped[int | None] = mapped_column(ForeignKey("bonus_type.id"))
    legal_entity_id: Mapped[int | None] = mapped_column(ForeignKey("legal_entity.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    remaining: Mapped[int] = mapped_column(BigInteger)
    accrued_at: Mapped[datetime]
    active_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    outlet_set_id: Mapped[int | None] = mapped_column(ForeignKey("outlet_set.id"))


class Entry(Base):
    """One immutable movement on one lot: `amount` above 0 adds, below 0 takes. Minor units.

    `kind` is its operation's, but for the entry that opens a lot: that one is an accrue, under an adjustment or a merge
    too.
    """

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint(_KINDS, name="kind"),
        CheckConstraint(
            "(kind = 'accrue' AND amount > 0) OR (kind = 'reverse' AND amount <> 0)"
            " OR (kind IN ('redeem', 'burn', 'adjust', 'repay', 'merge') AND amount < 0)",
            name="sign",
        ),
        UniqueConstraint("lot_id", "operation_id", "customer_id"),
        Index("ix_entry_operation_id", "operation_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"))
    kind: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]


class OutletSet(Base):
    """Some outlets, at least one; `fingerprint` is the hash of their ids, so that there is one row for each choice."""

    __tablename__ = "outlet_set"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(32), unique=True)


class OutletSetMember(Base):
    """An outlet of a set."""

    __tablename__ = "outlet_set_member"

    outlet_set_id: Mapped[int] = mapped_column(ForeignKey("outlet_set.id"), primary_key=True, autoincrement=False)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), primary_key=True, autoincrement=False, index=True)


class RedemptionOutlet(Base):
    """Where a redemption took place that took bound bonuses; others are not listed."""

    __tablename__ = "redemption_outlet"

    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"), primary_key=True, autoincrement=False)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"))


def unexpired(moment: datetime) -> ColumnElement[bool]:
    """Of a lot: something is left of it that has not burned by this moment, be it active or awaiting activation."""
    return and_(Lot.remaining > 0, or_(Lot.expires_at.is_(None), Lot.expires_at > moment))


def usable(moment: datetime) -> ColumnElement[bool]:
    """Of a lot: something is left of it that can be spent at this moment, wherever it is valid."""
    return and_(unexpired(moment), Lot.active_at <= moment)


def check_movement(amount: int, *keys: str) -> None:
    """Raise Refused where the amount (minor units) or an idempotency key cannot be one of the ledger's."""
    if not 0 < amount <= AMOUNT_MAX:
        raise Refused("amount", gettext("Write an amount above 0"))
    if not all(0 < len(key) <= KEY_LENGTH_MAX for key in keys):
        raise Refused("key", gettext("An idempotency key has 1 to %(most)s characters", most=KEY_LENGTH_MAX))


def known_operations(session: Session, marks: Collection[tuple[int, str]]) -> dict[tuple[int, str], Operation]:
    """The operations that there are by customer and idempotency key, of those asked for."""
    wanted = set(marks)
    found = select(Operation).where(
        Operation.customer_id.in_(id_set(session, {customer_id for customer_id, _key in wanted})),
        Operation.idempotency_key.in_(text_set(session, {key for _customer, key in wanted})),
    )
    operations = {(each.customer_id, each.idempotency_key): each for each in session.scalars(found)}
    return {mark: operation for mark, operation in operations.items() if mark in wanted}


def check_repeats(known: Mapping[tuple[int, str], Operation], hashes: Mapping[tuple[int, str], str]) -> None:
    """Raise Conflict where a key that this ledger has already came with another input."""
    for mark, operation in known.items():
        if operation.input_hash != hashes[mark]:
            raise Conflict("key", gettext("The idempotency key “%(key)s” was used with another input", key=mark[1]))


def hash_of(kind: str, **values: Any) -> str:
    """The hash of an operation's input: 32 hexadecimal digits. The moment is no part of it: a repeat comes later."""
    text = json.dumps({"kind": kind, **values}, sort_keys=True)
    return blake2b(text.encode(), digest_size=16).hexdigest()
