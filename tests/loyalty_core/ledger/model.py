"""A plain model of the ledger, which shares no code with it, and the steps of random histories."""

from dataclasses import dataclass, field
from typing import NamedTuple

from hypothesis import strategies as st

DAY = 86_400
# Two zones without summer time, the second of an outlet, where all but the first person buy: seconds ahead of UTC.
ORGANISATION = ("Asia/Kolkata", 19_800)
OUTLET = ("America/Phoenix", -25_200)
PEOPLE = 3
OUTLETS = 2


class Grant(NamedTuple):
    people: tuple[int, ...]
    key: str
    amount: int
    days: int | None
    delay_hours: int
    outlets: frozenset[int]


class Spend(NamedTuple):
    person: int
    key: str
    amount: int
    outlet: int | None


class Burn(NamedTuple):
    limit: int


class Jump(NamedTuple):
    seconds: int


class Adjust(NamedTuple):
    people: tuple[int, ...]
    key: str
    amount: int
    days: int | None


class Reverse(NamedTuple):
    person: int
    key: str
    which: int
    amount: int | None


class Merge(NamedTuple):
    kept: int
    gone: int


Step = Grant | Spend | Adjust | Reverse | Burn | Jump | Merge

KEYS = st.sampled_from("abcdefghijklmnopqrst")
AMOUNTS = st.integers(1, 300)
GRANTS = st.builds(
    Grant,
    people=st.lists(st.integers(0, PEOPLE - 1), min_size=1, max_size=4).map(tuple),
    key=KEYS,
    amount=AMOUNTS,
    days=st.one_of(st.none(), st.integers(1, 4)),
    delay_hours=st.sampled_from((0, 0, 1, 30)),
    outlets=st.sampled_from(((), (), (0,), (1,), (0, 1))).map(frozenset),
)
SPENDINGS = st.builds(
    Spend,
    person=st.integers(0, PEOPLE - 1),
    key=KEYS,
    amount=st.integers(1, 120),
    outlet=st.sampled_from((None, *range(OUTLETS))),
)
STEPS: st.SearchStrategy[Step] = st.one_of(
    *(GRANTS, GRANTS, SPENDINGS, SPENDINGS),
    st.builds(
        Adjust,
        people=st.lists(st.integers(0, PEOPLE - 1), min_size=1, max_size=3).map(tuple),
        key=KEYS,
        amount=st.one_of(AMOUNTS, AMOUNTS.map(lambda amount: -amount)),
        days=st.one_of(st.none(), st.integers(1, 4)),
    ),
    st.builds(
        Reverse,
        person=st.integers(0, PEOPLE - 1),
        key=KEYS,
        which=st.integers(0, 9),
        amount=st.one_of(st.none(), st.none(), AMOUNTS),
    ),
    st.builds(Burn, limit=st.sampled_from((1, 100))),
    st.builds(Merge, kept=st.integers(0, PEOPLE - 1), gone=st.integers(0, PEOPLE - 1)),
    st.builds(Jump, seconds=st.one_of(st.integers(-DAY, 3 * DAY), st.just(DAY))),
)


@dataclass(eq=False)
class ModelLot:
    person: int
    amount: int
    remaining: int
    accrued: int
    active: int
    expires: float
    outlets: frozenset[int] = frozenset()
    burned: int = 0
    first: "ModelLot | None" = None


@dataclass
class ModelMove:
    """What can be reversed: it opened a lot, or took from lots."""

    person: int
    amount: int
    at: int
    lot: ModelLot | None = None
    taken: list[tuple[ModelLot, int]] = field(default_factory=list)
    reversed: int = 0


