"""The ledger against a plain model of it that shares no code with it: random histories, with clocks that jump."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from loyalty_core.accrual import Recipient, accrue_to_many
from loyalty_core.balance import balance, balances
from loyalty_core.burning import burn_due
from loyalty_core.errors import Conflict, Refused
from loyalty_core.ledger import Entry
from loyalty_core.lifetime import Lifetime
from loyalty_core.proof import proof
from loyalty_core.redemption import redeem
from tests.support.members import found_organisation, join, open_outlet

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
DAY = 86_400
# Two zones without summer time, the second of an outlet: seconds ahead of UTC.
ORGANISATION = ("Asia/Kolkata", 19_800)
OUTLET = ("America/Phoenix", -25_200)
PEOPLE = 3


class Grant(NamedTuple):
    people: tuple[int, ...]
    key: str
    amount: int
    days: int | None
    delay_hours: int


class Spend(NamedTuple):
    person: int
    key: str
    amount: int


class Burn(NamedTuple):
    limit: int


class Jump(NamedTuple):
    seconds: int


Step = Grant | Spend | Burn | Jump

KEYS = st.sampled_from(("a", "b", "c", "d", "e", "f"))
AMOUNTS = st.integers(1, 300)
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(
        Grant,
        people=st.lists(st.integers(0, PEOPLE - 1), min_size=1, max_size=4).map(tuple),
        key=KEYS,
        amount=AMOUNTS,
        days=st.one_of(st.none(), st.integers(1, 4)),
        delay_hours=st.sampled_from((0, 0, 1, 30)),
    ),
    st.builds(Spend, person=st.integers(0, PEOPLE - 1), key=KEYS, amount=AMOUNTS),
    st.builds(Burn, limit=st.sampled_from((1, 100))),
    st.builds(Jump, seconds=st.one_of(st.integers(-DAY, 3 * DAY), st.just(DAY))),
)


@dataclass
class ModelLot:
    person: int
    amount: int
    remaining: int
    accrued: int
    active: int
    expires: float


@dataclass
class Model:
    """Seconds since the epoch, people by number, lots in one list."""

    now: int = 0
    lots: list[ModelLot] = field(default_factory=list)
    keys: dict[tuple[int, str], tuple[object, ...]] = field(default_factory=dict)
    moved: int = 0

    def grant(self, step: Grant) -> tuple[int, int] | None:
        """How many were granted now and before; None for a conflict."""
        asked = ("grant", step.amount, step.days, step.delay_hours)
        if any(self.keys.get((person, step.key), asked) != asked for person in step.people):
            return None
        new = 0
        for person in step.people:
            if (person, step.key) not in self.keys:
                self.keys[person, step.key] = asked
                self.lots.append(self.lot(person, step))
                new += 1
        self.moved += new * step.amount
        return new, len(step.people) - new

    def lot(self, person: int, step: Grant) -> ModelLot:
        active = self.now + step.delay_hours * 3600
        expires = float("inf")
        if step.days is not None:
            ahead = (OUTLET if person else ORGANISATION)[1]
            day = (active + ahead) // DAY + step.days
            expires = (day + 1) * DAY - 1 - ahead
        return ModelLot(person, step.amount, step.amount, self.now, active, expires)

    def spend(self, step: Spend) -> str:
        """`done`, `again`, `conflict` or `refused`."""
        asked = ("spend", step.amount)
        if known := self.keys.get((step.person, step.key)):
            return "again" if known == asked else "conflict"
        usable = [lot for lot in self.lots if lot.person == step.person and lot.active <= self.now < lot.expires]
        if sum(lot.remaining for lot in usable) < step.amount:
            return "refused"
        self.keys[step.person, step.key] = asked
        wanted = step.amount
        for lot in sorted(usable, key=lambda lot: (lot.expires, lot.accrued)):
            taken = min(wanted, lot.remaining)
            lot.remaining -= taken
            wanted -= taken
        self.moved -= step.amount
        return "done"

    def burn(self, step: Burn) -> int:
        due = [lot for lot in self.lots if lot.remaining and lot.expires <= self.now]
        due = sorted(due, key=lambda lot: lot.expires)[: step.limit]
        for lot in due:
            self.moved -= lot.remaining
            lot.remaining = 0
        return len(due)

    def active(self, person: int) -> int:
        return sum(lot.remaining for lot in self.lots if lot.person == person and lot.active <= self.now < lot.expires)

    def awaiting(self, person: int) -> int:
        return sum(lot.remaining for lot in self.lots if lot.person == person and self.now < lot.active)


def apply(session: Session, people: list[int], model: Model, step: Step, at: datetime) -> None:
    """Do the step to the ledger and to its model: both say the same of it."""
    match step:
        case Grant():
            lifetime = Lifetime(
                activation="after_hours" if step.delay_hours else "at_once",
                activation_amount=step.delay_hours or None,
                burning="never" if step.days is None else "after_days",
                burning_amount=step.days,
            )
            recipients = [Recipient(people[person], step.key) for person in step.people]
            expected = model.grant(step)
            try:
                with session.begin_nested():
                    asked = accrue_to_many(
                        session, recipients, amount=step.amount, lifetime=lifetime, source="api", at=at
                    )
            except Conflict:
                assert expected is None
            else:
                assert tuple(asked) == expected
        case Spend():
            assert spend(session, people[step.person], step, at) == model.spend(step)
        case Burn():
            assert burn_due(session, at, step.limit) == model.burn(step)
        case Jump():
            model.now += step.seconds


def spend(session: Session, customer: int, step: Spend, at: datetime) -> str:
    try:
        redeemed = redeem(session, customer, amount=step.amount, key=step.key, at=at, source="api")
    except Conflict:
        return "conflict"
    except Refused:
        return "refused"
    return "again" if redeemed.repeated else "done"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=5, max_size=40))
def test_the_ledger_says_what_a_plain_model_of_it_says(session: Session, steps: list[Step]) -> None:
    with session.begin_nested() as history:
        found_organisation(session, ORGANISATION[0])
        outlet = open_outlet(session, "Phoenix", OUTLET[0])
        people = [*join(session), *join(session, PEOPLE - 1, outlet)]
        model = Model()
        for step in steps:
            apply(session, people, model, step, EPOCH + timedelta(seconds=model.now))
            now = EPOCH + timedelta(seconds=model.now)
            active = balances(session, people, now)
            for person, customer in enumerate(people):
                found = balance(session, customer, now)
                assert (found.active, found.awaiting) == (model.active(person), model.awaiting(person))
                assert active[customer] == found.active
        own = select(func.coalesce(func.sum(Entry.amount), 0)).where(Entry.customer_id.in_(people))
        assert session.scalar(own) == model.moved
        assert proof(session) == []
        history.rollback()
    session.expunge_all()
