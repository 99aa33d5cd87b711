"""Plans reversals: what is taken back from where, what is given back to where, and what becomes a debt.

* What an accrual gave is taken from its own lot; what was spent of it since, from the customer's other lots, in the
  order in which they would be spent; what is not there either is a debt. What has burned of it is gone already: it is
  not asked for again.
* What a redemption spent comes back to the lots it was taken from, the last taken first. For a lot that has burned
  meanwhile, its part comes in a new lot which lives as long again as the burnt one still had when it was spent, to the
  end of that local day: a customer who brings goods back loses nothing to the time between.
* What was given to, or spent by, a customer who has been merged since is taken from, and comes back to, the one they
  are now: to them what was spent comes in a new lot, which burns when the old one would have.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from loyalty_core.customers.merged import now_known_as
from loyalty_core.customers.merged_bonuses import MovedLot
from loyalty_core.database import id_set
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from loyalty_core.ledger.holdings import Held, hold, take
from loyalty_core.ledger.rows import Entry, Lot, Operation


class Reversal(NamedTuple):
    """Whose operation is taken back under which idempotency key: `amount` (minor units) of it, or all that is left."""

    customer_id: int
    key: str
    operation_id: int
    amount: int | None = None
    source_id: int | None = None


@dataclass(slots=True)
class Move:
    """One reversal as it will be written: `entries` are lots and signed amounts, `reborn` burnt lots and amounts."""

    asked: Reversal
    input_hash: str
    amount: int = 0
    debt: int = 0
    legal_entity_id: int | None = None
    entries: list[tuple[int, int]] = field(default_factory=list)
    reborn: list[tuple[Held, int]] = field(default_factory=list)


class Ground(NamedTuple):
    """What a set of reversals is planned on: by operation, what it moved and what was moved back of it.

    `burnt` are lots that have burned already, be it after the moment of the reversal: a lot burns once. `own` says of
    lots which operation gave what they hold, `merged` of customers who they are now.
    """

    originals: dict[int, Operation]
    reversed: dict[int, int]
    burned: dict[int, int]
    burnt: set[int]
    taken: dict[int, list[tuple[int, int]]]
    held: dict[int, list[Held]]
    own: dict[int, int]
    merged: dict[int, int]


def ground_of(session: Session, asked: Sequence[Reversal], at: datetime) -> Ground:
    """Lock what the customers hold, and read what the operations moved."""
    customers = {each.customer_id for each in asked}
    those = id_set(session, {each.operation_id for each in asked})
    originals = {each.id: each for each in session.scalars(select(Operation).where(Operation.id.in_(those)))}
    merged = now_known_as(session, {each.customer_id for each in originals.values()} - customers)
    own = _own_lots(session, those, merged=bool(merged))
    touched = select(Entry.lot_id).where(Entry.operation_id.in_(those))
    held = hold(session, customers | merged.keys(), at, Lot.id.in_(touched), Lot.id.in_(id_set(session, own)))
    reversals = select(Operation.reverses_id, func.sum(func.abs(Operation.amount))).where(
        Operation.reverses_id.in_(those)
    )
    burned: dict[int, int] = {}
    burns = select(Entry.lot_id, -func.sum(Entry.amount)).where(
        Entry.lot_id.in_(id_set(session, own)), Entry.kind == "burn"
    )
    for lot_id, amount in session.execute(burns.group_by(Entry.lot_id)):
        burned[own[lot_id]] = burned.get(own[lot_id], 0) + int(amount)
    burnt = select(Entry.lot_id).where(Entry.lot_id.in_(touched), Entry.kind == "burn")
    taken: dict[int, list[tuple[int, int]]] = {}
    entries = select(Entry).where(Entry.operation_id.in_(those), Entry.amount < 0).order_by(Entry.id.desc())
    for entry in session.scalars(entries):
        taken.setdefault(entry.operation_id, []).append((entry.lot_id, -entry.amount))
    return Ground(
        originals=originals,
        reversed={row[0]: int(row[1]) for row in session.execute(reversals.group_by(Operation.reverses_id))},
        burned=burned,
        burnt=set(session.scalars(burnt)),
        taken=taken,
        held=held,
        own=own,
        merged=merged,
    )


def _own_lots(session: Session, operations: Select[tuple[int]], *, merged: bool) -> dict[int, int]:
    """Which lots hold what these operations gave, and which operation's each is; also, where customers were merged,
    those that took a lot's place."""
    first = select(Lot.id, Lot.operation_id).where(Lot.operation_id.in_(operations))
    own: dict[int, int] = dict(session.execute(first).all())
    if merged and own:
        later = select(MovedLot.lot_id, MovedLot.first_id).where(MovedLot.first_id.in_(id_set(session, own)))
        own |= {lot_id: own[first_id] for lot_id, first_id in session.execute(later)}
    return own


def plan(moves: Iterable[Move], ground: Ground, at: datetime) -> None:
    """Fill in what each move does: those that give first. Refused for what cannot be taken back."""
    takings = []
    for move in moves:
        original = ground.originals.get(move.asked.operation_id)
        owner = original and ground.merged.get(original.customer_id, original.customer_id)
        if original is None or owner != move.asked.customer_id:
            raise Refused(
                "operation", gettext("There is no operation %(id)s of this customer", id=move.asked.operation_id)
            )
        if original.kind not in ("accrue", "redeem", "adjust"):
            raise Refused("operation", gettext("Only accruals, redemptions and corrections can be taken back"))
        left = abs(original.amount) - ground.reversed.get(original.id, 0)
        wanted = left if move.asked.amount is None else move.asked.amount
        if wanted > left or wanted < 0:
            raise Refused("amount", gettext("Only what is left of the operation can be taken back"))
        if original.id in ground.taken:
            _plan_giving(move, ground, wanted, at)
        else:
            move.amount = -min(wanted, max(0, left - ground.burned.get(original.id, 0)))
            takings.append(move)
        ground.reversed[original.id] = ground.reversed.get(original.id, 0) + abs(move.amount)
    for move in takings:
        _plan_taking(move, ground, at)


def _plan_giving(move: Move, ground: Ground, wanted: int, at: datetime) -> None:
    spender = ground.originals[move.asked.operation_id].customer_id
    lots = {lot.lot_id: lot for lot in ground.held[spender]}
    behind = ground.reversed.get(move.asked.operation_id, 0)
    move.amount = wanted
    for lot_id, spent in ground.taken[move.asked.operation_id]:
        # The first of what was taken has come back with earlier reversals.
        passed = min(behind, spent)
        behind -= passed
        part = min(wanted, spent - passed)
        wanted -= part
        if part and spender == move.asked.customer_id and lots[lot_id].lives(at) and lot_id not in ground.burnt:
            lots[lot_id].remaining += part
            move.entries.append((lot_id, part))
        elif part:
            move.reborn.append((lots[lot_id], part))


def _plan_taking(move: Move, ground: Ground, at: datetime) -> None:
    given = ground.originals[move.asked.operation_id]
    held = ground.held[move.asked.customer_id]
    own = [lot for lot in held if ground.own.get(lot.lot_id) == given.id]
    taken = take(own, -move.amount)
    others = [lot for lot in held if ground.own.get(lot.lot_id) != given.id and lot.lives(at)]
    taken += take(others, -move.amount - sum(part for _lot, part in taken))
    move.entries = [(lot_id, -part) for lot_id, part in taken]
    move.debt = -move.amount - sum(part for _lot, part in taken)
    first = [lot for lot in ground.held[given.customer_id] if lot.operation_id == given.id]
    move.legal_entity_id = first[0].legal_entity_id if first else None
