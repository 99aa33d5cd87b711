"""What a customer has: sums by what can be done with them, and the lots that they consist of."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, not_, select
from sqlalchemy.orm import Session

from loyalty_core.database import id_set
from loyalty_core.ledger.binding import outlets_of, valid_at
from loyalty_core.ledger.bonus_types import BonusType
from loyalty_core.ledger.debts import debt_of
from loyalty_core.ledger.rows import Entry, Lot, Operation, unexpired, usable
from loyalty_core.organisation import LegalEntity, Outlet


class Burning(NamedTuple):
    """How much burns at a moment unless it is spent before. Minor units."""

    amount: int
    at: datetime


class Bound(NamedTuple):
    """How much can be spent only at these outlets, which stand by name. Minor units."""

    amount: int
    outlets: list[Outlet]


class Movement(NamedTuple):
    """One entry of a lot: `kind` is accrue, redeem, burn, reverse, adjust or repay; `amount` is signed, minor units."""

    kind: str
    amount: int
    at: datetime
    operation_id: int


@dataclass(frozen=True)
class LotView:
    """A lot with the names of what it points at, and its entries, oldest first. Minor units.

    `state` is `active`, `awaiting` (activation), `spent`, `burned` or `reversed` (taken back). `bonus_type`
    and `legal_entity` are names. `outlets`, by name, are where alone it is valid; none where it is valid everywhere.
    """

    id: int
    state: str
    bonus_type: str | None
    legal_entity: str | None
    amount: int
    remaining: int
    accrued_at: datetime
    active_at: datetime
    expires_at: datetime | None
    operation_id: int
    source: str
    source_id: int | None
    source_node: str | None
    reason: str | None
    outlet_set_id: int | None
    outlets: list[Outlet] = field(default_factory=list)
    entries: list[Movement] = field(default_factory=list)


@dataclass(frozen=True)
class Balance:
    """Sums in minor units; `burning` soonest first; `lots` in the order in which they would be spent.

    `debt` is what could not be taken back; the next bonuses pay it. `bound` says what of `active` can be spent only at
    some outlets.
    """

    active: int
    awaiting: int
    debt: int
    burning: list[Burning]
    lots: list[LotView]
    bound: list[Bound]


def balance(session: Session, customer_id: int, now: datetime, *, spent: bool = False) -> Balance:
    """The customer's balance at this moment, in three statements, four where something is bound to outlets.

    `burning` is every moment at which something burns, with what burns then. Lots of which nothing is left are listed
    only where `spent` asks for them, after the others, the newest first.
    """
    lots = _lots(session, customer_id, now, spent)
    outlets = outlets_of(session, (lot.outlet_set_id for lot in lots))
    for lot in lots:
        lot.outlets.extend(outlets.get(lot.outlet_set_id or 0, ()))
    left = [lot for lot in lots if lot.state in ("active", "awaiting")]
    gone = sorted((lot for lot in lots if lot.state not in ("active", "awaiting")), key=_newest, reverse=True)
    burning: dict[datetime, int] = {}
    bound: dict[int, int] = {}
    for lot in left:
        if lot.outlet_set_id is not None and lot.state == "active":
            bound[lot.outlet_set_id] = bound.get(lot.outlet_set_id, 0) + lot.remaining
        if lot.expires_at is not None:
            burning[lot.expires_at] = burning.get(lot.expires_at, 0) + lot.remaining
    return Balance(
        active=sum(lot.remaining for lot in left if lot.state == "active"),
        awaiting=sum(lot.remaining for lot in left if lot.state == "awaiting"),
        debt=debt_of(session, customer_id),
        burning=[Burning(amount, at) for at, amount in burning.items()],
        lots=[*left, *gone],
        bound=[Bound(amount, outlets[outlet_set]) for outlet_set, amount in bound.items()],
    )


def spendable(session: Session, customer_id: int, outlet_id: int | None, now: datetime) -> int:
    """What a customer can spend at an outlet, or (None) anywhere, at this moment, in minor units."""
    lots = select(func.coalesce(func.sum(Lot.remaining), 0)).where(
        Lot.customer_id == customer_id, usable(now), valid_at(outlet_id)
    )
    return int(session.scalars(lots).one())


def bound_elsewhere(session: Session, customer_id: int, outlet_id: int | None, now: datetime) -> list[Bound]:
    """What of a customer's active bonuses cannot be spent at this outlet, and where it can be."""
    lots = select(Lot.outlet_set_id, func.sum(Lot.remaining)).where(
        Lot.customer_id == customer_id, usable(now), not_(valid_at(outlet_id))
    )
    amounts = {each: int(amount) for each, amount in session.execute(lots.group_by(Lot.outlet_set_id)) if each}
    outlets = outlets_of(session, amounts)
    return [Bound(amount, outlets[each]) for each, amount in sorted(amounts.items())]


def balances(session: Session, ids: Collection[int], now: datetime) -> dict[int, int]:
    """What each of these customers can spend at this moment, somewhere, in minor units; 0 for those with nothing."""
    sums = select(Lot.customer_id, func.sum(Lot.remaining)).where(
        Lot.customer_id.in_(id_set(session, ids)), usable(now)
    )
    active = {customer_id: int(amount) for customer_id, amount in session.execute(sums.group_by(Lot.customer_id))}
    return {customer_id: active.get(customer_id, 0) for customer_id in ids}


def _lots(session: Session, customer_id: int, now: datetime, spent: bool) -> list[LotView]:
    wanted = (Lot.customer_id == customer_id,) if spent else (Lot.customer_id == customer_id, unexpired(now))
    entries: dict[int, list[Movement]] = {}
    moved = select(Entry).join(Lot, Lot.id == Entry.lot_id).where(*wanted).order_by(Entry.at, Entry.id)
    for entry in session.scalars(moved):
        movement = Movement(entry.kind, entry.amount, entry.at, entry.operation_id)
        entries.setdefault(entry.lot_id, []).append(movement)
    found = (
        select(Lot, Operation, BonusType.name, LegalEntity.name)
        .join(Operation, Operation.id == Lot.operation_id)
        .outerjoin(BonusType, BonusType.id == Lot.bonus_type_id)
        .outerjoin(LegalEntity, LegalEntity.id == Lot.legal_entity_id)
        .where(*wanted)
        .order_by(Lot.expires_at.nulls_last(), Lot.accrued_at, Lot.id)
        # What triggers did to a lot since this session read it counts.
        .execution_options(populate_existing=True)
    )
    return [
        LotView(
            id=lot.id,
            state=_state(lot, entries.get(lot.id, []), now),
            bonus_type=bonus_type,
            legal_entity=legal_entity,
            amount=lot.amount,
            remaining=lot.remaining,
            accrued_at=lot.accrued_at,
            active_at=lot.active_at,
            expires_at=lot.expires_at,
            operation_id=operation.id,
            source=operation.source,
            source_id=operation.source_id,
            source_node=operation.source_node,
            reason=operation.reason,
            outlet_set_id=lot.outlet_set_id,
            entries=entries.get(lot.id, []),
        )
        for lot, operation, bonus_type, legal_entity in session.execute(found)
    ]


def _state(lot: Lot, entries: list[Movement], now: datetime) -> str:
    if not lot.remaining:
        return {"burn": "burned", "reverse": "reversed"}.get(entries[-1].kind, "spent")
    if lot.expires_at is not None and lot.expires_at <= now:
        # Nobody can spend it any more, although the clock has not come by yet.
        return "burned"
    return "active" if lot.active_at <= now else "awaiting"


def _newest(lot: LotView) -> tuple[datetime, int]:
    return lot.accrued_at, lot.id