@dataclass
class Model:
    """Seconds since the epoch, people by number, lots in one list."""

    now: int = 0
    lots: list[ModelLot] = field(default_factory=list)
    keys: dict[tuple[int, str], tuple[object, ...]] = field(default_factory=dict)
    moves: dict[tuple[int, str], ModelMove] = field(default_factory=dict)
    debts: dict[int, int] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)
    at_outlet: set[int] = field(default_factory=lambda: set(range(1, PEOPLE)))
    moved: int = 0

    def grant(self, step: Grant) -> tuple[int, int] | None:
        """How many were granted now and before; None for a conflict."""
        asked = ("grant", step.amount, step.days, step.delay_hours, step.outlets)
        homes = self.homes(step.people, step.key)
        if any(self.keys.get((person, step.key), asked) != asked for person in homes):
            return None
        new = self.open(homes, step.key, asked, step.amount, step.days, step.delay_hours, step.outlets)
        return new, len(step.people) - new

    def homes(self, people: tuple[int, ...], key: str) -> tuple[int, ...]:
        """Whose ledger each one's key is in, or comes to."""
        return tuple(person if (person, key) in self.keys else self.merged.get(person, person) for person in people)

    def merge(self, step: Merge) -> str:
        """`done`, `again`, `conflict` or `refused`."""
        if step.kept == step.gone:
            return "refused"
        if self.merged.get(step.gone) == step.kept:
            return "again"
        if {step.gone, step.kept} & self.merged.keys():
            return "conflict"
        for lot in self.lots:
            if lot.person == step.gone and lot.remaining and lot.expires <= self.now:
                self.burn_lot(lot)
        for lot in self.held(step.gone):
            first = lot.first or lot
            moved = ModelLot(step.kept, lot.remaining, lot.remaining, self.now, lot.active, lot.expires, lot.outlets)
            moved.first = first
            self.lots.append(moved)
            lot.remaining = 0
        self.debts[step.kept] = self.debts.get(step.kept, 0) + self.debts.pop(step.gone, 0)
        self.merged |= {person: step.kept for person, kept in self.merged.items() if kept == step.gone}
        self.merged[step.gone] = step.kept
        # Who had no outlet has the other's.
        self.at_outlet |= {step.kept} if step.gone in self.at_outlet else set()
        return "done"

    def open(
        self,
        people: tuple[int, ...],
        key: str,
        asked: tuple[object, ...],
        amount: int,
        days: int | None,
        delay: int = 0,
        outlets: frozenset[int] = frozenset(),
    ) -> int:
        """Open a lot for each who has not had it; answers how many."""
        new = [person for person in dict.fromkeys(people) if (person, key) not in self.keys]
        for person in new:
            self.keys[person, key] = asked
            active = self.now + delay * 3600
            expires = float("inf") if days is None else self.day_end(person, active + days * DAY)
            lot = ModelLot(person, amount, amount, self.now, active, expires, outlets)
            self.lots.append(lot)
            self.moves[person, key] = ModelMove(person, amount, self.now, lot)
            self.moved += amount
            self.pay(person)
        return len(new)

    def held(self, person: int) -> list[ModelLot]:
        """What can be taken from, in its order."""
        mine = [lot for lot in self.lots if lot.person == person and lot.remaining and self.now < lot.expires]
        return sorted(mine, key=lambda lot: (lot.active > self.now, lot.expires, lot.accrued))

    def take(self, lots: list[ModelLot], wanted: int) -> list[tuple[ModelLot, int]]:
        """Take what is wanted, as far as it is there."""
        taken = []
        for lot in lots:
            part = min(wanted, lot.remaining)
            lot.remaining -= part
            wanted -= part
            if part:
                taken.append((lot, part))
        self.moved -= sum(part for _lot, part in taken)
        return taken

    def pay(self, person: int) -> None:
        """Pay what the person owes with what they hold."""
        paid = self.take(self.held(person), self.debts.get(person, 0))
        self.debts[person] = self.debts.get(person, 0) - sum(part for _lot, part in paid)

    def adjust(self, step: Adjust) -> tuple[int, int, list[int]] | None:
        """How many were corrected now and before, and who had too little; None for a conflict."""
        asked = ("adjust", step.amount, step.days if step.amount > 0 else None)
        homes = self.homes(step.people, step.key) if step.amount > 0 else step.people
        if any(self.keys.get((person, step.key), asked) != asked for person in homes):
            return None
        if step.amount > 0:
            new = self.open(homes, step.key, asked, step.amount, step.days)
            return new, len(step.people) - new, []
        new, short = 0, []
        for person in step.people:
            if (person, step.key) in self.keys:
                continue
            if sum(lot.remaining for lot in self.held(person)) < -step.amount:
                short.append(person)
                continue
            taken = self.take(self.held(person), -step.amount)
            self.keys[person, step.key] = asked
            self.moves[person, step.key] = ModelMove(person, -step.amount, self.now, taken=taken)
            new += 1
        return new, len(step.people) - new - len(short), short

    def target(self, step: Reverse) -> str | None:
        """The key of the operation that the step is about; what took, of which there is less, comes first."""
        mine = [(key, move) for (person, key), move in self.moves.items() if person == step.person]
        keys = [key for key, _move in sorted(mine, key=lambda each: each[1].lot is not None)]
        return keys[step.which % len(keys)] if keys else None

    def reverse(self, step: Reverse, target: str) -> str | tuple[int, int]:
        """What was moved and what became a debt; or `again`, `conflict`, `refused`."""
        asked = ("reverse", step.person, target, step.amount)
        (person,) = self.homes((step.person,), step.key)
        if known := self.keys.get((person, step.key)):
            return "again" if known == asked else "conflict"
        move = self.moves[step.person, target]
        left = move.amount - move.reversed
        wanted = left if step.amount is None else step.amount
        if wanted > left:
            return "refused"
        debt = 0
        if move.lot is None:
            self.give_back(person, move, wanted)
        else:
            same = [lot for lot in self.lots if (lot.first or lot) is move.lot]
            wanted = min(wanted, max(0, left - sum(lot.burned for lot in same)))
            own = [lot for lot in same if lot.person == person]
            others = [lot for lot in self.held(person) if lot not in own]
            debt = wanted - sum(part for _lot, part in self.take([*own, *others], wanted))
            self.debts[person] = self.debts.get(person, 0) + debt
        if wanted:
            self.keys[person, step.key] = asked
            move.reversed += wanted
        if move.lot is None and wanted:
            self.pay(person)
        return (wanted if move.lot is None else -wanted), debt

    def give_back(self, person: int, move: ModelMove, wanted: int) -> None:
        """Give back to the lots that were taken from; for a burnt one, or one of before a merge, in a new lot."""
        behind = move.reversed
        self.moved += wanted
        for lot, spent in reversed(move.taken):
            passed = min(behind, spent)
            behind -= passed
            part = min(wanted, spent - passed)
            wanted -= part
            lives = self.now < lot.expires and not lot.burned
            if part and lives and move.person == person:
                lot.remaining += part
            elif part:
                expires = lot.expires if lives else self.day_end(person, self.now + int(lot.expires) - move.at)
                self.lots.append(ModelLot(person, part, part, self.now, self.now, expires, lot.outlets))

    def spend(self, step: Spend) -> str:
        """`done`, `again`, `conflict` or `refused`."""
        asked = ("spend", step.amount, step.outlet)
        if known := self.keys.get((step.person, step.key)):
            return "again" if known == asked else "conflict"
        usable = [lot for lot in self.usable(step.person) if not lot.outlets or step.outlet in lot.outlets]
        if sum(lot.remaining for lot in usable) < step.amount:
            return "refused"
        self.keys[step.person, step.key] = asked
        taken = self.take(sorted(usable, key=lambda lot: (lot.expires, lot.accrued)), step.amount)
        self.moves[step.person, step.key] = ModelMove(step.person, step.amount, self.now, taken=taken)
        return "done"

    def burn(self, step: Burn) -> int:
        due = [lot for lot in self.lots if lot.remaining and lot.expires <= self.now]
        due = sorted(due, key=lambda lot: lot.expires)[: step.limit]
        for lot in due:
            self.burn_lot(lot)
        return len(due)

    def burn_lot(self, lot: ModelLot) -> None:
        self.moved -= lot.remaining
        lot.burned += lot.remaining
        lot.remaining = 0

    def day_end(self, person: int, moment: int) -> int:
        """The last second of the person's day in which a moment is."""
        ahead = (OUTLET if person in self.at_outlet else ORGANISATION)[1]
        return ((moment + ahead) // DAY + 1) * DAY - 1 - ahead

    def active(self, person: int) -> int:
        return sum(lot.remaining for lot in self.usable(person))

    def active_at(self, person: int, outlet: int | None) -> int:
        """What can be spent at an outlet, or at none that is known."""
        return sum(lot.remaining for lot in self.usable(person) if not lot.outlets or outlet in lot.outlets)

    def usable(self, person: int) -> list[ModelLot]:
        return [lot for lot in self.lots if lot.person == person and lot.active <= self.now < lot.expires]

    def awaiting(self, person: int) -> int:
        return sum(lot.remaining for lot in self.lots if lot.person == person and self.now < lot.active)
